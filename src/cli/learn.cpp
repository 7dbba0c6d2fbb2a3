#include "workbench/learn.h"

#include <fmt/format.h>

#include "base/escape.h"
#include "cli/commands.h"
#include "workbench/documents.h"
#include "workbench/home.h"
#include "workbench/index_admin.h"
#include "workbench/shared_index.h"

namespace prova::cli {
namespace {

struct LearnArguments {
  std::vector<std::string> files;
  LearnOptions options;
  std::string role = "malware", index;
  bool queue = false, json = false;
};

std::string outcome_text(const LearnOutcome& outcome, const LearnOptions& options, const std::string& index) {
  std::string out;
  for (const LearnedFile& file : outcome.learned) {
    out += fmt::format("{}: {} functions{}{}\n", escape_terminal(file.path), file.functions,
                       file.programs > 1 ? fmt::format(" in {} programs", file.programs) : "",
                       file.defects.empty() ? "" : fmt::format(", {} defects", file.defects.size()));
    if (!file.defects.empty()) {
      out += fmt::format("  first defect: offset {:#x}: {}\n", raw(file.defects.front().offset),
                         escape_terminal(file.defects.front().message));
    }
  }
  out += fmt::format("Learned {} samples with {} functions as {} family {} into {}\n", outcome.samples, outcome.functions,
                     name_of(options.role), escape_terminal(options.family), escape_terminal(index));
  if (outcome.skipped > 0) {
    out += fmt::format("Skipped {} files that the index has already under these names; --again learns them again\n", outcome.skipped);
  }
  return out;
}

/// Exit code for inputs that were not learned: that of the first.
int failed_code(const std::vector<FailedInput>& failed) {
  if (failed.empty()) return kDone;
  return exit_code_for(failed.front().error.code == ErrorCode::kIo ? ErrorCode::kIo : ErrorCode::kMalformed);
}

int run_queueing(const LearnArguments& arguments, const LearnOptions& options, const std::string& index, const Console& console) {
  const auto outcome = queue_files(arguments.files, options, index);
  if (!outcome) return console.fail(outcome.error());
  const int printed = console.print(console.json() ? queued_document(*outcome, options)
                                                   : fmt::format("Queued {} files for `prova index worker`{}\n", outcome->queued,
                                                                 outcome->waiting_already > 0 ? fmt::format("; {} wait already", outcome->waiting_already) : ""));
  for (const FailedInput& failed : outcome->failed) console.complain("not queued: " + to_string(failed.error));
  return printed != kDone ? printed : failed_code(outcome->failed);
}

int run_learn(const LearnArguments& arguments, const Console& console) {
  LearnOptions options = arguments.options;
  const auto role = sample_role_from(arguments.role);
  if (!role) {
    console.complain(fmt::format("role is '{}', expected malware, library or goodware", arguments.role));
    return kUsage;
  }
  options.role = *role;
  const std::string index = index_location(arguments.index);
  if (arguments.queue) return run_queueing(arguments, options, index, console);
  auto store = open_index(arguments.index, OpenMode::kWrite);
  if (!store) return console.fail(store.error());
  const auto outcome = learn(arguments.files, options, **store, console.progress());
  if (!outcome) return console.fail(outcome.error());
  const int printed = console.print(console.json() ? learn_document(*outcome, options) : outcome_text(*outcome, options, index));
  for (const FailedInput& failed : outcome->failed) console.complain("not learned: " + to_string(failed.error));
  if (outcome->interrupted) {
    console.complain(fmt::format("interrupted: {} samples are in the index, the unfinished batch is not; the same command goes on "
                                 "from there", outcome->samples));
    return kInterrupted;
  }
  if (printed != kDone) return printed;
  return failed_code(outcome->failed);
}

}  // namespace

void add_learn(CLI::App& app, Chosen& chosen) {
  CLI::App* command = app.add_subcommand("learn", "Add samples to the index of known programs");
  auto arguments = std::make_shared<LearnArguments>();
  command->add_option("FILE", arguments->files, "Programs, static libraries (.a, .lib), or directories of these")->required();
  command->add_option("--family", arguments->options.family, "Name that the samples are known under")->required();
  command->add_option("--actor", arguments->options.actor, "Who is known to use it");
  command->add_option("--role", arguments->role, "malware (default), library, or goodware; the last two explain code away");
  command->add_option("--version", arguments->options.version, "Version of the family");
  command->add_option("--first-seen", arguments->options.first_seen, "Date YYYY-MM-DD when the samples were first seen");
  command->add_option("--index", arguments->index, "Index directory or postgresql:// URL (default: PROVA_INDEX, else PROVA_HOME/index)");
  command->add_option("-j,--jobs", arguments->options.threads, "Threads; the result does not depend on it")->check(CLI::Range(1, 256));
  command->add_flag("--again", arguments->options.again, "Also files that the index has already under the same names");
  command->add_flag("--queue", arguments->queue, "Leave the files to `prova index worker` (shared index only)");
  command->add_flag("--json", arguments->json, "Print the prova/learn/1 document");
  command->footer(
      "Reads the files, writes the index. All samples of one call are added in one transaction, or in several from 1,000\n"
      "files or 500,000 functions on; what the index has already under the same names is skipped, so an interrupted call\n"
      "goes on where it stopped. A file that cannot be analysed, or that kills its analysis, is named and the rest is\n"
      "learned. Costs about a second per 5,000 functions.\n\n"
      "Examples:\n"
      "  prova learn --family older-tool --actor 'cluster A' --first-seen 2012-03-01 sample.exe\n"
      "  prova learn --family zlib --role library --version 1.2.13 /usr/lib/x86_64-linux-gnu/libz.a\n"
      "  prova learn --family debian --role goodware /usr/bin\n"
      "  prova learn --queue --index postgresql://db.example/prova --family older-tool /srv/samples");
  command->callback([arguments, &chosen] {
    chosen.action = [arguments](const Console& console) { return run_learn(*arguments, console); };
  });
}

}  // namespace prova::cli
