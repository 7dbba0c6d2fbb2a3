#pragma once
// What each AArch64 opcode of LLVM means to us. LLVM publishes neither its opcode numbers nor the roles of operands
// outside its own tree, so they are read from its tables once: opcode names, mnemonics, register classes.

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "disasm/instruction.h"

namespace llvm {
class MCInstPrinter;
class MCInstrInfo;
class MCRegisterInfo;
}  // namespace llvm

namespace prova {

struct Arm64Opcode {
  /// How the operands behind the registers are to be read.
  enum class Shape : std::uint8_t {
    kPlain,
    kShiftedRegister,   ///< Last: shift type and amount of the register before it.
    kExtendedRegister,  ///< Last: extension and left shift of the register before it.
    kShiftedImmediate,  ///< Last two: value, left shift; folded into the value.
    kMoveKeep,          ///< movk: the same, kept apart.
    kLogicalImmediate,  ///< Last: N:immr:imms.
    kConditionLast,     ///< Last: condition.
    kConditionFirst,    ///< First: condition (b.cond).
    kMemory,            ///< Base register at `base`; see below for what follows it.
    kLiteral,           ///< Last: pc-relative words, loaded from.
    kAddress,           ///< adr: pc-relative bytes.
    kPage,              ///< adrp: pc-relative pages.
    kBranch,            ///< Last: pc-relative words.
  };
  std::string mnemonic;
  Shape shape = Shape::kPlain;
  Flow flow = Flow::kNext;
  Operation operation = Operation::kOther;
  Condition condition = Condition::kNone;   ///< cbz and the like.
  bool compare_if_discarded = false;        ///< subs, adds, ands: a comparison when the result goes to the zero register.
  bool move_if_zero = false;                ///< orr with the zero register: how mov is encoded.
  std::uint8_t definitions = 0;             ///< Leading operands that are written.
  std::array<std::int8_t, 8> tied{};        ///< Per operand: the definition that it must equal, or -1.
  // kMemory and kLiteral:
  std::uint8_t base = 0;                    ///< Operand index of the base register.
  std::uint8_t access_bytes = 0;            ///< Per register transferred.
  std::uint8_t displacement_unit = 1;       ///< Bytes that the displacement counts.
  bool loads = false, stores = false, pair = false, writes_back = false, post_indexed = false, indexed_by_word = false,
       indexed_by_register = false;
};

/// One entry per LLVM opcode. O(opcodes), some 10 ms: made once per process.
[[nodiscard]] std::vector<Arm64Opcode> make_arm64_opcodes(const llvm::MCInstrInfo& instructions,
                                                          const llvm::MCRegisterInfo& registers,
                                                          llvm::MCInstPrinter& printer);

struct Arm64Register {
  Register reg;
  std::uint16_t bits = 0;
};

/// One entry per LLVM register number; of register lists (ld2, casp) the first register and the size of all.
[[nodiscard]] std::vector<Arm64Register> make_arm64_registers(const llvm::MCRegisterInfo& registers);

}  // namespace prova
