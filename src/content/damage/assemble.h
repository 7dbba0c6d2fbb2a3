#pragma once
// From located blocks to a file: its extents, and the proof that they are it.

#include <functional>

#include "content/damage/file_examiner.h"
#include "content/damage/verdict.h"

namespace prova {

/// Reads places of sources again. One per thread.
class SourceReader {
 public:
  explicit SourceReader(const std::vector<ScanSource>& sources) : sources_(sources) {}
  SourceReader(const SourceReader&) = delete;
  SourceReader& operator=(const SourceReader&) = delete;
  ~SourceReader();
  /// `into.size()` bytes at `offset` of a source, or of its file `path`. False when they cannot be read whole.
  [[nodiscard]] bool read(std::uint32_t source, const std::string& path, std::uint64_t offset, std::span<std::byte> into);

 private:
  [[nodiscard]] int open(std::uint32_t source, const std::string& path);
  const std::vector<ScanSource>& sources_;
  std::uint32_t open_source_ = 0;
  std::string open_path_;
  int file_ = -1;
};

/// What blocks say about a file.
struct LocatedBlocks {
  std::vector<FileExtent> extents;        ///< Of what was found, by file offset; neighbours joined.
  std::vector<bool> lost;             ///< One per block.
  std::uint64_t found_bytes = 0, constant_bytes = 0, lost_blocks = 0;
  [[nodiscard]] bool complete() const { return lost_blocks == 0; }
};

/// The places of a file's blocks. A tail that is not found padded with zeros is looked for right behind the block before it,
/// where the disk may hold something else after it. O(blocks · log streams).
[[nodiscard]] LocatedBlocks locate_blocks(std::size_t file, const ScanTargets& targets, SourceReader& reader);

/// Hands the bytes of the extents to `sink`, in order. False when one cannot be read.
/// REQUIRES: the extents cover the file without a gap.
[[nodiscard]] bool read_extents(const std::vector<FileExtent>& extents, SourceReader& reader, const std::function<bool(ByteView)>& sink);

/// Whether the extents, read again, have this SHA-256. About 1 GB/s.
[[nodiscard]] bool confirm(const std::vector<FileExtent>& extents, const Sha256& digest, SourceReader& reader);

}  // namespace prova
