#include "workbench/match.h"

#include "cli/commands.h"
#include "report/documents.h"
#include "report/terminal.h"
#include "workbench/index_admin.h"

namespace prova::cli {
namespace {

struct MatchArguments {
  std::vector<std::string> files;
  std::vector<std::string> rules;
  std::string index, raw;
  MatchOptions options;
  bool no_names = false, json = false;
};

int run_match(const MatchArguments& arguments, const Console& console) {
  std::optional<RawLayout> layout;
  if (!arguments.raw.empty()) {
    const auto parsed = parse_raw_layout(arguments.raw);
    if (!parsed) return console.fail(parsed.error());
    layout = *parsed;
  }
  MatchOptions options = arguments.options;
  options.names = !arguments.no_names;
  const auto store = open_index(arguments.index, OpenMode::kRead);
  if (!store) return console.fail(store.error());
  std::optional<YaraRules> rules;
  if (!arguments.rules.empty()) {
    std::vector<Error> mistakes;
    auto read = read_rules(arguments.rules, mistakes);
    for (const Error& mistake : mistakes) {
      if (read) console.complain(to_string(mistake) + "; this file is left out");
    }
    if (!read) return console.fail(read.error());
    rules = *std::move(read);
  }
  const auto outcome = match_files(arguments.files, **store, options, layout, console.progress(), rules ? &*rules : nullptr);
  if (!outcome) return console.fail(outcome.error());
  if (outcome->interrupted) {
    console.complain("interrupted: nothing is printed");
    return kInterrupted;
  }
  std::vector<report::FailedFile> failed;
  for (const FailedInput& one : outcome->failed) {
    Error reason = one.error;
    reason.file.clear();
    failed.push_back({one.path, to_string(reason)});
  }
  int printed = kDone;
  if (console.json()) {
    if (!outcome->reports.empty() || failed.empty()) printed = console.print(report::match_document(outcome->reports, failed));
  } else {
    printed = console.print(report::match_text(outcome->reports, {}, console.style()));
  }
  for (const FailedInput& one : outcome->failed) console.complain(to_string(one.error));
  if (printed != kDone || outcome->failed.empty()) return printed;
  return outcome->failed.front().error.code == ErrorCode::kIo ? kFailed : kBadInput;
}

}  // namespace

void add_match(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("match", "Whose code is this: kinship of programs with the index");
  auto arguments = std::make_shared<MatchArguments>();
  command->add_option("FILE", arguments->files, "Programs, or directories of programs")->required();
  command->add_option("--index", arguments->index, "Index directory (default: PROVA_INDEX, else PROVA_HOME/index)");
  command->add_option("--top", arguments->options.top, "Matches kept per function")->check(CLI::Range(1, 1000));
  command->add_option("--min-similarity", arguments->options.min_similarity, "Least similarity shown, 0 to 1; evidence does not depend on it")->check(CLI::Range(0.0, 1.0));
  command->add_flag("--no-names", arguments->no_names, "Leave symbol names out; they are never used for scoring");
  command->add_option("--yara", arguments->rules, "Also run these YARA rules: files, or directories of *.yar and *.yara; may be repeated")->allow_extra_args(false);
  command->add_option("--raw", arguments->raw, "Read the files as memory dumps: ARCH@BASE, for example x64@0x180000000");
  command->add_option("-j,--jobs", arguments->options.threads, "Threads; the result does not depend on it")->check(CLI::Range(1, 256));
  command->add_flag("--json", arguments->json, "Print the prova/match/1 document");
  command->footer(
      "Reads the files and the index, writes nothing. Library code and ordinary software are explained away;\n"
      "what is left is weighed as a likelihood ratio (same origin against unrelated).\n\n"
      "Examples:\n"
      "  prova match unknown.exe\n"
      "  prova match --yara rules/ unknown.exe\n"
      "  prova match --json --top 1 artifacts/ > kinship.json");
  command->callback([arguments, &chosen] {
    chosen.action = [arguments](const Console& console) { return run_match(*arguments, console); };
  });
}

}  // namespace prova::cli
