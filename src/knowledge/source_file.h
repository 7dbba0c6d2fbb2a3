#pragma once
// The form in which a source is kept: JSON lines, one record each. Format: docs/formats/knowledge.md.

#include <string>
#include <string_view>

#include "base/result.h"
#include "knowledge/records.h"

namespace prova::knowledge {

constexpr int kSourceFileVersion = 1;

/// The bytes of a source file: a header, one line per citation, group, program, technique and skipped object, and a last
/// line with the XXH3 of everything before it. Deterministic. O(n).
[[nodiscard]] std::string write_source(const Source& source);

/// Errors: kStore: another format or version, a damaged or missing line (with its number), a checksum that differs.
[[nodiscard]] Result<Source> parse_source(std::string_view bytes);

}  // namespace prova::knowledge
