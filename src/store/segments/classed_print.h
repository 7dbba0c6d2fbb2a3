#pragma once
// One function's fingerprint in a segment: its features as codes of the segment's keys, class by class.

#include <string>

#include "store/segments/layout.h"
#include "store/segments/print_codec.h"

namespace prova {

/// Appends one fingerprint, whose `ordinals` are KeyCodes and ascend: its size, the exact hash, how many keys of each
/// class, one or two bits for the lists of each unless all are in both, and for each class the gaps of the numbers in Rice code
/// (about log2(size of the class / keys of the class) + 2 bits a key).
void append_classed_print(std::string& out, const Print& print, const ClassSizes& sizes);

/// Sorts the keys by code, with their lists. O(n log n).
void sort_by_code(Print& print);

/// Bytes of the fingerprint that `bytes` begins with, its size included; 0 when it does not fit.
[[nodiscard]] std::uint64_t classed_print_bytes(ByteView bytes);
/// The longest that classed_print_bytes has to see.
constexpr std::uint64_t kMaxPrintPrefix = 5;

/// Reads one fingerprint that fills `bytes`; `print.ordinals` are then ascending KeyCodes below the classes' sizes.
/// False when it is not well-formed; `print` is then unspecified. Memory and time O(size of `bytes`).
[[nodiscard]] bool decode_classed_print(ByteView bytes, const ClassSizes& sizes, Print& print);

/// The exact hash alone. O(1).
[[nodiscard]] bool decode_exact_hash(ByteView bytes, std::uint64_t& exact);

}  // namespace prova
