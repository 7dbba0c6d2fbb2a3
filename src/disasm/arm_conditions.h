#pragma once
// The condition codes that A64, A32 and T32 share.

#include <array>
#include <cstdint>

#include "disasm/instruction.h"

namespace prova {

/// Code 14 of the table below: an A32 instruction that is not conditional.
constexpr std::int64_t kArmAlways = 14;

/// Arm Architecture Reference Manual, C1.2.4 and F2.3.1, tables "Condition codes".
[[nodiscard]] inline Condition arm_condition(std::int64_t code) {
  constexpr std::array<Condition, 16> kConditions = {
      Condition::kEqual, Condition::kNotEqual, Condition::kUnsignedGreaterEqual, Condition::kUnsignedLess,
      Condition::kNegative, Condition::kNotNegative, Condition::kOverflow, Condition::kNotOverflow,
      Condition::kUnsignedGreater, Condition::kUnsignedLessEqual, Condition::kSignedGreaterEqual, Condition::kSignedLess,
      Condition::kSignedGreater, Condition::kSignedLessEqual, Condition::kAlways, Condition::kAlways};
  return kConditions[static_cast<std::size_t>(code) & 15U];
}

}  // namespace prova
