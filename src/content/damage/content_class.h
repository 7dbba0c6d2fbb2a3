#pragma once
// What stands where a block used to be.

#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace prova {

enum class BlockState : std::uint8_t {
  kSame,         ///< As inventoried.
  kMissing,      ///< Nothing there: past the end, or no place known.
  kZero,         ///< All zeros.
  kConstant,     ///< All one other byte.
  kRandom,       ///< Looks random: encrypted, or compressed.
  kAlternating,  ///< Every second 16 bytes look random, the others do not.
  kOther,        ///< Anything else.
};
[[nodiscard]] std::string_view name_of(BlockState state);

/// The state of a block that is not the inventoried one. Up to 4096 bytes. "Random" is Pearson's chi-square of the byte counts below
/// its 99.9 % quantile: random bytes pass in 999 of 1,000 cases, so do many compressed ones: never proof of encryption by itself.
[[nodiscard]] BlockState classify_block(ByteView bytes);

}  // namespace prova
