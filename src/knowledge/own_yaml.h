#pragma once
// Knowledge files of our own, in YAML. Format: docs/formats/knowledge.md.

#include <string_view>

#include "base/result.h"
#include "knowledge/records.h"

namespace prova::knowledge {

/// Largest file: some 20,000 groups as the shipped file describes them.
constexpr std::size_t kMaxKnowledgeYamlBytes = 16U << 20;

/// Reads a file that begins with `knowledge: 1`. An entry that cannot be used (no id, an unknown key, a citation that is
/// not in the file, a country that does not exist) is skipped and listed with its line.
/// O(n). Errors: kMalformed (no YAML, no such file; with the line), kLimit (size, values, brackets).
[[nodiscard]] Result<Source> read_own_yaml(std::string_view text);

}  // namespace prova::knowledge
