#include "cli/index_exchange.h"

#include <fmt/format.h>

#include "base/escape.h"
#include "workbench/documents.h"
#include "workbench/index_admin.h"
#include "workbench/index_exchange.h"

namespace prova::cli {
namespace {

struct ExchangeArguments {
  std::string index, output;
  ExportRequest request;
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
      "functions and files go along unless --no-names. Same samples, same bytes. About 200 bytes per function.\n\n"
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

}  // namespace

void add_index_exchange(CLI::App& index, Chosen& chosen) {
  add_export(index, chosen);
  add_import(index, chosen);
}

}  // namespace prova::cli
