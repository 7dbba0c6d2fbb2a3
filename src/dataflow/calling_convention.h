#pragma once
// Where arguments and results travel, as far as data flow needs it.

#include <cstdint>
#include <span>

#include "binary/binary_image.h"

namespace prova {

/// One machine's and operating system's convention. Registers by Register::index of their class.
struct CallingConvention {
  std::uint8_t stack_pointer = 4, frame_pointer = 5;
  std::span<const std::uint8_t> integer_arguments;  ///< General registers, first argument first.
  std::uint8_t vector_arguments = 0;                ///< Vector registers 0 to n-1 carry floating-point arguments.
  std::uint8_t result = 0;                          ///< General register; the vector result is register 0.
  std::uint32_t clobbered_general = 0;              ///< Bit i: a call may change general register i.
  std::uint32_t clobbered_vector = 0;
  std::int64_t first_stack_argument = 0;            ///< From the stack pointer at entry, bytes.
  std::uint8_t stack_argument_number = 0;           ///< Number of the parameter that lies there.
  std::uint8_t word = 8;                            ///< Bytes per stack argument, push and pop.
  bool pushes_return_address = true;
  /// i386: nothing but the stack carries arguments, and floating-point results return on the x87 stack.
  [[nodiscard]] bool passes_on_stack() const { return integer_arguments.empty(); }

  [[nodiscard]] int first_integer_argument() const { return integer_arguments.empty() ? -1 : integer_arguments[0]; }
};

/// System V x86-64 psABI 1.0 section 3.2; Microsoft x64 calling convention; i386 psABI 1.1 section 2.2 (stack
/// parameters; stdcall and fastcall differ in who cleans up, see lift_x86.h); AAPCS64 2023Q3 section 6;
/// AAPCS32 2023Q3 section 6, with floating-point registers for arguments (where the variant is "soft", they stay empty).
[[nodiscard]] const CallingConvention& calling_convention(const BinaryImage& image);

}  // namespace prova
