#include "workbench/views/case_source_paths.h"

#include <fmt/format.h>

#include "base/file.h"
#include "evidence/case.h"

namespace prova {

namespace fs = std::filesystem;

Result<CaseSources> read_case_sources(const fs::path& case_directory) {
  const fs::path path = case_directory / kSourcesFile;
  std::error_code ignored;
  if (!fs::exists(path, ignored)) return fail(ErrorCode::kNotFound, "the case has no sources.yaml");
  PROVA_TRY(text, read_file(path, kMaxCaseBytes));
  CaseSourcesReading reading = parse_case_sources(text);
  if (reading.parsed) return *std::move(reading.parsed);
  std::string mistakes;
  for (const CaseError& one : reading.errors) mistakes += fmt::format("{}line {}: {}", mistakes.empty() ? "" : "; ", one.line, one.message);
  return tl::unexpected<Error>(Error{ErrorCode::kMalformed, mistakes, std::nullopt, std::string(kSourcesFile)});
}

std::optional<FoundSource> find_source(const fs::path& case_directory, const std::vector<std::string>& written, std::string_view reported) {
  std::optional<FoundSource> best;
  for (const std::string& one : written) {
    std::string name = fs::path(one).lexically_normal().generic_string();
    if (name.size() > 1 && name.back() == '/') name.pop_back();
    const std::size_t at = name.empty() ? std::string_view::npos : reported.find(name);
    if (at == std::string_view::npos || (at != 0 && reported[at - 1] != '/')) continue;
    const std::size_t length = at + name.size();
    const bool ends = length == reported.size() || reported[length] == '!' || reported[length] == '/';
    if (ends && (!best || length > best->length)) best = FoundSource{(case_directory / one).lexically_normal(), length};
  }
  return best;
}

std::optional<fs::path> file_below(const fs::path& root, std::string_view name) {
  const fs::path relative(name);
  if (name.empty() || name.find('\0') != std::string_view::npos || relative.is_absolute()) return std::nullopt;
  fs::path at = root;
  std::error_code error;
  for (const fs::path& part : relative) {
    if (part == "..") return std::nullopt;
    at /= part;
    if (fs::symlink_status(at, error).type() == fs::file_type::symlink) return std::nullopt;
  }
  if (!fs::is_regular_file(at, error)) return std::nullopt;
  return at;
}

}  // namespace prova
