#pragma once
// Where the file systems of a disk lie: by its partition tables, by a table's copy, or by looking for the file systems.

#include <optional>
#include <string>
#include <vector>

#include "content/image/image_reader.h"

namespace prova {

enum class FileSystemKind : std::uint8_t { kUnknown, kExt, kNtfs, kFat };
[[nodiscard]] std::string_view name_of(FileSystemKind kind);  ///< "ext", "ntfs", "fat", "unknown".

struct Volume {
  std::uint64_t offset = 0, size = 0;  ///< Bytes. The size reaches to the end of the disk when no table says better.
  FileSystemKind kind = FileSystemKind::kUnknown;  ///< By the signature at its start.
  std::string found_by;                ///< "whole disk", "mbr", "gpt", "gpt copy", "signature".
};

/// A GUID partition table, from its header at LBA 1 or its copy in the last sector.
struct Gpt {
  bool header_ok = false, entries_ok = false;  ///< Their checksums hold.
  std::uint64_t header_offset = 0;
  std::vector<Volume> volumes;
  [[nodiscard]] bool ok() const { return header_ok && entries_ok; }
};

/// A GPT has 128 entries by specification; more are accepted up to this, to bound reading.
constexpr std::uint32_t kMaxGptEntries = 1024;
/// Logical partitions followed in an extended one: a damaged chain can loop.
constexpr unsigned kMaxLogicalPartitions = 128;

[[nodiscard]] bool has_mbr_signature(const ImageReader& image);
/// Partitions of the MBR, logical ones included, that lie on the disk; protective entries (0xee) are left out.
[[nodiscard]] std::vector<Volume> mbr_volumes(const ImageReader& image);
/// The table whose header is at `header_offset`; nothing without "EFI PART" there.
[[nodiscard]] std::optional<Gpt> read_gpt(const ImageReader& image, std::uint64_t header_offset);
/// Which file system starts at `offset`, by its signature.
[[nodiscard]] FileSystemKind file_system_at(const ImageReader& image, std::uint64_t offset);

/// All volumes by the best source that is left, ascending. Without any table: a file system on the whole disk, or those
/// whose start or whose copy of it lies on a multiple of 1 MiB or at sector 63. O(size / 1 MiB) small reads at worst.
[[nodiscard]] std::vector<Volume> find_volumes(const ImageReader& image);

}  // namespace prova
