#include "cli/index_exchange.h"

#include <fmt/format.h>

#include "base/escape.h"
#include "workbench/documents.h"
#include "workbench/index_admin.h"
#include "workbench/index_exchange.h"
#include "workbench/starter_libraries.h"

namespace prova::cli {
namespace {

struct ExchangeArguments {
  std::string index, output;
  ExportRequest request;
  std::string root = "/";
  unsigned threads = 1;
  bool no_names = false, json = false;
  std::vector<std::string> files;
};

int run_export(const ExchangeArguments& arguments, const Console& console) {
  ExportRequest request = arguments.request;
  request.names = !arguments.no_names;
  auto store = open_index(arguments.index, OpenMode::kRead);
  if (!store) return console.fail(store.error());
  const auto written = export_index(**store, request, arguments.output, console.progress());
  if (!written) return console.fail(written.error());
  if (console.json()) return console.print(exported_document(*written, arguments.output, request));
  return console.print(fmt::format("Wrote {} samples with {} functions to {}: {:.1f} MB{}\n", written->samples, written->functions,
                                   escape_terminal(arguments.output), static_cast<double>(written->bytes) / 1e6,
                                   request.names ? "" : ", without names"));
}

int run_import(const ExchangeArguments& arguments, const Console& console) {
  auto store = open_index(arguments.index, OpenMode::kWrite);
  if (!store) return console.fail(store.error());
  const auto outcome = import_exports(**store, arguments.files, console.progress());
  if (!outcome) return console.fail(outcome.error());
  if (console.json()) return console.print(imported_document(*outcome));
  return console.print(fmt::format("Imported {} files: {} samples new, {} replaced, {} known already; {} functions written\n",
                                   outcome->files, outcome->added, outcome->replaced, outcome->unchanged, outcome->functions));
}

std::string starter_text(const StarterOutcome& outcome) {
  std::string out;
  for (const StarterOutcome::Learned& one : outcome.learned) {
    out += fmt::format("{:<20} {:<12} {:>6} functions from {} files of {}{}\n", one.family, escape_terminal(one.version), one.functions, one.files,
                       one.package, one.skipped > 0 ? fmt::format("; {} files known already", one.skipped) : "");
  }
  for (const StarterOutcome::Missing& one : outcome.missing) {
    out += fmt::format("{:<20} not installed; Debian: apt-get install {}\n", one.family, one.suggestion);
  }
  return out;
}

int run_starter(const ExchangeArguments& arguments, const Console& console) {
  auto store = open_index(arguments.index, OpenMode::kWrite);
  if (!store) return console.fail(store.error());
  const auto outcome = learn_starter_libraries(**store, arguments.root, arguments.threads, console.progress());
  if (!outcome) return console.fail(outcome.error());
  const int printed = console.print(console.json() ? starter_document(*outcome) : starter_text(*outcome));
  for (const FailedInput& failed : outcome->failed) console.complain("not learned: " + to_string(failed.error));
  return outcome->interrupted ? kInterrupted : printed;
}

void add_common(CLI::App* command, const std::shared_ptr<ExchangeArguments>& arguments) {
  command->add_option("--index", arguments->index, "Index directory (default: PROVA_INDEX, else PROVA_HOME/index)");
  command->add_flag("--json", arguments->json, "Print the prova/index/1 document");
}

void add_export(CLI::App& index, Chosen& chosen) {
  auto arguments = std::make_shared<ExchangeArguments>();
  CLI::App* command = index.add_subcommand("export", "Write the index, or families of it, to one file for another site");
  command->add_option("-o,--output", arguments->output, "File to write")->required();
  command->add_option("--family", arguments->request.families, "Only samples of this family; may be given several times");
  command->add_flag("--no-names", arguments->no_names, "Leave out names of functions and files, and PDB paths");
  add_common(command, arguments);
  command->footer(
      "Reads the index, writes FILE whole or not at all. The file holds fingerprints, no bytes of code; the names of\n"
      "functions and files go along unless --no-names. Same samples, same bytes. About 170 bytes per function.\n\n"
      "Examples:\n  prova index export -o everything.prova-index\n"
      "  prova index export --family older-tool --no-names -o older-tool.prova-index");
  command->callback([arguments, &chosen] {
    chosen.action = [arguments](const Console& console) { return run_export(*arguments, console); };
  });
}

void add_import(CLI::App& index, Chosen& chosen) {
  auto arguments = std::make_shared<ExchangeArguments>();
  CLI::App* command = index.add_subcommand("import", "Add what another site exported, in one transaction");
  command->add_option("FILE", arguments->files, "Files that `prova index export` wrote")->required();
  add_common(command, arguments);
  command->footer(
      "Reads the files, writes the index: all of them or, on any error, nothing. A sample that is there already stays as\n"
      "it is; one that differs (another family, for example) is replaced. A file of another fingerprint scheme is refused.\n\n"
      "Examples:\n  prova index import older-tool.prova-index\n  prova index import --json from-partner/*.prova-index");
  command->callback([arguments, &chosen] {
    chosen.action = [arguments](const Console& console) { return run_import(*arguments, console); };
  });
}

void add_starter(CLI::App& index, Chosen& chosen) {
  auto arguments = std::make_shared<ExchangeArguments>();
  CLI::App* command = index.add_subcommand("starter", "Learn common libraries and runtimes from the installed packages");
  command->add_option("--root", arguments->root, "System whose packages are read: a chroot or a mounted image (default: /)");
  command->add_option("-j,--jobs", arguments->threads, "Threads; the result does not depend on it")->check(CLI::Range(1, 256));
  add_common(command, arguments);
  command->footer(
      "Reads static libraries of dpkg's packages (libc, libstdc++, mingw runtimes, zlib, OpenSSL, sqlite ...), writes the\n"
      "index: role library, with the versions that the package database states. Opens no network connection. A second\n"
      "call learns only what is new. Says what is missing and which packages bring it. About ten seconds of processor.\n\n"
      "Examples:\n  prova index starter\n  prova index starter --root /srv/debian-11 -j 4");
  command->callback([arguments, &chosen] {
    chosen.action = [arguments](const Console& console) { return run_starter(*arguments, console); };
  });
}

}  // namespace

void add_index_exchange(CLI::App& index, Chosen& chosen) {
  add_starter(index, chosen);
  add_export(index, chosen);
  add_import(index, chosen);
}

}  // namespace prova::cli
