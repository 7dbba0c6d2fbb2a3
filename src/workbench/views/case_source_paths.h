#pragma once
// The files and directories that CASE/sources.yaml names, found again for what a report says of them. A report holds paths as
// they were when it was made, perhaps from another working directory; only what sources.yaml names is ever opened.

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "evidence/case_sources.h"

namespace prova {

/// A source of the case that a reported path belongs to.
struct FoundSource {
  std::filesystem::path path;  ///< Of the source.
  std::size_t length = 0;      ///< Of the reported path's part that names it.
};

/// CASE/sources.yaml. Errors: kNotFound; kMalformed with every mistake.
[[nodiscard]] Result<CaseSources> read_case_sources(const std::filesystem::path& case_directory);

/// The source among `written` (paths as in sources.yaml) that `reported` names or lies in: equal to it, or its end, or followed
/// by '!' or '/'. Nothing when none is.
[[nodiscard]] std::optional<FoundSource> find_source(const std::filesystem::path& case_directory, const std::vector<std::string>& written, std::string_view reported);

/// `name` below `root`, if it stays there: no "..", no symbolic link on the way, a regular file. Nothing otherwise.
[[nodiscard]] std::optional<std::filesystem::path> file_below(const std::filesystem::path& root, std::string_view name);

}  // namespace prova
