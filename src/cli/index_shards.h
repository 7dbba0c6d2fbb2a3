#pragma once
// `prova index shard add|list` and `prova index move`.

#include "cli/commands.h"

namespace prova::cli {

void add_index_shards(CLI::App& index, Chosen& chosen);

}  // namespace prova::cli
