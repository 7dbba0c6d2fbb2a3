#pragma once
// Writes what the loader or linker would write into sections, without touching the file's bytes.

#include <bit>
#include <memory>
#include <optional>
#include <unordered_map>

#include "binary/binary_image.h"

namespace prova {

/// Bytes that may be copied per byte of file, so that sections which share their content cannot multiply it.
constexpr std::uint64_t kOwnedBytesPerFileByte = 2;

/// Patches the sections of one image. The first write into a section replaces its content by a copy that the image
/// owns. REQUIRES: image.sections is sorted and stays unchanged while the patcher lives.
/// Thread safety: one instance per load.
class SectionPatcher {
 public:
  explicit SectionPatcher(BinaryImage& image) : image_(image), copy_left_(kOwnedBytesPerFileByte * image.file.size()) {}

  /// The integer of `width` bytes (1, 2, 4, 8) that the file holds for `address`, before any patch. O(log sections).
  [[nodiscard]] std::optional<std::uint64_t> original_at(VirtualAddress address, unsigned width) const;
  /// As above, after the patches so far.
  [[nodiscard]] std::optional<std::uint64_t> current_at(VirtualAddress address, unsigned width) const;
  /// Writes the low `width` bytes of `value`. False when the bytes are not backed by the file, or the copies would
  /// exceed kOwnedBytesPerFileByte. O(log sections), and O(section) for the first write into one.
  [[nodiscard]] bool write(VirtualAddress address, std::uint64_t value, unsigned width);

 private:
  struct Copy {
    std::shared_ptr<std::vector<std::byte>> bytes;
    ByteView original;
  };
  [[nodiscard]] std::vector<std::byte>* copy_of(const Section& section);
  [[nodiscard]] std::endian order() const { return image_.big_endian ? std::endian::big : std::endian::little; }

  BinaryImage& image_;
  std::uint64_t copy_left_;
  std::unordered_map<std::size_t, Copy> copies_;  ///< By index into image.sections.
};

/// The integer of `width` bytes (1, 2, 4, 8) at the start of `bytes`, or nothing when there are fewer.
[[nodiscard]] std::optional<std::uint64_t> read_integer(ByteView bytes, unsigned width, std::endian order);

}  // namespace prova
