#pragma once
// Reading a file of a live system once, from its first byte to its last, into fingerprints.

#include <sys/stat.h>

#include <filesystem>
#include <memory>

#include "base/result.h"
#include "content/inventory/content_marks.h"
#include "content/inventory/file_fingerprint.h"

namespace prova {

/// What fingerprinting needs besides the bytes. Thread safe.
struct FingerprintSettings {
  explicit FingerprintSettings(const DerivedKeys& keys, MarkOptions wanted) : hasher(keys.blocks), keys_of_marks(mark_keys(keys)), marks(wanted) {}
  BlockHasher hasher;
  MarkKeys keys_of_marks;
  MarkOptions marks;
};

/// One per thread: its buffer serves one file after the other.
class FileReader {
 public:
  explicit FileReader(const FingerprintSettings& settings) : settings_(settings), fingerprinter_(settings.hasher) {}

  /// Everything about the file at `path`, under its last name. A file that changes meanwhile is flagged and described as it was read.
  /// Errors: kIo.
  [[nodiscard]] Result<InventoriedFile> read(const std::filesystem::path& path);

 private:
  [[nodiscard]] Status read_content(int file, std::uint64_t expected, InventoriedFile& into);
  std::span<std::byte> buffer(std::size_t size);

  const FingerprintSettings& settings_;
  FileFingerprinter fingerprinter_;
  Extractor extractor_;
  std::unique_ptr<std::byte[]> bytes_;
  std::size_t capacity_ = 0;
};

/// Moves a finished fingerprint into a file's record.
void take_fingerprint(FileFingerprint fingerprint, InventoriedFile& file);
/// What stat(2) says, into the record.
void take_stat(const struct stat& info, InventoriedFile& file);

}  // namespace prova
