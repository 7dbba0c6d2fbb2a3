#include "workbench/functions.h"

#include "cli/commands.h"
#include "report/documents.h"
#include "report/terminal.h"

namespace prova::cli {
namespace {

struct FunctionsArguments {
  std::string file, raw;
  report::DocumentOptions options;
  std::vector<std::string> functions;
  bool no_names = false, disasm = false, json = false;
};

int run_functions(const FunctionsArguments& arguments, const Console& console) {
  std::optional<RawLayout> layout;
  if (!arguments.raw.empty()) {
    const auto parsed = parse_raw_layout(arguments.raw);
    if (!parsed) return console.fail(parsed.error());
    layout = *parsed;
  }
  const auto found = discover_file(arguments.file, layout);
  if (!found) return console.fail(found.error());
  std::vector<const Program*> programs;
  for (const Program& program : found->programs) programs.push_back(&program);
  const report::FileIdentity identity{found->file->path.filename().string(), to_hex(found->file->sha256),
                                      found->file->bytes->size(), found->file->loaded.container};
  report::DocumentOptions options = arguments.options;
  options.names = !arguments.no_names;
  std::vector<report::ListedFunction> listings;
  if (arguments.disasm) {
    auto listed = list_functions(*found, arguments.functions, options.names);
    if (!listed) return console.fail(listed.error());
    listings = *std::move(listed);
    if (!console.json()) return console.print(report::listing_text(identity, listings, console.style()));
  }
  return console.print(console.json()
                           ? report::functions_document(identity, programs, found->defects, options, listings)
                           : report::functions_text(identity, programs, found->defects, console.style(), options));
}

}  // namespace

void add_functions(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("functions", "What the loader and function discovery see in a program");
  auto arguments = std::make_shared<FunctionsArguments>();
  command->add_option("FILE", arguments->file, "PE, ELF, Mach-O, COFF object, ar archive of these, or a raw dump with --raw")->required();
  command->add_option("--raw", arguments->raw, "Read the file as a memory dump: ARCH@BASE, for example x64@0x180000000");
  CLI::Option* disasm = command->add_flag("--disasm", arguments->disasm, "Print the instructions, block by block, with what they refer to");
  command->add_option("--function", arguments->functions, "Only this function: a name, or an address in it; may be repeated")->allow_extra_args(false)->needs(disasm);
  command->add_flag("--no-names", arguments->no_names, "Leave symbol names out");
  command->add_flag("--json", arguments->json, "Print the prova/functions/1 document");
  command->footer(
      "Reads one file, writes nothing. Damage is listed with its offset, and the rest is shown.\n\n"
      "Examples:\n"
      "  prova functions sample.exe\n"
      "  prova functions --disasm --function 0x401000 sample.exe\n"
      "  prova functions --json libz.a\n"
      "  prova functions --raw x64@0x7ff600000000 dump.bin");
  command->callback([arguments, &chosen] {
    chosen.action = [arguments](const Console& console) { return run_functions(*arguments, console); };
  });
}

}  // namespace prova::cli
