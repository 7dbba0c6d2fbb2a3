#pragma once
// Revisions of an assessment are kept: CASE/revisions.jsonl, one line per investigation that came to another answer.
// docs/formats/revisions.md

#include <filesystem>
#include <string>
#include <vector>

#include "attribution/assessment.h"

namespace prova {

/// Largest file read: a line has some hundred bytes per question, so this is years of daily revisions.
constexpr std::uint64_t kMaxRevisionBytes = 16ULL << 20;

struct RevisionOrigin {
  std::string time, who, tool_version;  ///< RFC 3339 UTC, a name, "prova 0.1.0 (...)".
};

/// Appends the assessment unless its answers are those of the last line. Errors: kIo; kLimit.
[[nodiscard]] Status keep_revision(const std::filesystem::path& directory, const Assessment& assessment, const RevisionOrigin& origin);

/// How many revisions are kept; 0 without a file. Errors: kIo; kLimit.
[[nodiscard]] Result<std::size_t> count_revisions(const std::filesystem::path& directory);

}  // namespace prova
