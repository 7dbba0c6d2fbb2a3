#pragma once
// Whose code is this: the use case behind `prova match`.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "binary/load.h"
#include "kinship/match_report.h"
#include "kinship/match_sample.h"
#include "workbench/inputs.h"
#include "workbench/progress.h"

namespace prova {

struct MatchOutcome {
  std::vector<MatchReport> reports;  ///< One per program, in the order of the inputs.
  std::vector<FailedInput> failed;
  bool interrupted = false;
};

/// Matches every program in the named files and directories with the index. Files that cannot be analysed are listed.
/// Errors: those of the store.
[[nodiscard]] Result<MatchOutcome> match_files(std::span<const std::string> named, const FingerprintStore& store,
                                               const MatchOptions& options, const std::optional<RawLayout>& raw = {},
                                               const Progress& progress = {});

}  // namespace prova
