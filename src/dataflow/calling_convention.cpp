#include "dataflow/calling_convention.h"

#include <array>

namespace prova {
namespace {

constexpr std::uint8_t kRax = 0, kRcx = 1, kRdx = 2, kRsi = 6, kRdi = 7;
constexpr auto kSystemVArguments = std::to_array<std::uint8_t>({kRdi, kRsi, kRdx, kRcx, 8, 9});
constexpr auto kWindowsArguments = std::to_array<std::uint8_t>({kRcx, kRdx, 8, 9});
constexpr auto kArm64Arguments = std::to_array<std::uint8_t>({0, 1, 2, 3, 4, 5, 6, 7});

constexpr auto kArm32Arguments = std::to_array<std::uint8_t>({0, 1, 2, 3});

constexpr std::uint32_t bits(std::initializer_list<int> registers) {
  std::uint32_t mask = 0;
  for (const int r : registers) mask |= 1U << r;
  return mask;
}

constexpr CallingConvention kSystemV = {
    .integer_arguments = kSystemVArguments, .vector_arguments = 8,
    .clobbered_general = bits({kRax, kRcx, kRdx, kRsi, kRdi, 8, 9, 10, 11}), .clobbered_vector = 0xffff'ffff,
    .first_stack_argument = 8, .stack_argument_number = 6};
constexpr CallingConvention kWindows = {
    .integer_arguments = kWindowsArguments, .vector_arguments = 4,
    .clobbered_general = bits({kRax, kRcx, kRdx, 8, 9, 10, 11}), .clobbered_vector = 0xffff'003f,
    .first_stack_argument = 8, .stack_argument_number = 0};  // The first four have a home there.
constexpr CallingConvention kI386 = {
    .integer_arguments = {}, .clobbered_general = bits({kRax, kRcx, kRdx}), .clobbered_vector = 0xff,
    .first_stack_argument = 4, .word = 4};
constexpr CallingConvention kAapcs64 = {
    .stack_pointer = 31, .frame_pointer = 29, .integer_arguments = kArm64Arguments, .vector_arguments = 8,
    .clobbered_general = 0x4007'ffff, .clobbered_vector = 0xffff'00ff,
    .first_stack_argument = 0, .stack_argument_number = 8, .pushes_return_address = false};

/// Index n is s<n> as well as d<n>: the preserved s16-s31 share eight of theirs with clobbered registers.
constexpr CallingConvention kAapcs32 = {
    .stack_pointer = 13, .frame_pointer = 11, .integer_arguments = kArm32Arguments, .vector_arguments = 8,
    .clobbered_general = bits({0, 1, 2, 3, 12, 14}), .clobbered_vector = 0xffff'00ff,
    .first_stack_argument = 0, .stack_argument_number = 4, .word = 4, .pushes_return_address = false};

}  // namespace

const CallingConvention& calling_convention(const BinaryImage& image) {
  switch (image.arch) {
    case Arch::kX86: return kI386;
    case Arch::kArm64: return kAapcs64;
    case Arch::kArm: return kAapcs32;
    default: return image.format == Format::kPe || image.format == Format::kCoffObject ? kWindows : kSystemV;
  }
}

}  // namespace prova
