#pragma once
// One decoded instruction, the same shape for every machine. Values, no ownership, cheap to make and throw away:
// programs keep block ranges, not instructions, and decode again when they need them (6 to 10 million a second).

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "base/address.h"

namespace prova {

/// A register of any machine. Partial registers (al, ax, eax; w0) are the whole register with a smaller access size.
struct Register {
  enum class Class : std::uint8_t { kNone, kGeneral, kVector, kFloat /* x87, mmx */, kFlags, kProgramCounter, kSegment, kOther };
  Class cls = Class::kNone;
  /// kGeneral: x86 rax rcx rdx rbx rsp rbp rsi rdi r8..r15 = 0..15; AArch64 x0..x30 = 0..30, sp = 31, zero register = 32;
  /// AArch32 r0..r14 = 0..14 (its r15 is kProgramCounter).
  /// kVector: xmm/ymm/zmm 0..31, v0..v31; AArch32 s0..s31, d0..d31, q0..q15 = d0, d2, ...
  std::uint8_t index = 0;
  friend bool operator==(const Register&, const Register&) = default;
};

/// When a conditional instruction acts, in terms of the comparison that set the flags; the same words for every machine.
/// x86 carry set and Arm carry clear are both kUnsignedLess. cbz, cbnz, tbz and tbnz test their register operand (or
/// the bit that their second operand names) for kEqual or kNotEqual to zero.
enum class Condition : std::uint8_t {
  kNone,  ///< Not conditional.
  kEqual, kNotEqual,
  kUnsignedLess, kUnsignedGreaterEqual, kUnsignedLessEqual, kUnsignedGreater,
  kSignedLess, kSignedGreaterEqual, kSignedLessEqual, kSignedGreater,
  kNegative, kNotNegative, kOverflow, kNotOverflow, kParityEven, kParityOdd,
  kCounterZero,     ///< x86 jcxz, jecxz, jrcxz.
  kCounterNotZero,  ///< x86 loop, loope, loopne.
  kAlways,          ///< Arm al and nv.
};

/// What AArch64 does to an operand's register before it is used. Extensions come first, the shift after them.
enum class Shift : std::uint8_t { kNone, kLeft, kRight, kArithmeticRight, kRotateRight, kLeftOnes /* msl */ };
enum class Extend : std::uint8_t { kNone, kZero8, kZero16, kZero32, kZero64, kSign8, kSign16, kSign32, kSign64 };

struct Operand {
  enum class Kind : std::uint8_t {
    kNone, kRegister, kImmediate, kMemory,
    kRegisterList,  ///< AArch32 ldm, push, vldm: `value` has bit i for register i of class `reg.cls`, `size` bits each.
  };
  Kind kind = Kind::kNone;
  std::uint16_t size = 0;  ///< Bits read or written; for memory the access size, 0 for address-only (lea).
  bool read = false, written = false;
  /// kRegister: shift applied after `extend` (AArch64 `x1, lsl #3`); kImmediate: only of movk, elsewhere the value is
  /// shifted already; kMemory: none, the shift of the index is in `scale`.
  Shift shift = Shift::kNone;
  std::uint8_t shift_amount = 0;  ///< Bits.
  Extend extend = Extend::kNone;  ///< kRegister: of the register; kMemory: of the index.
  /// kRegister: AH, BH, CH, DH read bits 8..15.
  bool high_byte = false;
  /// kMemory: an AArch64 pre-/post-indexed access also writes `base`.
  bool updates_base = false;
  Register reg;              ///< kRegister.
  Register base, index;      ///< kMemory: base + index * scale + value; base is kProgramCounter for rip-relative.
  std::uint8_t scale = 1;
  Register segment;          ///< kMemory: fs or gs where they matter (thread-local, stack canary).
  /// kImmediate: the value, sign-extended; of a direct jump or call the absolute target. kMemory: displacement.
  /// AArch64: of a post-indexed access the address is `base` alone, see `post_indexed`.
  std::int64_t value = 0;
  /// kMemory, AArch64: `value` (or `index`) is added to `base` only after the access.
  bool post_indexed = false;
};

/// What an instruction does to control flow. On AArch32 returns, calls, traps and indirect jumps may have a condition,
/// too (`popne {pc}`): then execution may also continue behind them.
enum class Flow : std::uint8_t {
  kNext,             ///< Execution continues behind it.
  kJump,             ///< Unconditional, to `target`.
  kConditionalJump,  ///< To `target` or behind it.
  kIndirectJump,     ///< Through a register or memory.
  kCall,             ///< To `target`, then behind it unless the callee does not return.
  kIndirectCall,     ///< Through a register or memory.
  kReturn,
  kTrap,             ///< Never continues: ud2, hlt, int3, brk, udf, fastfail (int 0x29).
};

/// What an instruction computes, as coarse as control flow and first features need it.
enum class Operation : std::uint8_t {
  kOther, kMove, kAddressOf, kArithmetic, kMultiply, kDivide, kLogic, kShift, kCompare, kConditionalMove, kStack,
  kBranch, kCall, kReturn, kNop, kPadding /* int3, nop */, kString, kFloat, kVector, kCrypto, kAtomic, kSystem,
};

/// Bit of the program counter in an AArch32 register list.
constexpr unsigned kArm32ProgramCounter = 15;

struct Instruction {
  VirtualAddress address{};
  std::uint8_t length = 0;           ///< Bytes, 1 to 15.
  Flow flow = Flow::kNext;
  Operation operation = Operation::kOther;
  Condition condition = Condition::kNone;
  std::uint8_t operand_count = 0;
  std::uint32_t mnemonic = 0;        ///< Zydis mnemonic or LLVM opcode number: stable only within one build.
  std::array<Operand, 5> operands{};  ///< Explicit ones, destination first (as Intel and Arm write them).
  std::optional<VirtualAddress> target;   ///< Direct jumps and calls.
  /// Absolute address that a memory operand or address computation refers to (rip-relative, absolute, adr/adrp).
  /// AArch64 adrp alone gives the page; pairs with add/ldr are joined by whoever follows registers.
  std::optional<VirtualAddress> references;
  bool thumb = false;           ///< AArch32: decoded as Thumb.
  bool switches_state = false;  ///< AArch32: `target` is code of the other state (blx).

  [[nodiscard]] VirtualAddress end() const { return address + length; }
};

}  // namespace prova
