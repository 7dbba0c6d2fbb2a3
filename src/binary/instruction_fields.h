#pragma once
// Immediate fields of Arm instructions, as static relocations read and write them. Shared by ELF and Mach-O objects.

#include <cstdint>

namespace prova {

/// Low `bits` of `value` taken as a two's complement number.
[[nodiscard]] constexpr std::int64_t sign_extended(std::uint64_t value, unsigned bits) {
  const std::uint64_t sign = 1ULL << (bits - 1);
  const std::uint64_t low = value & ((sign << 1U) - 1);
  return static_cast<std::int64_t>((low ^ sign) - sign);
}

/// A64: B, BL imm26; displacement in bytes.
[[nodiscard]] constexpr std::uint32_t with_branch26(std::uint32_t insn, std::uint64_t displacement) {
  return (insn & 0xfc00'0000U) | (static_cast<std::uint32_t>(displacement >> 2U) & 0x03ff'ffffU);
}
/// A64: B.cond, CBZ, LDR (literal) imm19; displacement in bytes.
[[nodiscard]] constexpr std::uint32_t with_branch19(std::uint32_t insn, std::uint64_t displacement) {
  return (insn & 0xff00'001fU) | (static_cast<std::uint32_t>(displacement >> 2U) & 0x7ffffU) << 5U;
}
/// A64: TBZ, TBNZ imm14; displacement in bytes.
[[nodiscard]] constexpr std::uint32_t with_branch14(std::uint32_t insn, std::uint64_t displacement) {
  return (insn & 0xfff8'001fU) | (static_cast<std::uint32_t>(displacement >> 2U) & 0x3fffU) << 5U;
}
/// A64: ADR, ADRP immhi:immlo; displacement in bytes or pages.
[[nodiscard]] constexpr std::uint32_t with_adr21(std::uint32_t insn, std::uint64_t displacement) {
  const auto low = static_cast<std::uint32_t>(displacement);
  return (insn & 0x9f00'001fU) | (low & 3U) << 29U | (low >> 2U & 0x7ffffU) << 5U;
}
/// A64: ADD, LDR, STR (immediate) imm12, not scaled.
[[nodiscard]] constexpr std::uint32_t with_imm12(std::uint32_t insn, std::uint64_t value) {
  return (insn & 0xffc0'03ffU) | (static_cast<std::uint32_t>(value) & 0xfffU) << 10U;
}
/// A64: log2 of the scale of an imm12: 0 for ADD, the access size for loads and stores.
[[nodiscard]] constexpr unsigned imm12_scale(std::uint32_t insn) {
  const bool load_store = (insn & 0x3b00'0000U) == 0x3900'0000U;
  if (!load_store) return 0;
  const bool vector_128 = (insn & 0x0480'0000U) == 0x0480'0000U && insn >> 30U == 0;
  return vector_128 ? 4 : insn >> 30U;
}
/// A64: MOVZ, MOVK, MOVN imm16.
[[nodiscard]] constexpr std::uint32_t with_imm16(std::uint32_t insn, std::uint64_t value) {
  return (insn & 0xffe0'001fU) | (static_cast<std::uint32_t>(value) & 0xffffU) << 5U;
}

/// A32: B, BL imm24; displacement in bytes from the instruction plus 8.
[[nodiscard]] constexpr std::uint32_t with_arm_branch24(std::uint32_t insn, std::uint64_t displacement) {
  return (insn & 0xff00'0000U) | (static_cast<std::uint32_t>(displacement >> 2U) & 0x00ff'ffffU);
}
[[nodiscard]] constexpr std::uint64_t arm_branch24(std::uint32_t insn) {
  return static_cast<std::uint64_t>(sign_extended((insn & 0x00ff'ffffULL) << 2U, 26));
}
/// A32: MOVW, MOVT imm4:imm12.
[[nodiscard]] constexpr std::uint32_t with_arm_imm16(std::uint32_t insn, std::uint64_t value) {
  const auto low = static_cast<std::uint32_t>(value);
  return (insn & 0xfff0'f000U) | (low & 0xfffU) | (low & 0xf000U) << 4U;
}
[[nodiscard]] constexpr std::uint64_t arm_imm16(std::uint32_t insn) {
  return static_cast<std::uint64_t>(sign_extended((insn & 0xfffU) | (insn >> 4U & 0xf000U), 16));
}
/// T32, first halfword in the upper 16 bits: BL, BLX, B.W (encoding T4); displacement from the instruction plus 4.
[[nodiscard]] constexpr std::uint32_t with_thumb_branch(std::uint32_t insn, std::uint64_t displacement) {
  const auto d = static_cast<std::uint32_t>(displacement);
  const std::uint32_t s = d >> 24U & 1U;
  const std::uint32_t j1 = (~(d >> 23U) ^ s) & 1U, j2 = (~(d >> 22U) ^ s) & 1U;
  return (insn & 0xf800'd000U) | s << 26U | (d >> 12U & 0x3ffU) << 16U | j1 << 13U | j2 << 11U | (d >> 1U & 0x7ffU);
}
[[nodiscard]] constexpr std::uint64_t thumb_branch(std::uint32_t insn) {
  const std::uint32_t s = insn >> 26U & 1U;
  const std::uint32_t i1 = ~(insn >> 13U ^ s) & 1U, i2 = ~(insn >> 11U ^ s) & 1U;
  const std::uint64_t d = s << 24U | i1 << 23U | i2 << 22U | (insn >> 16U & 0x3ffU) << 12U | (insn & 0x7ffU) << 1U;
  return static_cast<std::uint64_t>(sign_extended(d, 25));
}
/// T32, first halfword in the upper 16 bits: MOVW, MOVT imm4:i:imm3:imm8.
[[nodiscard]] constexpr std::uint32_t with_thumb_imm16(std::uint32_t insn, std::uint64_t value) {
  const auto v = static_cast<std::uint32_t>(value);
  return (insn & 0xfbf0'8f00U) | (v >> 12U & 0xfU) << 16U | (v >> 11U & 1U) << 26U | (v >> 8U & 7U) << 12U |
         (v & 0xffU);
}
[[nodiscard]] constexpr std::uint64_t thumb_imm16(std::uint32_t insn) {
  const std::uint32_t v =
      (insn >> 16U & 0xfU) << 12U | (insn >> 26U & 1U) << 11U | (insn >> 12U & 7U) << 8U | (insn & 0xffU);
  return static_cast<std::uint64_t>(sign_extended(v, 16));
}

}  // namespace prova
