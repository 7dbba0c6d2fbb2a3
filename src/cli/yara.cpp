#include "workbench/yara.h"

#include <fmt/format.h>

#include "base/file.h"
#include "cli/commands.h"
#include "workbench/index_admin.h"

namespace prova::cli {
namespace {

struct YaraArguments {
  std::vector<std::string> files;
  std::string index, output;
  DraftOptions options;
};

int run_yara(const YaraArguments& arguments, const Console& console) {
  const auto store = open_index(arguments.index, OpenMode::kRead);
  if (!store) return console.fail(store.error());
  const auto draft = draft_rule(arguments.files, **store, arguments.options, console.progress());
  if (!draft) return console.fail(draft.error());
  for (const FailedInput& one : draft->failed) console.complain(one.path + ": " + one.error.message);
  if (!arguments.output.empty()) {
    const auto written = write_file_atomically(arguments.output, draft->text);
    if (!written) return console.fail(written.error());
  } else if (const int printed = console.print(draft->text); printed != kDone) {
    return printed;
  }
  console.complain(fmt::format("{} functions unique to the family; the rule matches {} of {} samples and {} of {} other files; "
                               "{} patterns dropped as common", draft->unique_functions, draft->matched, draft->samples,
                               draft->false_matches, draft->against, draft->dropped_patterns));
  return draft->good() ? kDone : kNo;
}

}  // namespace

void add_yara(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("yara", "Draft a YARA rule from code that only one family has");
  auto arguments = std::make_shared<YaraArguments>();
  command->add_option("FAMILY", arguments->options.family, "A malware family of the index")->required();
  command->add_option("FILE", arguments->files, "The files that were learned as this family; the index keeps no code bytes")->required();
  command->add_option("-o,--output", arguments->output, "Write the rule to this file instead of standard output");
  command->add_option("--against", arguments->options.against, "Ordinary software that the rule must not match: files or directories; may be repeated")->allow_extra_args(false);
  command->add_option("--patterns", arguments->options.patterns, "Patterns per file format and machine (default 20)")->check(CLI::Range(1, 200));
  command->add_option("--index", arguments->index, "Index directory (default: PROVA_INDEX, else PROVA_HOME/index)");
  command->add_option("-j,--jobs", arguments->options.threads, "Threads; the result does not depend on it")->check(CLI::Range(1, 256));
  command->footer(
      "Uses functions that match this family alone: learn libraries and ordinary software first. Addresses and relocated\n"
      "operands are left open. The rule is compiled and run on its own samples and on --against before it is given out;\n"
      "its meta says with what result. Exit code 1: a sample is missed, or another file is matched. Review before use.\n\n"
      "Examples:\n"
      "  prova yara older-tool samples/older-tool-*.exe --against /usr/bin -o older-tool.yar");
  command->callback([arguments, &chosen] {
    chosen.action = [arguments](const Console& console) { return run_yara(*arguments, console); };
  });
}

}  // namespace prova::cli
