#pragma once
// The knowledge directory: one file per imported source. Format: docs/formats/knowledge.md.

#include <filesystem>
#include <vector>

#include "base/result.h"
#include "knowledge/records.h"

namespace prova::knowledge {

/// Largest source file that is read back: ATT&CK v18's has 4 MB.
constexpr std::uint64_t kMaxSourceFileBytes = 1ULL << 30;

/// Every source in the directory, ascending by id; none when the directory does not exist yet. Files of other names are
/// left alone. Errors: kIo; kStore (a damaged file, named, with the remedy).
[[nodiscard]] Result<std::vector<Source>> read_directory(const std::filesystem::path& directory);

/// Writes the source as DIRECTORY/ID.jsonl, in place of an earlier import of the same id: after a crash either the old or
/// the new one is there. Makes the directory when it is missing. Errors: kIo; kUsage (an id that is no file name).
[[nodiscard]] Status write_to_directory(const std::filesystem::path& directory, const Source& source);

/// Removes the source. Errors: kNotFound, kIo.
[[nodiscard]] Status remove_from_directory(const std::filesystem::path& directory, std::string_view id);

/// An id is a file name: 1 to 64 lower-case letters, digits, '-' and '_', beginning with a letter.
[[nodiscard]] bool is_source_id(std::string_view id);
/// The nearest id to a file's name: "My Bundle.json" gives "my-bundle".
[[nodiscard]] std::string source_id_from(std::string_view file_name);

}  // namespace prova::knowledge
