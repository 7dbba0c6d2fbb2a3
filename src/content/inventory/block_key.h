#pragma once
// Keyed 64-bit hashes of 4-KiB blocks.

#include <array>
#include <cstdint>
#include <optional>

#include "base/bytes.h"

namespace prova {

/// Blocks of the inventory, in bytes: the allocation unit of ext4 and NTFS in practice, and the page size.
constexpr std::size_t kBlockBytes = 4096;

/// Smallest unit that a file system allocates: where a tail can begin on a disk.
constexpr std::size_t kTailSector = 512;

/// XXH3 (specification 0.1.1) with a 192-byte secret derived from the inventory's key. Copyable, immutable, thread safe.
class BlockHasher {
 public:
  explicit BlockHasher(const std::array<std::uint8_t, 192>& secret);
  /// Of exactly kBlockBytes. 10 to 20 GB/s a core.
  [[nodiscard]] std::uint64_t block(const std::byte* bytes) const { return block_(bytes, secret_.data()); }
  /// Of a tail of 1 .. kBlockBytes bytes, filled up with zeros to a block as a file system does.
  [[nodiscard]] std::uint64_t padded(ByteView tail) const;
  /// Of the first kTailSector bytes, or of fewer filled up with zeros to that size.
  [[nodiscard]] std::uint64_t sector(ByteView bytes) const;
  /// Of the bytes as they are, any number of them.
  [[nodiscard]] std::uint64_t exact(ByteView bytes) const;

 private:
  std::array<std::uint8_t, 192> secret_;
  std::uint64_t (*block_)(const std::byte*, const std::uint8_t*);
};

/// The byte that the whole block consists of, if it is one and the same. Nearly free when it is not. Constant blocks are
/// everywhere on a disk: they prove nothing and are never looked up.
[[nodiscard]] std::optional<std::uint8_t> constant_block(const std::byte* block);

/// Of 1 .. kBlockBytes bytes that would be padded with zeros: zero when all are zero, the byte when a whole block is constant.
[[nodiscard]] std::optional<std::uint8_t> constant_tail(ByteView tail);

}  // namespace prova
