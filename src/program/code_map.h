#pragma once
// The executable bytes of an image, numbered through without holes, and what is known of each byte.

#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "binary/binary_image.h"

namespace prova {

/// Number of a byte among all executable bytes, in ascending order of address. Dense, so facts are plain arrays.
using CodeIndex = std::uint32_t;
constexpr CodeIndex kNowhere = std::numeric_limits<CodeIndex>::max();

/// At most this many executable bytes are looked at; the largest browser engines have some 200 MB. Memory during
/// discovery is about 6 bytes per code byte, so this bounds it to 6 GB.
constexpr std::uint64_t kMaxCodeBytes = 1ULL << 30;

/// A stretch of executable bytes without holes: one section, cut where the next one begins.
struct CodeRegion {
  VirtualAddress address{};
  ByteView bytes;
  CodeIndex first = 0;       ///< Index of its first byte.
  std::uint32_t section = 0; ///< Index into BinaryImage::sections.
  [[nodiscard]] CodeIndex end() const { return first + static_cast<CodeIndex>(bytes.size()); }
};

/// Translates between addresses and code indices. Refers to `image`, which must outlive it. Immutable.
class CodeMap {
 public:
  explicit CodeMap(const BinaryImage& image);

  [[nodiscard]] CodeIndex size() const { return size_; }
  [[nodiscard]] const std::vector<CodeRegion>& regions() const { return regions_; }
  /// The region that holds `index`. REQUIRED: index < size(). O(log regions).
  [[nodiscard]] const CodeRegion& region_of(CodeIndex index) const;
  /// kNowhere when the address is not that of an executable byte. O(log regions).
  [[nodiscard]] CodeIndex index_of(VirtualAddress address) const;
  [[nodiscard]] VirtualAddress address_of(CodeIndex index) const {
    const CodeRegion& region = region_of(index);
    return region.address + (index - region.first);
  }
  /// Bytes from `index` to the end of its region.
  [[nodiscard]] ByteView bytes_from(CodeIndex index) const {
    const CodeRegion& region = region_of(index);
    return region.bytes.subspan(index - region.first);
  }
  /// True when executable bytes were left out because there are more than kMaxCodeBytes.
  [[nodiscard]] bool truncated() const { return truncated_; }

 private:
  std::vector<CodeRegion> regions_;
  CodeIndex size_ = 0;
  bool truncated_ = false;
  mutable std::size_t last_ = 0;  ///< Region of the last answer: most questions stay in it.
};

}  // namespace prova
