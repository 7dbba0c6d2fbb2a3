// Static relocation types as a table. Sources: System V ABI supplements AMD64 (table 4.9) and Intel386 (table 2.7),
// "ELF for the Arm 64-bit Architecture" section 5.7, "ELF for the Arm Architecture" table 4.8.

#include <algorithm>
#include <array>
#include <tuple>

#include "binary/elf_object.h"
#include "binary/instruction_fields.h"

namespace prova::elf {
namespace {

using Value = StaticRelocation::Value;
using Field = StaticRelocation::Field;

/// Ascending by (machine, type).
constexpr auto kRelocations = std::to_array<StaticRelocation>({
    {EM_386, 1, Value::kAbsolute, Field::kWord32},             // R_386_32
    {EM_386, 2, Value::kRelative, Field::kWord32},             // PC32
    {EM_386, 3, Value::kGotOffset, Field::kWord32},            // GOT32
    {EM_386, 4, Value::kRelative, Field::kWord32},             // PLT32
    {EM_386, 9, Value::kFromGot, Field::kWord32},              // GOTOFF
    {EM_386, 10, Value::kGotBase, Field::kWord32},             // GOTPC
    {EM_386, 20, Value::kAbsolute, Field::kWord16},            // 16
    {EM_386, 21, Value::kRelative, Field::kWord16},            // PC16
    {EM_386, 22, Value::kAbsolute, Field::kWord8},             // 8
    {EM_386, 23, Value::kRelative, Field::kWord8},             // PC8
    {EM_386, 43, Value::kGotOffset, Field::kWord32},           // GOT32X
    {EM_ARM, 2, Value::kAbsolute, Field::kWord32},             // R_ARM_ABS32
    {EM_ARM, 3, Value::kRelative, Field::kWord32},             // REL32
    {EM_ARM, 10, Value::kRelative, Field::kThumbBranch},       // THM_CALL
    {EM_ARM, 24, Value::kFromGot, Field::kWord32},             // GOTOFF32
    {EM_ARM, 25, Value::kGotBase, Field::kWord32},             // BASE_PREL
    {EM_ARM, 26, Value::kGotOffset, Field::kWord32},           // GOT_BREL
    {EM_ARM, 27, Value::kRelative, Field::kArmBranch24},       // PLT32
    {EM_ARM, 28, Value::kRelative, Field::kArmBranch24},       // CALL
    {EM_ARM, 29, Value::kRelative, Field::kArmBranch24},       // JUMP24
    {EM_ARM, 30, Value::kRelative, Field::kThumbBranch},       // THM_JUMP24
    {EM_ARM, 38, Value::kAbsolute, Field::kWord32},            // TARGET1
    {EM_ARM, 41, Value::kGotRelative, Field::kWord32},         // TARGET2, as on Linux
    {EM_ARM, 42, Value::kRelative, Field::kPrel31},            // PREL31
    {EM_ARM, 43, Value::kAbsolute, Field::kArmImm16},          // MOVW_ABS_NC
    {EM_ARM, 44, Value::kAbsolute, Field::kArmImm16, 16},      // MOVT_ABS
    {EM_ARM, 47, Value::kAbsolute, Field::kThumbImm16},        // THM_MOVW_ABS_NC
    {EM_ARM, 48, Value::kAbsolute, Field::kThumbImm16, 16},    // THM_MOVT_ABS
    {EM_ARM, 96, Value::kGotRelative, Field::kWord32},         // GOT_PREL
    {EM_X86_64, 1, Value::kAbsolute, Field::kWord64},          // R_X86_64_64
    {EM_X86_64, 2, Value::kRelative, Field::kWord32},          // PC32
    {EM_X86_64, 3, Value::kGotOffset, Field::kWord32},         // GOT32
    {EM_X86_64, 4, Value::kRelative, Field::kWord32},          // PLT32
    {EM_X86_64, 9, Value::kGotRelative, Field::kWord32},       // GOTPCREL
    {EM_X86_64, 10, Value::kAbsolute, Field::kWord32},         // 32
    {EM_X86_64, 11, Value::kAbsolute, Field::kWord32},         // 32S
    {EM_X86_64, 12, Value::kAbsolute, Field::kWord16},         // 16
    {EM_X86_64, 13, Value::kRelative, Field::kWord16},         // PC16
    {EM_X86_64, 14, Value::kAbsolute, Field::kWord8},          // 8
    {EM_X86_64, 15, Value::kRelative, Field::kWord8},          // PC8
    {EM_X86_64, 24, Value::kRelative, Field::kWord64},         // PC64
    {EM_X86_64, 25, Value::kFromGot, Field::kWord64},          // GOTOFF64
    {EM_X86_64, 26, Value::kGotBase, Field::kWord32},          // GOTPC32
    {EM_X86_64, 27, Value::kGotOffset, Field::kWord64},        // GOT64
    {EM_X86_64, 28, Value::kGotRelative, Field::kWord64},      // GOTPCREL64
    {EM_X86_64, 29, Value::kGotBase, Field::kWord64},          // GOTPC64
    {EM_X86_64, 31, Value::kFromGot, Field::kWord64},          // PLTOFF64
    {EM_X86_64, 41, Value::kGotRelative, Field::kWord32},      // GOTPCRELX
    {EM_X86_64, 42, Value::kGotRelative, Field::kWord32},      // REX_GOTPCRELX
    {EM_X86_64, 43, Value::kGotRelative, Field::kWord32},      // CODE_4_GOTPCRELX
    {EM_AARCH64, 257, Value::kAbsolute, Field::kWord64},       // R_AARCH64_ABS64
    {EM_AARCH64, 258, Value::kAbsolute, Field::kWord32},       // ABS32
    {EM_AARCH64, 259, Value::kAbsolute, Field::kWord16},       // ABS16
    {EM_AARCH64, 260, Value::kRelative, Field::kWord64},       // PREL64
    {EM_AARCH64, 261, Value::kRelative, Field::kWord32},       // PREL32
    {EM_AARCH64, 262, Value::kRelative, Field::kWord16},       // PREL16
    {EM_AARCH64, 263, Value::kAbsolute, Field::kImm16},        // MOVW_UABS_G0
    {EM_AARCH64, 264, Value::kAbsolute, Field::kImm16},        // MOVW_UABS_G0_NC
    {EM_AARCH64, 265, Value::kAbsolute, Field::kImm16, 16},    // MOVW_UABS_G1
    {EM_AARCH64, 266, Value::kAbsolute, Field::kImm16, 16},    // MOVW_UABS_G1_NC
    {EM_AARCH64, 267, Value::kAbsolute, Field::kImm16, 32},    // MOVW_UABS_G2
    {EM_AARCH64, 268, Value::kAbsolute, Field::kImm16, 32},    // MOVW_UABS_G2_NC
    {EM_AARCH64, 269, Value::kAbsolute, Field::kImm16, 48},    // MOVW_UABS_G3
    {EM_AARCH64, 273, Value::kRelative, Field::kBranch19},     // LD_PREL_LO19
    {EM_AARCH64, 274, Value::kRelative, Field::kAdr21},        // ADR_PREL_LO21
    {EM_AARCH64, 275, Value::kPage, Field::kAdr21},            // ADR_PREL_PG_HI21
    {EM_AARCH64, 276, Value::kPage, Field::kAdr21},            // ADR_PREL_PG_HI21_NC
    {EM_AARCH64, 277, Value::kAbsolute, Field::kImm12},        // ADD_ABS_LO12_NC
    {EM_AARCH64, 278, Value::kAbsolute, Field::kImm12},        // LDST8_ABS_LO12_NC
    {EM_AARCH64, 279, Value::kRelative, Field::kBranch14},     // TSTBR14
    {EM_AARCH64, 280, Value::kRelative, Field::kBranch19},     // CONDBR19
    {EM_AARCH64, 282, Value::kRelative, Field::kBranch26},     // JUMP26
    {EM_AARCH64, 283, Value::kRelative, Field::kBranch26},     // CALL26
    {EM_AARCH64, 284, Value::kAbsolute, Field::kImm12},        // LDST16_ABS_LO12_NC
    {EM_AARCH64, 285, Value::kAbsolute, Field::kImm12},        // LDST32_ABS_LO12_NC
    {EM_AARCH64, 286, Value::kAbsolute, Field::kImm12},        // LDST64_ABS_LO12_NC
    {EM_AARCH64, 299, Value::kAbsolute, Field::kImm12},        // LDST128_ABS_LO12_NC
    {EM_AARCH64, 309, Value::kGotRelative, Field::kBranch19},  // GOT_LD_PREL19
    {EM_AARCH64, 311, Value::kGotPage, Field::kAdr21},         // ADR_GOT_PAGE
    {EM_AARCH64, 312, Value::kGotLow, Field::kImm12},          // LD64_GOT_LO12_NC
    {EM_AARCH64, 314, Value::kRelative, Field::kWord32},       // PLT32
});

constexpr auto key(const StaticRelocation& r) { return std::tuple(r.machine, r.type); }
static_assert(std::is_sorted(kRelocations.begin(), kRelocations.end(),
                             [](const auto& a, const auto& b) { return key(a) < key(b); }));

/// A Thumb instruction of two halfwords, between the order in memory and first halfword first.
std::uint64_t halves_swapped(std::uint64_t word) { return (word << 16U | word >> 16U) & 0xffff'ffffU; }

}  // namespace

const StaticRelocation* static_relocation(std::uint16_t machine, std::uint32_t type) {
  const auto wanted = std::tuple(machine, type);
  const auto it = std::lower_bound(kRelocations.begin(), kRelocations.end(), wanted,
                                   [](const StaticRelocation& r, const auto& w) { return key(r) < w; });
  return it != kRelocations.end() && key(*it) == wanted ? &*it : nullptr;
}

unsigned width_of(Field field) {
  switch (field) {
    case Field::kWord8:
      return 1;
    case Field::kWord16:
      return 2;
    case Field::kWord64:
      return 8;
    default:
      return 4;
  }
}

std::uint64_t addend_in_field(Field field, std::uint64_t content) {
  const auto insn = static_cast<std::uint32_t>(content);
  switch (field) {
    case Field::kWord8:
      return static_cast<std::uint64_t>(sign_extended(content, 8));
    case Field::kWord16:
      return static_cast<std::uint64_t>(sign_extended(content, 16));
    case Field::kWord32:
      return static_cast<std::uint64_t>(sign_extended(content, 32));
    case Field::kWord64:
      return content;
    case Field::kPrel31:
      return static_cast<std::uint64_t>(sign_extended(content, 31));
    case Field::kArmBranch24:
      return arm_branch24(insn);
    case Field::kArmImm16:
      return arm_imm16(insn);
    case Field::kThumbBranch:
      return thumb_branch(static_cast<std::uint32_t>(halves_swapped(content)));
    case Field::kThumbImm16:
      return thumb_imm16(static_cast<std::uint32_t>(halves_swapped(content)));
    default:
      return 0;  // A64 objects always have explicit addends.
  }
}

std::uint64_t field_with(const StaticRelocation& relocation, std::uint64_t content, std::uint64_t value) {
  const auto insn = static_cast<std::uint32_t>(content);
  value >>= relocation.shift;
  switch (relocation.field) {
    case Field::kWord8:
    case Field::kWord16:
    case Field::kWord32:
    case Field::kWord64:
      return value;
    case Field::kPrel31:
      return (content & 0x8000'0000U) | (value & 0x7fff'ffffU);
    case Field::kBranch26:
      return with_branch26(insn, value);
    case Field::kBranch19:
      return with_branch19(insn, value);
    case Field::kBranch14:
      return with_branch14(insn, value);
    case Field::kAdr21:
      return with_adr21(insn, value);
    case Field::kImm12:
      return with_imm12(insn, (value & 0xfffU) >> imm12_scale(insn));
    case Field::kImm16:
      return with_imm16(insn, value);
    case Field::kArmBranch24:
      return with_arm_branch24(insn, value);
    case Field::kArmImm16:
      return with_arm_imm16(insn, value);
    case Field::kThumbBranch:
      return halves_swapped(with_thumb_branch(static_cast<std::uint32_t>(halves_swapped(content)), value));
    case Field::kThumbImm16:
      return halves_swapped(with_thumb_imm16(static_cast<std::uint32_t>(halves_swapped(content)), value));
  }
  return content;
}

}  // namespace prova::elf
