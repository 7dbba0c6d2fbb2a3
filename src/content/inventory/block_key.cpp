#include "content/inventory/block_key.h"

#define XXH_STATIC_LINKING_ONLY
#include <xxhash.h>

#include <algorithm>
#include <cstring>

#include "content/inventory/block_key_avx2.h"

namespace prova {
namespace {

std::uint64_t portable_block(const std::byte* bytes, const std::uint8_t* secret) {
  return XXH3_64bits_withSecret(bytes, kBlockBytes, secret, 192);
}

}  // namespace

BlockHasher::BlockHasher(const std::array<std::uint8_t, 192>& secret)
    : secret_(secret), block_(avx2_block_hash() != nullptr ? avx2_block_hash() : portable_block) {}

std::uint64_t BlockHasher::padded(ByteView tail) const {
  std::array<std::byte, kBlockBytes> block{};
  std::copy_n(tail.begin(), std::min(tail.size(), kBlockBytes), block.begin());
  return this->block(block.data());
}

std::uint64_t BlockHasher::sector(ByteView bytes) const {
  if (bytes.size() >= kTailSector) return exact(bytes.first(kTailSector));
  std::array<std::byte, kTailSector> sector{};
  std::copy(bytes.begin(), bytes.end(), sector.begin());
  return exact(sector);
}

std::uint64_t BlockHasher::exact(ByteView bytes) const {
  return XXH3_64bits_withSecret(bytes.data(), bytes.size(), secret_.data(), secret_.size());
}

std::optional<std::uint8_t> constant_block(const std::byte* block) {
  std::uint64_t first, last;
  std::memcpy(&first, block, 8);
  std::memcpy(&last, block + kBlockBytes - 8, 8);
  if (first != last || first != (first & 0xff) * 0x0101'0101'0101'0101ULL) return std::nullopt;
  // All bytes equal their successor, hence the first.
  if (std::memcmp(block, block + 1, kBlockBytes - 1) != 0) return std::nullopt;
  return std::to_integer<std::uint8_t>(block[0]);
}

std::optional<std::uint8_t> constant_tail(ByteView tail) {
  if (tail.empty()) return std::nullopt;
  if (tail.size() == kBlockBytes) return constant_block(tail.data());
  const bool zero = std::all_of(tail.begin(), tail.end(), [](std::byte b) { return b == std::byte{0}; });
  return zero ? std::optional<std::uint8_t>(0) : std::nullopt;
}

}  // namespace prova
