#pragma once
// `prova index export`, `prova index import` and `prova index starter`.

#include "cli/commands.h"

namespace prova::cli {

/// Registers the subcommands under `prova index`.
void add_index_exchange(CLI::App& index, Chosen& chosen);

}  // namespace prova::cli
