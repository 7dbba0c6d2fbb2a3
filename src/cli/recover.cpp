#include <fmt/format.h>

#include "base/escape.h"
#include "cli/commands.h"
#include "cli/content_arguments.h"
#include "workbench/proof.h"

namespace prova::cli {
namespace {

struct RecoverArguments {
  DamageRequest request;
  std::string output, verify;
  bool partials = false, missing_only = false, json = false;
};

constexpr std::size_t kShown = 20;

std::string recovered_text(const DamageOutcome& outcome, const RecoverReport& report) {
  std::string out;
  std::size_t shown = 0;
  for (const RecoveredFile& one : report.files) {
    if (one.problem.empty() || ++shown > kShown) continue;
    out += fmt::format("not written: {}: {}\n", escape_terminal(outcome.inventory.path(one.file)), escape_terminal(one.problem));
  }
  if (shown > kShown) out += fmt::format("not written: {} more\n", shown - kShown);
  return out + fmt::format("{} of {} files ({} bytes) written, each exactly as inventoried; {} in part, marked; {} failed\n", report.exact_files, outcome.inventory.files().size(),
                           report.exact_bytes, report.partial_files, report.failed_files);
}

std::string checked_text(const Inventory& inventory, const OutputCheck& check) {
  std::string out;
  for (const NamedFile& one : check.files) {
    if (one.files.empty()) continue;
    out += fmt::format("{}  is  {}{}\n", escape_terminal(one.path), escape_terminal(inventory.path(one.files.front())), one.after_trimming ? "  (after zeros at its end were taken off)" : "");
  }
  for (const std::string& problem : check.problems) out += escape_terminal(problem) + "\n";
  return out + fmt::format("{} files are exactly inventoried ones, {} after trimming, {} are nothing that was inventoried\n", check.exact, check.trimmed, check.unknown);
}

int run_check(const RecoverArguments& arguments, const Console& console) {
  const auto key = open_inventory_key(arguments.request.key, false);
  if (!key) return console.fail(key.error());
  const auto inventory = Inventory::open(arguments.request.inventory, &key->key);
  if (!inventory) return console.fail(inventory.error());
  const auto check = check_recovered(*inventory, arguments.verify, arguments.output, content_progress(console.progress()));
  if (!check) return console.fail(check.error());
  return console.print(console.json() ? checked_document(*inventory, *check) : checked_text(*inventory, *check));
}

int run_recover(const RecoverArguments& arguments, const Console& console) {
  if (!arguments.verify.empty()) return run_check(arguments, console);
  if (arguments.output.empty()) {
    console.complain("-o DIR says where the files go");
    return kUsage;
  }
  const auto outcome = find_damage(arguments.request, console.progress());
  if (!outcome) return console.fail(outcome.error());
  const auto report = recover_files(outcome->inventory, outcome->report, {arguments.output, arguments.partials, arguments.missing_only}, content_progress(console.progress()));
  if (!report) return console.fail(report.error());
  return console.print(console.json() ? recover_document(*outcome, *report) : recovered_text(*outcome, *report));
}

struct ProofArguments {
  std::string bundle, public_key;
  std::vector<std::string> sources;
  std::string keep, key, output;
  bool json = false;
};

std::string proof_text(const ProofCheck& check) {
  if (!check.accepted) return fmt::format("REFUSED  {}\n", escape_terminal(check.reason));
  return fmt::format("accepted   {} files, {} whole, {} read again here{}\n{}\ninventory  of {}, root {}\nscanned    {}\nsigned by  {}\n", check.files, check.whole, check.reread,
                     check.withheld == 0 ? "" : fmt::format("; {} withheld: their verdicts are the signer's word", check.withheld),
                     escape_terminal(check.sentence), escape_terminal(check.created), check.root, escape_terminal(check.scanned), check.public_key);
}

int run_proof(const ProofArguments& arguments, const Console& console) {
  const auto sources = numbered_sources(arguments.sources);
  if (!sources) return console.fail(sources.error());
  const auto check = check_proof_bundle(arguments.bundle, arguments.public_key, *sources);
  if (!check) return console.fail(check.error());
  const int printed = console.print(console.json() ? proof_document(*check, arguments.bundle) : proof_text(*check));
  return printed != kDone ? printed : check->accepted ? kDone : kNo;
}

int run_redact(const ProofArguments& arguments, const Console& console) {
  const auto redacted = redact_proof(arguments.bundle, arguments.keep, arguments.key, arguments.output);
  if (!redacted) return console.fail(redacted.error());
  return console.print(console.json() ? redacted_document(*redacted, arguments.output)
                                      : fmt::format("{}: {} files disclosed, {} withheld\n", escape_terminal(arguments.output), redacted->disclosed, redacted->withheld));
}

void add_redact(CLI::App* proof, Chosen& chosen) {
  CLI::App* command = proof->add_subcommand("redact", "Write a bundle anew that discloses some files and keeps the others back");
  auto arguments = std::make_shared<ProofArguments>();
  command->add_option("BUNDLE", arguments->bundle, "Made by prova damage --proof")->required();
  command->add_option("-o,--output", arguments->output, "The redacted bundle; never replaced")->required();
  command->add_option("--keep", arguments->keep, "File that lists what stays disclosed: one inventoried path per line, or a directory that ends with /")->required();
  command->add_option("--key", arguments->key, "Key file of the signer (default: PROVA_INVENTORY_KEY, else PROVA_HOME/inventory.key)");
  command->add_flag("--json", arguments->json, "Print the prova/proof-redacted/1 document");
  command->footer(
      "Names, digests and extents of the other files are left out; their sizes and verdicts stay, and a salted hash by which the root can still\n"
      "be checked. What sources could not be read is no longer named. Reads the bundle and the key, writes the output.\n\n"
      "Example:\n"
      "  prova proof redact disk.proof --keep public.txt -o public.proof");
  command->callback([arguments, &chosen] {
    chosen.action = [arguments](const Console& console) { return run_redact(*arguments, console); };
  });
}

}  // namespace

void add_recover(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("recover", "Extract survivors, exactly as they were");
  auto arguments = std::make_shared<RecoverArguments>();
  add_source_options(command, arguments->request);
  command->add_option("-o,--output", arguments->output, "Directory to write to; nothing in it is ever overwritten");
  command->add_flag("--partials", arguments->partials, "Also parts, as NAME.prova-partial with zeros for what is lost");
  command->add_flag("--missing-only", arguments->missing_only, "Not the files that are intact where they are");
  command->add_option("--verify", arguments->verify, "Check the output directory of another recovery tool instead, and name its files; with -o, copy them under their names");
  command->add_flag("--json", arguments->json, "Print the prova/recover/1 document");
  command->footer(
      "Scans as `prova damage` does, then writes below DIR. What is written is hashed while it is written; only what has the inventoried\n"
      "SHA-256 gets its name.\n\n"
      "Examples:\n"
      "  prova recover 2026-11.inventory --image disk.img -o recovered\n"
      "  prova recover 2026-11.inventory --verify photorec-output -o named");
  command->callback([arguments, &chosen] {
    chosen.action = [arguments](const Console& console) { return run_recover(*arguments, console); };
  });
}

void add_proof(CLI::App& app, Chosen& chosen) {
  CLI::App* proof = app.add_subcommand("proof", "Proof bundles of damage assessments");
  proof->require_subcommand(1);
  CLI::App* command = proof->add_subcommand("verify", "Check a bundle without trusting who made it; exit 1 when it is refused");
  auto arguments = std::make_shared<ProofArguments>();
  command->add_option("BUNDLE", arguments->bundle, "Made by prova damage --proof")->required();
  command->add_option("--public-key", arguments->public_key, "Expect this signer (64 hex digits)");
  command->add_option("--source", arguments->sources, "NUMBER=PATH: read the extents of this source again, and hash them")->take_all();
  command->add_flag("--json", arguments->json, "Print the prova/proof-check/1 document");
  command->footer(
      "Needs neither inventory nor key. Reads the bundle (and sources, when given), writes nothing. scripts/check_proof.py checks the same,\n"
      "independently, in Python.\n\n"
      "Examples:\n"
      "  prova proof verify disk.proof --public-key 1f6b...\n"
      "  prova proof verify disk.proof --source 0=disk.img");
  command->callback([arguments, &chosen] {
    chosen.action = [arguments](const Console& console) { return run_proof(*arguments, console); };
  });
  add_redact(proof, chosen);
}

}  // namespace prova::cli
