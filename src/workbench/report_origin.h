#pragma once
// CASE/report/origin.json: what the last investigation compared the artefacts with, so that the next one does not
// silently compare them with less. Format: docs/formats/origin.md.

#include <filesystem>
#include <string>

#include "base/result.h"

namespace prova {

/// The index of the last investigation; empty when none is recorded, or the file is not one that we wrote.
[[nodiscard]] std::string recorded_index(const std::filesystem::path& directory);

/// Records it. A location that is not a directory (a URL may hold a password) is not recorded. Errors: kIo.
[[nodiscard]] Status record_index(const std::filesystem::path& directory, const std::string& location);

/// `given` when not empty, else PROVA_INDEX, else the recorded one, else `index` below the home directory.
[[nodiscard]] std::string index_for_case(const std::filesystem::path& directory, const std::string& given);

/// Why an investigation of this case would measure less than it should: there are artefacts and no index at `location`.
/// Empty: go on. The sentence says what to do.
[[nodiscard]] std::string why_no_index(const std::filesystem::path& directory, const std::string& location);

}  // namespace prova
