#pragma once
// A fixed key for tests.

#include "content/hash_key.h"

namespace prova {

/// The key made of 32 equal bytes.
inline HashKey test_key(unsigned char fill = 7) {
  std::array<std::byte, 32> seed{};
  seed.fill(std::byte{fill});
  return HashKey::from_seed(seed);
}

}  // namespace prova
