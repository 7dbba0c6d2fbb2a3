#include "cli/commands.h"

#include <fmt/format.h>

#include <exception>
#include <new>

#include "prova_version.h"

namespace prova::cli {
namespace {

constexpr const char* kExamples =
    "Examples:\n"
    "  prova learn --family older-tool --role malware sample.exe\n"
    "  prova match unknown.exe\n"
    "  prova new case-2022 && prova investigate case-2022\n"
    "\n"
    "State lives in PROVA_HOME (default ~/.local/share/prova). Every command has --help with examples.\n"
    "Exit codes: 0 done, 1 a check said no, 2 usage, 3 bad input, 4 I/O or store failure.";

int dispatch(int argc, char** argv) {
  CLI::App app{"prova: what an attack left behind, whose it is, and how sure we can be", "prova"};
  app.require_subcommand(1);
  app.set_version_flag("--version", fmt::format("prova {} (commit {}, {})", PROVA_VERSION, PROVA_COMMIT, PROVA_BUILD_TYPE));
  app.footer(kExamples);
  app.get_formatter()->column_width(34);
  Chosen chosen;
  add_investigate(app, chosen);
  add_serve(app, chosen);
  add_case(app, chosen);
  add_functions(app, chosen);
  add_learn(app, chosen);
  add_match(app, chosen);
  add_compare(app, chosen);
  add_names(app, chosen);
  add_yara(app, chosen);
  add_index(app, chosen);
  add_knowledge(app, chosen);
  add_rank(app, chosen);
  add_leak(app, chosen);
  add_assess(app, chosen);
  add_report(app, chosen);
  add_inventory(app, chosen);
  add_damage(app, chosen);
  add_recover(app, chosen);
  add_proof(app, chosen);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = app.exit(error);
    return code == 0 ? kDone : kUsage;
  }
  watch_for_interrupts();
  bool json = false, progress_lines = false;
  for (const CLI::App* command = &app; command != nullptr;) {
    if (const CLI::Option* option = command->get_option_no_throw("--json")) json = json || option->count() > 0;
    if (const CLI::Option* option = command->get_option_no_throw("--progress-lines")) progress_lines = progress_lines || option->count() > 0;
    const auto below = command->get_subcommands();
    command = below.empty() ? nullptr : below.front();
  }
  return chosen.action ? chosen.action(Console(json, progress_lines)) : kUsage;
}

}  // namespace

int run(int argc, char** argv) {
  const Console console(false);
  try {
    return dispatch(argc, argv);
  } catch (const std::bad_alloc&) {
    console.complain("not enough memory");
  } catch (const std::exception& error) {
    console.complain(fmt::format("internal error: {}", error.what()));
  }
  return kFailed;
}

}  // namespace prova::cli
