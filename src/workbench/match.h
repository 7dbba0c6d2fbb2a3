#pragma once
// Whose code is this: the use case behind `prova match`.

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "binary/load.h"
#include "kinship/match_report.h"
#include "kinship/match_sample.h"
#include "kinship/yara_rules.h"
#include "workbench/inputs.h"
#include "workbench/progress.h"

namespace prova {

struct MatchOutcome {
  std::vector<MatchReport> reports;  ///< One per program, in the order of the inputs.
  std::vector<FailedInput> failed;
  bool interrupted = false;
};

/// The rules in the named files, and in *.yar and *.yara files below the named directories. Files with mistakes are left
/// out and listed in `errors`, with file and line. Errors: kMalformed (nothing compiles), kNotFound, kIo, kLimit.
[[nodiscard]] Result<YaraRules> read_rules(std::span<const std::string> named, std::vector<Error>& errors);

/// Matches every program in the named files and directories with the index. Files that cannot be analysed are listed.
/// `rules`, when given, are run on each; a sample on which they time out gets a defect that says so.
/// Errors: those of the store.
[[nodiscard]] Result<MatchOutcome> match_files(std::span<const std::string> named, const FingerprintStore& store,
                                               const MatchOptions& options, const std::optional<RawLayout>& raw = {},
                                               const Progress& progress = {}, const YaraRules* rules = nullptr);

}  // namespace prova
