#pragma once
// One input file, read and loaded: what every use case that looks at programs starts from.

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/hash.h"
#include "binary/load.h"

namespace prova {

/// Largest input that is read. The file is read into memory, not mapped: a file that somebody truncates while we
/// look at it must not be able to stop us.
constexpr std::uint64_t kMaxInputBytes = 4ULL << 30;

/// Movable only as a whole (the images point into `bytes`), hence the indirection.
struct OpenedFile {
  std::filesystem::path path;
  std::unique_ptr<const std::string> bytes;
  Sha256 sha256;
  LoadedFile loaded;
};

/// Errors: kIo, kLimit (larger than kMaxInputBytes), and those of `load`; `Error::file` is filled in.
[[nodiscard]] Result<OpenedFile> open_file(const std::filesystem::path& path,
                                           const std::optional<RawLayout>& raw = std::nullopt);

}  // namespace prova
