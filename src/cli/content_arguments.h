#pragma once
// Arguments that `damage` and `recover` share.

#include <CLI/CLI.hpp>

#include "workbench/damage.h"

namespace prova::cli {

/// INVENTORY, SOURCE..., --image, --dir, --backup, --copy, --key, --every-sector, --raw-only, --jobs.
void add_source_options(CLI::App* command, DamageRequest& request);

}  // namespace prova::cli
