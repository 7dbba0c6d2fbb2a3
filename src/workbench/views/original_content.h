#pragma once
// The original of a leaked document, where the case has it: a whole copy in a backup or directory, or its extents on a raw image.

#include <string>

#include "evidence/case_sources.h"
#include "workbench/views/damage_view.h"

namespace prova {

struct OriginalContent {
  std::string bytes;  ///< Their SHA-256 is the inventoried one.
  std::string from;   ///< "backup build/content/backup". Untrusted.
};

/// The inventoried file `path` of `system`, read back. Errors: kNotFound, always with the reason as a sentence for the reader.
[[nodiscard]] Result<OriginalContent> read_original(const std::filesystem::path& case_directory, const CaseSources& sources, const DamageView& damage,
                                                    std::string_view system, std::string_view path);

}  // namespace prova
