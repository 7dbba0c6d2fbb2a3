#pragma once
// `prova index init`, `grant`, `queue` and `worker`: a shared index and those who fill it.

#include "cli/commands.h"

namespace prova::cli {

void add_index_shared(CLI::App& index, Chosen& chosen);

}  // namespace prova::cli
