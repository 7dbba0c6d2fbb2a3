#pragma once
// The command line: argv in, an exit code out. Each command has a file of its own and registers itself here.

#include <CLI/CLI.hpp>
#include <functional>
#include <memory>

#include "cli/console.h"

namespace prova::cli {

/// What a chosen command does once the arguments are parsed.
using Action = std::function<int(const Console&)>;

/// Where registration leaves the action of the command that was chosen.
struct Chosen {
  Action action;
};

void add_functions(CLI::App& app, Chosen& chosen);
void add_learn(CLI::App& app, Chosen& chosen);
void add_match(CLI::App& app, Chosen& chosen);
void add_compare(CLI::App& app, Chosen& chosen);
void add_names(CLI::App& app, Chosen& chosen);
void add_yara(CLI::App& app, Chosen& chosen);
void add_index(CLI::App& app, Chosen& chosen);
void add_knowledge(CLI::App& app, Chosen& chosen);    // knowledge import, show, search, info, remove
void add_rank(CLI::App& app, Chosen& chosen);
void add_leak(CLI::App& app, Chosen& chosen);
void add_case(CLI::App& app, Chosen& chosen);         // new, case check
void add_assess(CLI::App& app, Chosen& chosen);
void add_report(CLI::App& app, Chosen& chosen);
void add_investigate(CLI::App& app, Chosen& chosen);
void add_serve(CLI::App& app, Chosen& chosen);
void add_inventory(CLI::App& app, Chosen& chosen);    // inventory create, verify, key new
void add_damage(CLI::App& app, Chosen& chosen);
void add_recover(CLI::App& app, Chosen& chosen);
void add_proof(CLI::App& app, Chosen& chosen);        // proof verify

/// Parses, runs, and returns the exit code: 0 done, 1 a check said no, 2 usage, 3 bad input, 4 I/O or store.
int run(int argc, char** argv);

}  // namespace prova::cli
