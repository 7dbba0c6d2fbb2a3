#pragma once
// A mapped segment whose blocks are compared with their checksums when they are first touched.

#include <atomic>
#include <filesystem>
#include <memory>

#include "base/file.h"
#include "base/result.h"
#include "store/segments/layout.h"

namespace prova {

/// Whether blocks are compared with their checksums. Only the fuzz target says no, to reach what lies behind them.
enum class Checksums : bool { kIgnore, kCheck };

/// Owns the mapping. Opening touches only the first and last pages and the checksum table (0.05 % of the file).
/// Thread safety: const members may be called from several threads at once.
class CheckedFile {
 public:
  /// Errors: kIo; kStore (the layout contradicts itself, or the table its checksum).
  [[nodiscard]] static Result<CheckedFile> open(const std::filesystem::path& path, Checksums checksums);

  [[nodiscard]] const SegmentLayout& layout() const { return layout_; }
  [[nodiscard]] std::uint64_t size() const { return file_.bytes().size(); }
  [[nodiscard]] std::uint64_t footer_checksum() const;
  /// "00000007.segment", for messages.
  [[nodiscard]] const std::string& name() const { return name_; }

  /// `size` bytes at `offset` of a part, or null when they do not lie within it or a block of theirs is damaged:
  /// `error_at` says which. O(1) once the blocks were touched.
  [[nodiscard]] const std::byte* bytes(SegmentPart part, std::uint64_t offset, std::uint64_t size) const {
    const Extent& extent = layout_[part];
    if (offset > extent.size || size > extent.size - offset || !intact(extent.offset + offset, size)) return nullptr;
    return file_.bytes().data() + extent.offset + offset;
  }
  /// A whole part, or null.
  [[nodiscard]] const std::byte* bytes(SegmentPart part) const { return bytes(part, 0, layout_[part].size); }

  /// Why `bytes` returned null, or, when it did not, that `what` is wrong there. Always kStore, with segment and
  /// offset.
  [[nodiscard]] tl::unexpected<Error> error_at(SegmentPart part, std::uint64_t offset, std::uint64_t size,
                                               std::string what) const;
  /// An error about the file as a whole.
  [[nodiscard]] tl::unexpected<Error> error(std::string message, std::uint64_t offset) const;

  /// Whether block `index` (of layout().blocks()) matches its checksum; does not remember the answer.
  [[nodiscard]] bool block_matches(std::uint64_t index) const;

 private:
  CheckedFile(MappedFile file, SegmentLayout layout, std::string name, Checksums checksums);

  [[nodiscard]] bool intact(std::uint64_t offset, std::uint64_t size) const {
    if (size == 0) return true;
    const std::uint64_t last = (offset + size - 1) / kBlockBytes;
    for (std::uint64_t block = offset / kBlockBytes; block <= last; ++block) {
      if ((seen_[block / 64].load(std::memory_order_relaxed) >> (block % 64) & 1) == 0 && !touch(block)) return false;
    }
    return true;
  }
  bool touch(std::uint64_t block) const;

  MappedFile file_;
  SegmentLayout layout_;
  std::string name_;
  Checksums checksums_;
  std::unique_ptr<std::atomic<std::uint64_t>[]> seen_;  ///< A bit per block that was found intact.
};

}  // namespace prova
