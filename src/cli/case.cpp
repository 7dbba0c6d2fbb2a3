#include <fmt/format.h>

#include "base/escape.h"
#include "base/file.h"
#include "cli/case_arguments.h"
#include "cli/subcommand.h"
#include "report/documents.h"
#include "report/exchange.h"
#include "report/html.h"
#include "report/html_statement.h"
#include "report/markdown.h"
#include "report/terminal.h"
#include "workbench/case_content.h"
#include "workbench/new_case.h"
#include "workbench/revisions.h"

namespace prova::cli {
namespace {

using CaseAction = int (*)(const CaseArguments&, Case, const Console&);

int run_new(const CaseArguments& arguments, const Console& console) {
  if (const auto made = new_case(arguments.directory); !made) return console.fail(made.error());
  const std::string shown = escape_terminal(arguments.directory);
  return console.print(fmt::format("Made {0}/case.yaml and {0}/artifacts/. Edit the first, put files into the second, then:\n  prova investigate {0}\n", shown));
}

/// What is wrong with sources.yaml; `said` gets what is to be said of it otherwise.
int check_case_sources(const CaseArguments& arguments, const Console& console, std::string& said) {
  const auto check = check_sources(arguments.directory);
  if (!check) return console.fail(check.error());
  if (check->file.empty()) return kDone;
  if (!check->errors.empty()) {
    fmt::print(stderr, "{}", to_string(check->errors, check->file));
    return kBadInput;
  }
  for (const std::string& path : check->missing) fmt::print(stderr, "{}: {} is not there yet\n", escape_terminal(check->file), escape_terminal(path));
  said = fmt::format("{}: {} sources with their inventory, {} not there, no mistakes\n", escape_terminal(check->file), check->sources, check->missing.size());
  return kDone;
}

int run_check(const CaseArguments& arguments, const Console& console) {
  const ReadCase reading = read_case_directory(arguments.directory);
  if (!reading.warnings.empty()) fmt::print(stderr, "{}", to_string(reading.warnings, reading.file));
  CaseOrExit read = read_case_or_complain(arguments, console);
  std::string sources;
  const int checked = check_case_sources(arguments, console, sources);
  if (!read.input) return read.code;
  if (checked != kDone) return checked;
  return console.print(fmt::format("{}: {} questions, {} roots, {} items, {} warnings, no mistakes\n", escape_terminal(reading.file),
                                   read.input->questions.size(), read.input->roots.size(), read.input->evidence.size(),
                                   reading.warnings.size()) +
                       sources);
}

int show_timeline(const CaseArguments& arguments, const Case& input, std::optional<Day> last, const Console& console) {
  const auto days = case_timeline(arguments.directory, input, last);
  if (!days) return console.fail(days.error());
  if (console.json()) return console.print(report::timeline_document(input.name, *days));
  std::string text = report::timeline_text(input.name, *days, console.style());
  const auto kept = count_revisions(arguments.directory);
  if (kept && *kept > 0) text += fmt::format("Revisions kept in revisions.jsonl: {}\n", *kept);
  return console.print(text);
}

int assess_it(const CaseArguments& arguments, Case input, const Console& console) {
  AssessOptions options;
  const auto as_of = parse_as_of(arguments.as_of);
  if (!as_of) return console.fail(as_of.error());
  options.as_of = *as_of;
  if (arguments.timeline) return show_timeline(arguments, input, *as_of, console);
  const auto assessment = assess_case(arguments.directory, input, options);
  if (!assessment) return console.fail(assessment.error());
  return console.print(console.json() ? report::assess_document(*assessment, input)
                                      : report::assess_text(*assessment, console.style()));
}

/// The document in the format asked for.
std::string document_of(const report::CaseReport& result, const CaseArguments& arguments, const report::StatementOptions& options) {
  if (arguments.format == "json") return report::investigate_document(result);
  const report::Statement statement = report::statement_of(result, options);
  if (arguments.format == "md") return report::markdown(result, statement);
  if (arguments.format == "stix") return report::stix_bundle(result, statement);
  if (arguments.format == "misp") return report::misp_event(result, statement);
  // The full report has drawings of code and is English; everything else is set from the statement.
  const bool full = options.language == report::Language::kEnglish && options.audience == report::Audience::kTechnical;
  return full ? report::html_report(result) : report::html_statement(result, statement);
}

int report_it(const CaseArguments& arguments, Case input, const Console& console) {
  const auto options = investigate_options(arguments);
  if (!options) return console.fail(options.error());
  report::StatementOptions wanted;
  wanted.language = report::language_from_code(arguments.language).value_or(report::Language::kEnglish);
  wanted.audience = arguments.audience == "public" ? report::Audience::kPublic : report::Audience::kTechnical;
  LocalizedCase localized = localize_case(arguments.directory, std::move(input), wanted.language);
  if (!localized.errors.empty()) {
    fmt::print(stderr, "{}", to_string(localized.errors, localized.file));
    return kBadInput;
  }
  auto result = examine_case(arguments.directory, std::move(localized.input), *options, console.progress());
  if (!result) return console.fail(result.error());
  result->untranslated = localized.untranslated;
  if (!arguments.tlp.empty()) result->tlp = arguments.tlp;
  CaseArguments chosen = arguments;
  if (console.json()) chosen.format = "json";
  const std::string document = document_of(*result, chosen, wanted);
  if (arguments.output.empty()) return console.print(document);
  const auto written = write_file_atomically(arguments.output, document);
  return written ? kDone : console.fail(written.error());
}

int investigate_it(const CaseArguments& arguments, Case input, const Console& console) {
  const auto options = investigate_options(arguments);
  if (!options) return console.fail(options.error());
  const auto result = investigate(arguments.directory, std::move(input), *options, console.progress());
  if (!result) return console.fail(result.error());
  if (console.json()) return console.print(report::investigate_document(*result));
  const int printed = console.print(report::case_text(*result, console.style()));
  if (printed != kDone) return printed;
  return console.print(fmt::format("Report: {}/report/index.html\n", escape_terminal(arguments.directory)));
}

/// A command on a case directory, which it reads before its action.
CLI::App* add_on_case(CLI::App& app, Chosen& chosen, const std::shared_ptr<CaseArguments>& arguments, const char* name,
                      const char* what, CaseAction action) {
  CLI::App* command = add_subcommand(app, chosen, arguments, name, what, [action](const CaseArguments& given, const Console& console) {
    CaseOrExit read = read_case_or_complain(given, console);
    return read.input ? action(given, *std::move(read.input), console) : read.code;
  });
  command->add_option("CASE", arguments->directory, "Case directory")->required();
  command->add_option("--as-of", arguments->as_of, "Use only what was known by this day, YYYY-MM-DD");
  return command;
}

void add_index_options(CLI::App* command, const std::shared_ptr<CaseArguments>& arguments) {
  command->add_option("--index", arguments->index, "Index directory (default: PROVA_INDEX, else the last report's, else PROVA_HOME/index)");
  command->add_option("-j,--jobs", arguments->threads, "Threads; the result does not depend on it")->check(CLI::Range(1, 256));
}

}  // namespace

void add_case(CLI::App& app, Chosen& chosen) {
  auto arguments = std::make_shared<CaseArguments>();
  CLI::App* make = add_subcommand(app, chosen, arguments, "new", "Make a case directory with a commented case.yaml", run_new);
  make->add_option("CASE", arguments->directory, "Directory to make")->required();
  make->footer("Example:\n  prova new case-2022");
  CLI::App* group = app.add_subcommand("case", "Check a case");
  group->require_subcommand(1);
  CLI::App* check = add_subcommand(*group, chosen, arguments, "check", "Explain mistakes in case.yaml and sources.yaml, with line numbers", run_check);
  check->add_option("CASE", arguments->directory, "Case directory")->required();
  check->footer(
      "Reads case.yaml and, where there is one, sources.yaml (images, directories, backups and dumps that `investigate` compares\n"
      "with a content inventory); opens none of them, writes nothing. Exit 3 when there are mistakes.\n\n"
      "Example:\n  prova case check case-2022");
}

void add_assess(CLI::App& app, Chosen& chosen) {
  auto arguments = std::make_shared<CaseArguments>();
  CLI::App* command = add_on_case(app, chosen, arguments, "assess", "The questions of a case, as they stood on a day", assess_it);
  command->add_flag("--json", arguments->json, "Print the prova/assess/1 document (with --timeline: prova/timeline/1)");
  command->add_flag("--timeline", arguments->timeline, "The answers on every day on which something became known, and what moved them");
  command->footer(
      "Reads case.yaml and what the last investigation measured; writes nothing.\n\n"
      "Examples:\n"
      "  prova assess examples/albania-2022 --as-of 2022-08-04\n"
      "  prova assess examples/albania-2022 --timeline\n"
      "  prova assess examples/albania-2022 --json");
}

void add_report(CLI::App& app, Chosen& chosen) {
  auto arguments = std::make_shared<CaseArguments>();
  CLI::App* command = add_on_case(app, chosen, arguments, "report", "The report on a case, as a document", report_it);
  command->add_option("--format", arguments->format, "html (default), md, json, stix or misp")
      ->check(CLI::IsMember({"html", "md", "json", "stix", "misp"}));
  command->add_option("--lang", arguments->language, "en (default), fr or sq; texts of the case come from CASE/case.LANG.yaml")
      ->check(CLI::IsMember({"en", "fr", "sq"}));
  command->add_option("--audience", arguments->audience, "technical (default: every number) or public (a statement in words)")
      ->check(CLI::IsMember({"technical", "public"}));
  command->add_option("--tlp", arguments->tlp, "Mark it so instead of as the case says")
      ->check(CLI::IsMember({"TLP:RED", "TLP:AMBER+STRICT", "TLP:AMBER", "TLP:GREEN", "TLP:CLEAR"}));
  command->add_option("-o,--output", arguments->output, "Write to this file instead of standard output");
  command->add_flag("--json", arguments->json, "The same as --format json");
  add_index_options(command, arguments);
  command->footer(
      "Reads the case and the index; changes nothing in the case.\n\n"
      "Examples:\n"
      "  prova report examples/albania-2022 -o report.html\n"
      "  prova report examples/albania-2022 --format md --audience public --lang fr\n"
      "  prova report examples/albania-2022 --format stix -o bundle.json\n"
      "  prova report examples/albania-2022 --as-of 2022-08-04 --format json");
}

void add_investigate(CLI::App& app, Chosen& chosen) {
  auto arguments = std::make_shared<CaseArguments>();
  CLI::App* command = add_on_case(app, chosen, arguments, "investigate", "The main job: a case directory in, an assessed report out", investigate_it);
  command->add_flag("--json", arguments->json, "Print the prova/investigate/1 document");
  command->add_flag("--progress-lines", arguments->progress_lines, "Progress on standard error as lines of JSON, for a program that started this one");
  add_index_options(command, arguments);
  command->footer(
      "Records new artefacts in the custody log, matches them with the index, assesses the questions, and writes\n"
      "CASE/report/ (index.html, report.json, stix.json, matches.json, origin.json). Artefacts are never modified or executed.\n"
      "With CASE/sources.yaml, images, directories, backups and dumps are also compared with the content inventory that it names:\n"
      "what survived, what leaked (damage.json, leak.json, content.proof).\n\n"
      "Examples:\n"
      "  prova investigate examples/albania-2022\n"
      "  prova investigate case-2022 --as-of 2022-08-04 --index /srv/prova/index");
}

}  // namespace prova::cli
