#include "content/hash_key.h"

#include <xxhash.h>

#include <algorithm>

#include "base/hash.h"

namespace prova {

HashKey HashKey::from_seed(std::span<const std::byte, 32> seed) {
  HashKey key;
  std::array<std::byte, 33> block{};
  std::copy(seed.begin(), seed.end(), block.begin());
  for (std::size_t part = 0; part * 32 < kSecretBytes; ++part) {
    block[32] = static_cast<std::byte>(part);
    const Sha256 digest = sha256(block);
    const auto bytes = std::as_bytes(std::span(digest.bytes));
    std::copy(bytes.begin(), bytes.end(), key.secret_.begin() + static_cast<std::ptrdiff_t>(part * 32));
  }
  return key;
}

std::uint64_t HashKey::hash(ByteView bytes) const {
  return XXH3_64bits_withSecret(bytes.data(), bytes.size(), secret_.data(), secret_.size());
}

}  // namespace prova
