#include "program/entry_check.h"

#include <algorithm>

namespace prova {
namespace {

/// Prologue and first uses: compilers move few saves of registers farther down.
constexpr unsigned kMaxEntryInstructions = 24;

constexpr std::uint32_t bits(std::initializer_list<int> registers) {
  std::uint32_t mask = 0;
  for (const int r : registers) mask |= 1U << r;
  return mask;
}

/// General registers by Register::index.
struct EntryRegisters {
  std::uint32_t garbage = 0;      ///< Hold nothing that the function may use.
  std::uint8_t stack_pointer = 0;
};

/// x86: rax rcx rdx rbx rsp rbp rsi rdi = 0..7. rax counts the vector arguments of a variadic function (a byte), r10 is
/// the static chain. Local functions of GCC for i386 take arguments in eax, edx and ecx. AArch64: x0-x7 arguments, x8
/// address of the result, x9 static chain in Windows and Clang's code, x16-x18 linker and platform. AArch32: r12 linker
/// and static chain.
EntryRegisters entry_registers(const BinaryImage& image) {
  const bool windows = image.format == Format::kPe || image.format == Format::kCoffObject;
  switch (image.arch) {
    case Arch::kX64: return windows ? EntryRegisters{bits({0, 3, 5, 6, 7, 11, 12, 13, 14, 15}), 4}
                                    : EntryRegisters{bits({0, 3, 5, 11, 12, 13, 14, 15}), 4};
    case Arch::kX86: return {bits({3, 5, 6, 7}), 4};
    case Arch::kArm64: return {0x1ff8'0000U | bits({10, 11, 12, 13, 14, 15}), 31};
    case Arch::kArm: return {bits({4, 5, 6, 7, 8, 9, 10, 11}), 13};
    default: return {};
  }
}

class EntryCheck {
 public:
  explicit EntryCheck(const BinaryImage& image) : registers_(entry_registers(image)), garbage_(registers_.garbage) {}

  /// False when `i` uses garbage. Otherwise records what it sets.
  bool step(const Instruction& i) {
    if (!saves(i) && uses_garbage(i)) return false;
    for (unsigned n = 0; n < i.operand_count; ++n) set(i, i.operands[n]);
    return true;
  }

 private:
  bool is_garbage(const Register& r) const {
    return r.cls == Register::Class::kGeneral && r.index < 32 && (garbage_ >> r.index & 1U) != 0;
  }
  bool is_stack(const Operand& o) const {
    return o.kind == Operand::Kind::kMemory && o.base == Register{Register::Class::kGeneral, registers_.stack_pointer};
  }

  /// push r; mov [sp + n], r; stp r, r, [sp, #n]; stmdb sp!, {...}: keeps what the caller had there.
  bool saves(const Instruction& i) const {
    if (i.operation == Operation::kStack) return true;
    return i.operation == Operation::kMove && std::any_of(i.operands.begin(), i.operands.begin() + i.operand_count,
                                                          [this](const Operand& o) { return is_stack(o) && o.written; });
  }

  bool uses_garbage(const Instruction& i) const {
    if (i.operation == Operation::kNop || i.operation == Operation::kPadding || clears(i)) return false;
    for (unsigned n = 0; n < i.operand_count; ++n) {
      const Operand& o = i.operands[n];
      if (o.kind == Operand::Kind::kMemory && (is_garbage(o.base) || is_garbage(o.index))) return true;
      if (o.kind != Operand::Kind::kRegister || !o.read || !is_garbage(o.reg)) continue;
      const bool vector_count = o.reg.index == 0 && o.size == 8 && i.operation == Operation::kCompare;  // test al, al
      if (!vector_count) return true;
    }
    return false;
  }

  /// xor r, r; sub r, r; sbb r, r; or r, -1; and r, 0: the result does not depend on r (or only on the carry).
  static bool clears(const Instruction& i) {
    if (i.operand_count < 2 || (i.operation != Operation::kLogic && i.operation != Operation::kArithmetic)) return false;
    const Operand& a = i.operands[i.operand_count - 2U];
    const Operand& b = i.operands[i.operand_count - 1U];
    if (a.kind != Operand::Kind::kRegister) return false;
    if (b.kind == Operand::Kind::kRegister) return a.reg == b.reg;
    return b.kind == Operand::Kind::kImmediate && i.operation == Operation::kLogic && (b.value == -1 || b.value == 0);
  }

  void set(const Instruction& i, const Operand& o) {
    if (!o.written) return;
    if (o.kind == Operand::Kind::kRegister && o.reg.cls == Register::Class::kGeneral && o.reg.index < 32) {
      garbage_ &= ~(1U << o.reg.index);
    }
    if (o.kind == Operand::Kind::kRegisterList && o.reg.cls == Register::Class::kGeneral) {
      garbage_ &= ~static_cast<std::uint32_t>(o.value);
    }
    if (i.operation == Operation::kString || i.operation == Operation::kSystem || i.operation == Operation::kMultiply ||
        i.operation == Operation::kDivide || i.operation == Operation::kAtomic) {
      garbage_ &= ~bits({0, 3});  // Implicit results: rep scas, cpuid, mul, div, cmpxchg.
    }
  }

  EntryRegisters registers_;
  std::uint32_t garbage_;
};

}  // namespace

bool enters_like_function(const FlowGraph& graph, CodeIndex index) {
  const CodeRegion& region = graph.code().region_of(index);
  EntryCheck check(graph.image());
  Instruction instruction;
  for (unsigned n = 0; n < kMaxEntryInstructions && index < region.end(); ++n) {
    if (!graph.decode_at(index, instruction)) return true;
    if (!check.step(instruction)) return false;
    if (instruction.flow != Flow::kNext) return true;
    index += instruction.length;
  }
  return true;
}

}  // namespace prova
