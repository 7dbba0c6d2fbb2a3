#pragma once
// What each AArch32 opcode of LLVM means to us, read once from LLVM's tables: opcode names, mnemonics, operand roles.
// LLVM marks predicates, optional flag definitions, memory operands and ties; the rest follows from the opcode's name.

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

/// Operands that a description is kept for; LLVM's longest AArch32 instruction has fewer.
constexpr unsigned kMaxArm32Operands = 16;

struct Arm32Opcode {
  /// How the operands are to be read once predicate and flag definition are taken out.
  enum class Shape : std::uint8_t {
    kPlain,
    kModifiedImmediate,  ///< Last: 8 bits and a rotation (A32).
    kScaledImmediate,    ///< Last: words (Thumb's stack pointer arithmetic).
    kShiftedRegister,    ///< Last: shift type and amount of the register before it.
    kRegisterShift,      ///< Last: shift type; before it the register with the amount.
    kBranch,             ///< One pc-relative operand.
    kAddress,            ///< adr.
    kMemory,
    kMultiple,           ///< ldm, stm, push, pop, vldm, vstm: a list of registers.
  };
  /// What follows the base register of kMemory.
  enum class Offset : std::uint8_t {
    kNone, kImmediate, kIndex,
    kMode2,        ///< Register or nothing, then add/sub, shift and amount (or 12 bits) packed: addressing mode 2.
    kMode3,        ///< Register or nothing, then add/sub and 8 bits: addressing mode 3.
    kMode5,        ///< Add/sub and 8 bits of words: addressing mode 5.
    kScaledIndex,  ///< Register, left shift.
    kLiteral,      ///< No base: pc-relative.
  };
  /// What an operand of LLVM's list is for.
  enum class Role : std::uint8_t { kExplicit, kCondition, kPredicateFlags, kSetsFlags, kWriteBack, kMemory };
  std::string mnemonic;
  Shape shape = Shape::kPlain;
  Offset offset = Offset::kNone;
  Flow flow = Flow::kNext;
  Operation operation = Operation::kOther;
  Condition condition = Condition::kNone;  ///< cbz, cbnz.
  std::array<Role, kMaxArm32Operands> roles{};
  std::uint8_t operands = 0;               ///< Described ones; more follow in a register list.
  std::uint8_t definitions = 0;            ///< Leading operands that are written, flags included.
  std::uint8_t access_bytes = 0;           ///< Of one register loaded or stored.
  std::uint8_t unit = 1;                   ///< Bytes that an immediate offset counts.
  bool loads = false, stores = false, pair = false, post_indexed = false, writes_back = false;
  bool descending = false, before = false; ///< kMultiple: towards lower addresses; the base moves before the access.
  bool stack = false;                      ///< push, pop: the base is not named.
  bool switches_state = false;             ///< blx to an address.
  bool moves_to_pc = false;                ///< Branches when its destination is the program counter.
  bool table_branch = false;               ///< tbb, tbh.
  bool begins_it_block = false;
};

/// One entry per LLVM opcode. O(opcodes), some 10 ms: made once per process.
[[nodiscard]] std::vector<Arm32Opcode> make_arm32_opcodes(const llvm::MCInstrInfo& instructions,
                                                          const llvm::MCRegisterInfo& registers,
                                                          llvm::MCInstPrinter& printer);

struct Arm32Register {
  Register reg;
  std::uint16_t bits = 0;
};

/// One entry per LLVM register number. Single and double precision registers with one number share an index, so that
/// the n-th floating-point argument has index n whatever its type; q<n> is d<2n>. Lists are their first register.
[[nodiscard]] std::vector<Arm32Register> make_arm32_registers(const llvm::MCRegisterInfo& registers);

}  // namespace prova
