#include "workbench/compare.h"

#include "base/file.h"
#include "cli/commands.h"

namespace prova::cli {
namespace {

struct CompareArguments {
  std::string left, right, html;
  CompareOptions options;
  bool no_names = false, json = false;
  std::size_t top = 0;
};

int run_compare(const CompareArguments& arguments, const Console& console) {
  // A page has room for more pairs than a screen.
  constexpr std::size_t kTopText = 1, kTopPage = 20;
  CompareOptions options = arguments.options;
  options.names = !arguments.no_names;
  options.top = arguments.top != 0 ? arguments.top : arguments.html.empty() ? kTopText : kTopPage;
  const auto compared = compare_files(arguments.left, arguments.right, options);
  if (!compared) return console.fail(compared.error());
  const report::DocumentOptions shown{.names = options.names};
  if (!arguments.html.empty()) {
    const auto written = write_file_atomically(arguments.html, report::compare_html(compared->report, shown));
    if (!written) return console.fail(written.error());
  }
  if (console.json()) return console.print(report::compare_document(compared->report, shown));
  return console.print(report::compare_text(compared->report, console.style(), shown));
}

}  // namespace

void add_compare(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("compare", "Two programs function by function: what is in both, what changed");
  auto arguments = std::make_shared<CompareArguments>();
  command->add_option("A", arguments->left, "A program")->required();
  command->add_option("B", arguments->right, "Another; format and machine may differ")->required();
  command->add_option("--function", arguments->options.functions, "Show this function of A (or B) beside its counterpart: a name, or an address as 0x401000; may be repeated")->allow_extra_args(false);
  command->add_option("--top", arguments->top, "Show so many of the strongest changed pairs side by side (default: 1, in a page 20)")->check(CLI::Range(1, 1000));
  command->add_option("--html", arguments->html, "Also write a page with everything to this file");
  command->add_option("--left-member", arguments->options.left_member, "Program inside A, when A is an archive or fat file");
  command->add_option("--right-member", arguments->options.right_member, "The same for B");
  command->add_flag("--no-names", arguments->no_names, "Leave symbol names out; they are never used for pairing");
  command->add_option("-j,--jobs", arguments->options.threads, "Threads; the result does not depend on it")->check(CLI::Range(1, 256));
  command->add_flag("--json", arguments->json, "Print the prova/compare/1 document");
  command->footer(
      "Reads two files and no index; writes nothing but the page. Pairs are found by data flow, so the compilers and\n"
      "machines may differ. Takes about as long as `prova functions` on both.\n\n"
      "Examples:\n"
      "  prova compare old.exe new.exe\n"
      "  prova compare --function 0x401000 old.exe new.elf\n"
      "  prova compare --html diff.html old.exe new.exe");
  command->callback([arguments, &chosen] {
    chosen.action = [arguments](const Console& console) { return run_compare(*arguments, console); };
  });
}

}  // namespace prova::cli
