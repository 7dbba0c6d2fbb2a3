#include <fmt/format.h>

#include "base/escape.h"
#include "cli/index_exchange.h"
#include "cli/index_shared.h"
#include "cli/subcommand.h"
#include "workbench/documents.h"
#include "workbench/index_admin.h"

namespace prova::cli {
namespace {

struct IndexArguments {
  std::string index;
  Removal removal;
  bool json = false;
};

using StoreAction = std::function<int(FingerprintStore&, const IndexArguments&, const Console&)>;

int with_store(const IndexArguments& arguments, const Console& console, OpenMode mode, const StoreAction& action) {
  auto store = open_index(arguments.index, mode);
  if (!store) return console.fail(store.error());
  return action(**store, arguments, console);
}

/// A shared index says it only to those who may see every compartment.
std::string disk_text(const StoreInfo& info) {
  if (info.bytes_on_disk == 0) return "only the owner and curators of a shared index may see it";
  return fmt::format("{:.1f} MB{}", static_cast<double>(info.bytes_on_disk) / 1e6,
                     info.functions == 0 ? "" : fmt::format(", {} bytes per function", info.bytes_on_disk / info.functions));
}

int show_info(FingerprintStore& store, const IndexArguments&, const Console& console) {
  const auto info = store.info();
  if (!info) return console.fail(info.error());
  if (console.json()) return console.print(info_document(*info));
  return console.print(fmt::format("index      {}\nscheme     {}\nsamples    {}\nfamilies   {}\nfunctions  {}\nsegments   {}\non disk    {}\n",
                                   escape_terminal(info->location), info->scheme, info->samples, info->families,
                                   info->functions, info->segments, disk_text(*info)));
}

int show_families(FingerprintStore& store, const IndexArguments&, const Console& console) {
  const auto families = summarize_families(store);
  if (!families) return console.fail(families.error());
  if (console.json()) return console.print(families_document(*families));
  std::string out = fmt::format("{:<32} {:<9} {:>8} {:>12}  {:<11} {}\n", "family", "role", "samples", "code bytes", "first seen", "actors");
  for (const FamilySummary& one : *families) {
    std::string actors;
    for (const std::string& actor : one.actors) actors += (actors.empty() ? "" : ", ") + escape_terminal(actor);
    out += fmt::format("{:<32} {:<9} {:>8} {:>12}  {:<11} {}\n", escape_terminal(one.family), name_of(one.role), one.samples,
                       one.code_bytes, one.first_seen.empty() ? "-" : one.first_seen, actors);
  }
  return console.print(out);
}

int show_samples(FingerprintStore& store, const IndexArguments&, const Console& console) {
  const auto samples = store.samples();
  if (!samples) return console.fail(samples.error());
  if (console.json()) return console.print(samples_document(*samples));
  std::string out = fmt::format("{:<16} {:<24} {:<9} {:<6} {:<6} {:>11}  {}\n", "sha256", "family", "role", "format", "arch", "size", "name");
  for (const auto& [id, record] : *samples) {
    out += fmt::format("{:<16} {:<24} {:<9} {:<6} {:<6} {:>11}  {}{}\n", to_hex(record.sha256).substr(0, 16),
                       escape_terminal(record.family), name_of(record.role), name_of(record.format), name_of(record.arch),
                       record.size, escape_terminal(record.name),
                       record.member.empty() ? "" : "(" + escape_terminal(record.member) + ")");
  }
  return console.print(out);
}

int remove_from(FingerprintStore& store, const IndexArguments& arguments, const Console& console) {
  const auto removed = remove_samples(store, arguments.removal);
  if (!removed) return console.fail(removed.error());
  return console.print(console.json() ? removed_document(*removed) : fmt::format("Removed {} samples\n", *removed));
}

int verify_index(FingerprintStore& store, const IndexArguments&, const Console& console) {
  const auto report = store.verify();
  if (!report) return console.fail(report.error());
  std::string out;
  if (console.json()) {
    out = verify_document(*report);
  } else {
    for (const std::string& problem : report->problems) out += escape_terminal(problem) + "\n";
    out += fmt::format("{} samples, {} functions, {} bytes read: {}\n", report->samples, report->functions, report->bytes_read,
                       report->problems.empty() ? "clean" : fmt::format("{} problems", report->problems.size()));
  }
  const int printed = console.print(out);
  return printed != kDone ? printed : report->problems.empty() ? kDone : kNo;
}

/// A command on the index, which it opens before its action.
CLI::App* add_on_store(CLI::App* parent, Chosen& chosen, const std::shared_ptr<IndexArguments>& arguments, const char* name,
                       const char* what, OpenMode mode, StoreAction action) {
  CLI::App* command = add_subcommand(*parent, chosen, arguments, name, what, [mode, action = std::move(action)](const IndexArguments& given, const Console& console) {
    return with_store(given, console, mode, action);
  });
  command->add_option("--index", arguments->index, "Index directory or postgresql:// URL (default: PROVA_INDEX, else PROVA_HOME/index)");
  command->add_flag("--json", arguments->json, "Print the prova/index/1 document");
  return command;
}

}  // namespace

void add_index(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("index", "Look after the index of known programs");
  command->require_subcommand(1);
  command->footer("Examples:\n  prova index info\n  prova index remove --family older-tool\n  prova index export -o everything.prova-index\n  prova index starter\n  prova index init postgresql://postgres@db.example/prova\n  prova index shard list\n  prova index move --balance");
  auto arguments = std::make_shared<IndexArguments>();
  add_on_store(command, chosen, arguments, "info", "Size, scheme and location", OpenMode::kRead, show_info);
  add_on_store(command, chosen, arguments, "families", "Families with their samples and actors", OpenMode::kRead, show_families);
  add_on_store(command, chosen, arguments, "samples", "Every sample", OpenMode::kRead, show_samples);
  add_on_store(command, chosen, arguments, "verify", "Read everything back and check it; exit 1 when it is damaged", OpenMode::kRead, verify_index);
  CLI::App* removal = add_on_store(command, chosen, arguments, "remove", "Remove samples, in one transaction", OpenMode::kWrite, remove_from);
  removal->add_option("--family", arguments->removal.family, "All samples of this family");
  removal->add_option("--sha256", arguments->removal.sha256, "Samples with these digests");
  add_index_exchange(*command, chosen);
  add_index_shared(*command, chosen);
}

}  // namespace prova::cli
