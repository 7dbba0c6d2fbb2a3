#pragma once
// One function's fingerprint in a segment: its features as numbers of the segment's keys.

#include <cstdint>
#include <string>
#include <vector>

#include "base/bytes.h"

namespace prova {

/// Features as ordinals: the rank of the key among the segment's keys. store/postgres puts the keys themselves here.
struct Print {
  std::uint64_t exact = 0;
  std::vector<std::uint32_t> ordinals;  ///< Ascending, no repeats.
  std::vector<std::uint8_t> lists;      ///< Parallel to `ordinals`: kInOwn, kInWithCallees or kInBoth.
  friend bool operator==(const Print&, const Print&) = default;
};

/// Appends one fingerprint: 8 bytes of exact hash, then the ordinals' gaps in Rice code, about
/// log2(keys / features) + 2 bits each, and 2 bits for the lists unless all features are in both.
void append_print(std::string& out, const Print& print);

/// Reads one fingerprint that fills `bytes`. False when it is not well-formed or an ordinal is not below `keys`;
/// `print` is then unspecified. Memory and time O(size of `bytes`).
[[nodiscard]] bool decode_print(ByteView bytes, std::uint64_t keys, Print& print);

}  // namespace prova
