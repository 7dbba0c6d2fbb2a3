#pragma once
// Files: read-only mapping of untrusted inputs, and writing that a crash cannot leave half done.

#include <filesystem>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace prova {

/// A file mapped read-only. Movable, not copyable; the view lives as long as the object.
/// A file that shrinks while mapped raises SIGBUS on access: callers that read files somebody may still be writing
/// copy them first with `read_file`.
class MappedFile {
 public:
  /// Errors: kIo, naming the path and the reason (also for directories and special files).
  [[nodiscard]] static Result<MappedFile> open(const std::filesystem::path& path);
  MappedFile(MappedFile&& other) noexcept;
  MappedFile& operator=(MappedFile&& other) noexcept;
  MappedFile(const MappedFile&) = delete;
  MappedFile& operator=(const MappedFile&) = delete;
  ~MappedFile();
  [[nodiscard]] ByteView bytes() const { return bytes_; }

 private:
  explicit MappedFile(ByteView bytes) : bytes_(bytes) {}
  ByteView bytes_;
};

/// The whole file in memory. Errors: kIo; kLimit when it holds more than `limit` bytes.
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit);

/// Writes `content` so that after a crash the path holds either the old content or all of the new one: temporary
/// file beside it, fsync, rename, fsync of the directory. Errors: kIo; the old file is then untouched.
[[nodiscard]] Status write_file_atomically(const std::filesystem::path& path, std::string_view content);

/// fsync of a directory, so that a rename or unlink inside it survives a power cut. Errors: kIo.
[[nodiscard]] Status sync_directory(const std::filesystem::path& directory);

}  // namespace prova
