#include "knowledge/directory.h"

#include <algorithm>
#include <fmt/format.h>
#include <system_error>

#include "base/file.h"
#include "knowledge/source_file.h"

namespace prova::knowledge {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view kExtension = ".jsonl";
constexpr std::size_t kMaxSourceId = 64;

tl::unexpected<Error> io_error(const fs::path& path, const std::error_code& reason) {
  return tl::unexpected<Error>(Error{ErrorCode::kIo, reason.message(), std::nullopt, path.string()});
}

fs::path path_of(const fs::path& directory, std::string_view id) { return directory / (std::string(id) + std::string(kExtension)); }

Result<std::vector<fs::path>> source_files(const fs::path& directory) {
  std::vector<fs::path> files;
  std::error_code error;
  if (!fs::exists(directory, error)) return files;
  for (fs::directory_iterator at(directory, error), end; !error && at != end; at.increment(error)) {
    const std::string name = at->path().filename().string();
    if (name.ends_with(kExtension) && is_source_id(std::string_view(name).substr(0, name.size() - kExtension.size()))) {
      files.push_back(at->path());
    }
  }
  if (error) return io_error(directory, error);
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

bool is_source_id(std::string_view id) {
  const auto fits = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
  return !id.empty() && id.size() <= kMaxSourceId && id[0] >= 'a' && id[0] <= 'z' && std::all_of(id.begin(), id.end(), fits);
}

std::string source_id_from(std::string_view file_name) {
  std::string id;
  for (const char c : file_name.substr(0, file_name.rfind('.'))) {
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) id += c;
    else if (c >= 'A' && c <= 'Z') id += static_cast<char>(c - 'A' + 'a');
    else if (!id.empty() && id.back() != '-') id += '-';
  }
  while (!id.empty() && id.back() == '-') id.pop_back();
  if (id.empty() || id[0] < 'a') id = "source" + (id.empty() ? "" : "-" + id);
  return id.substr(0, kMaxSourceId);
}

Result<std::vector<Source>> read_directory(const fs::path& directory) {
  PROVA_TRY(files, source_files(directory));
  std::vector<Source> sources;
  for (const fs::path& file : files) {
    PROVA_TRY(bytes, read_file(file, kMaxSourceFileBytes));
    auto source = parse_source(bytes);
    if (!source) {
      source.error().file = file.string();
      return tl::unexpected<Error>(source.error());
    }
    sources.push_back(*std::move(source));
  }
  return sources;
}

Status write_to_directory(const fs::path& directory, const Source& source) {
  if (!is_source_id(source.id)) {
    return fail(ErrorCode::kUsage, fmt::format("'{}' cannot name a source: expected lower-case letters, digits, '-' and '_'", source.id));
  }
  std::error_code error;
  fs::create_directories(directory, error);
  if (error) return io_error(directory, error);
  return write_file_atomically(path_of(directory, source.id), write_source(source));
}

Status remove_from_directory(const fs::path& directory, std::string_view id) {
  std::error_code error;
  if (!is_source_id(id) || !fs::exists(path_of(directory, id), error)) {
    return fail(ErrorCode::kNotFound, fmt::format("no source '{}' in {}; prova knowledge info lists them", id, directory.string()));
  }
  if (!fs::remove(path_of(directory, id), error) || error) return io_error(path_of(directory, id), error);
  return sync_directory(directory);
}

}  // namespace prova::knowledge
