#include "workbench/names.h"

#include "cli/commands.h"
#include "workbench/index_admin.h"

namespace prova::cli {
namespace {

struct NamesArguments {
  std::string file, index, raw, format = "text";
  NamesOptions options;
  bool json = false;
};

int run_names(const NamesArguments& arguments, const Console& console) {
  std::optional<RawLayout> layout;
  if (!arguments.raw.empty()) {
    const auto parsed = parse_raw_layout(arguments.raw);
    if (!parsed) return console.fail(parsed.error());
    layout = *parsed;
  }
  const auto store = open_index(arguments.index, OpenMode::kRead);
  if (!store) return console.fail(store.error());
  const auto programs = name_functions(arguments.file, **store, arguments.options, layout);
  if (!programs) return console.fail(programs.error());
  if (console.json()) return console.print(names_document(*programs));
  if (arguments.format == "text") return console.print(names_text(*programs));
  if (programs->size() != 1) {
    return console.fail({ErrorCode::kUsage, "a script names one program, this file holds several; use --json", {}, arguments.file});
  }
  const NameFormat format = arguments.format == "csv" ? NameFormat::kCsv : arguments.format == "idc" ? NameFormat::kIdc : NameFormat::kGhidra;
  return console.print(name_script(programs->front().names, format));
}

}  // namespace

void add_names(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("names", "Names for a stripped program's functions, from the libraries in the index");
  auto arguments = std::make_shared<NamesArguments>();
  command->add_option("FILE", arguments->file, "A program without symbols")->required();
  command->add_option("--index", arguments->index, "Index directory (default: PROVA_INDEX, else PROVA_HOME/index)");
  command->add_option("--min-log10-lr", arguments->options.least_log10_lr, "Least weight of a match that gives a name (default 1: ten to one)");
  command->add_option("--format", arguments->format, "text, csv, idc (a script for IDA), ghidra (lines for ImportSymbolsScript)")->check(CLI::IsMember({"text", "csv", "idc", "ghidra"}));
  command->add_option("--raw", arguments->raw, "Read the file as a memory dump: ARCH@BASE, for example x64@0x180000000");
  command->add_option("-j,--jobs", arguments->options.threads, "Threads; the result does not depend on it")->check(CLI::Range(1, 256));
  command->add_flag("--json", arguments->json, "Print the prova/names/1 document");
  command->footer(
      "Only functions that a learned library or ordinary software explains get a name, and only if the learned sample had\n"
      "one: learn libraries with symbols (static archives have them). Reads the file and the index, writes nothing.\n\n"
      "Examples:\n"
      "  prova names unknown.exe\n"
      "  prova names --format ghidra unknown.exe > names.txt");
  command->callback([arguments, &chosen] {
    chosen.action = [arguments](const Console& console) { return run_names(*arguments, console); };
  });
}

}  // namespace prova::cli
