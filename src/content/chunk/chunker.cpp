#include "content/chunk/chunker.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace prova {
namespace {

/// Seed of the gear table. Fixed for ever: inventories depend on where the cuts are. It is public; the hashes are keyed.
constexpr std::uint64_t kGearSeed = 0x67656172;

constexpr std::array<std::uint64_t, 256> kGear = [] {
  std::array<std::uint64_t, 256> table{};
  for (std::size_t i = 0; i < table.size(); ++i) table[i] = mix(kGearSeed, i);
  return table;
}();

constexpr std::size_t kGearWindow = 64;
constexpr std::uint64_t kCutMask = ~std::uint64_t{0} << (64 - kCutBits);
/// Files up to this size keep every chunk; larger ones 64 to 128 on average (chunker.h).
constexpr std::uint64_t kUnsampledBytes = 64 * 1024;

}  // namespace

std::size_t next_cut(ByteView rest) {
  if (rest.size() <= kMinChunk) return rest.size();
  const auto* bytes = reinterpret_cast<const unsigned char*>(rest.data());
  std::uint64_t hash = 0;
  for (std::size_t i = kMinChunk - kGearWindow; i < kMinChunk; ++i) hash = (hash << 1) + kGear[bytes[i]];
  const std::size_t end = std::min(rest.size(), kMaxChunk);
  for (std::size_t i = kMinChunk; i < end; ++i) {
    hash = (hash << 1) + kGear[bytes[i]];
    if ((hash & kCutMask) == 0) return i + 1;
  }
  return end;
}

bool is_constant(ByteView bytes) {
  return bytes.size() < 2 || (bytes[0] == bytes[1] && std::memcmp(bytes.data(), bytes.data() + 1, bytes.size() - 1) == 0);
}

unsigned chunk_sampling(std::uint64_t size) {
  if (size <= kUnsampledBytes) return 0;
  return static_cast<unsigned>(std::bit_width((size - 1) / kUnsampledBytes));
}

}  // namespace prova
