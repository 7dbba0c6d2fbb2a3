#pragma once
// Functions that unrelated programs have in common, byte for byte: start-up code that the compiler links into every
// program, and the like. They are set aside even where no library or goodware was learned.

#include <cstdint>

namespace prova {

/// True for a FunctionFeatures::exact_hash that bench/kinship/train met in at least three unrelated projects. 0 is none.
/// O(log n).
[[nodiscard]] bool is_common_code(std::uint64_t exact_hash);

/// What FunctionResult::group says of such functions.
inline constexpr const char* kCommonCodeGroup = "library code common to unrelated programs";

}  // namespace prova
