#pragma once
// A case as the workbench shows it: read once, looked at from many sides. The use cases behind the documents of
// docs/formats/web-api.md.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "attribution/timeline.h"
#include "report/case_report.h"
#include "report/phrases.h"
#include "report/statement.h"
#include "workbench/investigate.h"

namespace prova {

/// case.yaml at one moment. With mistakes `parsed` is empty and `shown` holds what could be read.
struct CaseSnapshot {
  std::string revision;               ///< SHA-256 of the file in hex; empty when it could not be read.
  std::optional<Case> parsed;
  Case shown;                         ///< `parsed` where there is one.
  std::vector<CaseError> errors, warnings;
  std::string file;                   ///< CASE/case.yaml
};
[[nodiscard]] CaseSnapshot read_snapshot(const std::filesystem::path& directory);

/// The case with its texts in a language, as far as they are translated; as written where the translations have mistakes
/// (which a statement in that language reports).
[[nodiscard]] Case in_language(const std::filesystem::path& directory, const Case& input, report::Language language);

/// When CASE/report/report.json was written, RFC 3339 UTC; empty when there is none.
[[nodiscard]] std::string reported_at(const std::filesystem::path& directory);

/// The questions on a day, as if the items `without` were not there. `as_of` unset: the day of the newest item, left out
/// or not. Errors: kUsage (an id that names no item); those of assess_case.
[[nodiscard]] Result<Assessment> assess_without(const std::filesystem::path& directory, const Case& input, std::optional<Day> as_of,
                                                const std::vector<std::string>& without);

/// What a statement or an export of the workbench is made of.
struct StatementRequest {
  report::StatementOptions options;
  std::string tlp;                    ///< Instead of the case's own; empty: as the case says.
  std::optional<Day> as_of;
  std::string time, tool_version;     ///< As InvestigateOptions.
};
struct StatementMaterial {
  report::CaseReport report;
  report::Statement statement;
};
/// The statement from what the last investigation measured; nothing is compared again. A file with translations that has
/// mistakes fails with kMalformed and its first line. Errors: kIo; kLimit; kMalformed.
[[nodiscard]] Result<StatementMaterial> state_case(const std::filesystem::path& directory, const Case& input, const StatementRequest& request);

}  // namespace prova
