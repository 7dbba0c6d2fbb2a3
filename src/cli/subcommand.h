#pragma once
// How a subcommand leaves its action, so that each says only what it is about.

#include <memory>
#include <utility>

#include "cli/commands.h"

namespace prova::cli {

/// A subcommand of `parent` that runs `run(arguments, console)` when it was chosen. `arguments` are shared with the options that fill them.
template <typename Arguments, typename Run>
CLI::App* add_subcommand(CLI::App& parent, Chosen& chosen, const std::shared_ptr<Arguments>& arguments, const char* name, const char* what, Run run) {
  CLI::App* command = parent.add_subcommand(name, what);
  command->callback([arguments, &chosen, run = std::move(run)] {
    chosen.action = [arguments, run](const Console& console) { return run(*arguments, console); };
  });
  return command;
}

}  // namespace prova::cli
