#pragma once
// The same hash, compiled for AVX2. XXH3's value does not depend on the instruction set.

#include <cstddef>
#include <cstdint>

namespace prova {

using BlockHashFunction = std::uint64_t (*)(const std::byte*, const std::uint8_t*);
/// Null where the processor has no AVX2.
[[nodiscard]] BlockHashFunction avx2_block_hash();

}  // namespace prova
