#pragma once
// Joins AArch64's adrp with the instruction that adds the rest of the address.

#include <array>
#include <optional>

#include "dataflow/decoded_function.h"

namespace prova {

/// Follows which register holds an `adrp` page within one block. Feed every instruction in order. O(1) each.
class PageRegisters {
 public:
  void clear() { pages_.fill(std::nullopt); }
  /// The full address that `i` computes or accesses through a page register, if it does: `add x0, x0, #lo12` or
  /// `ldr x0, [x0, #lo12]`. Then remembers what `i` does to the registers.
  std::optional<VirtualAddress> step(const Instruction& i) {
    const auto found = completed(i);
    const bool page = is_adrp(i);
    for (unsigned n = 0; n < i.operand_count; ++n) {
      const Operand& o = i.operands[n];
      if (o.kind == Operand::Kind::kRegister && o.written) set(o.reg, page ? i.references : std::nullopt);
      if (o.kind == Operand::Kind::kMemory && o.updates_base) set(o.base, std::nullopt);
    }
    if (i.flow == Flow::kCall || i.flow == Flow::kIndirectCall) clear();
    return found;
  }

 private:
  static bool is_adrp(const Instruction& i) {
    return i.references && i.operand_count == 2 && i.operands[0].kind == Operand::Kind::kRegister &&
           i.operands[1].kind == Operand::Kind::kImmediate;
  }
  [[nodiscard]] std::optional<VirtualAddress> page(Register r) const {
    return r.cls == Register::Class::kGeneral && r.index < pages_.size() ? pages_[r.index] : std::nullopt;
  }
  void set(Register r, std::optional<VirtualAddress> value) {
    if (r.cls == Register::Class::kGeneral && r.index < pages_.size()) pages_[r.index] = value;
  }
  [[nodiscard]] std::optional<VirtualAddress> completed(const Instruction& i) const {
    for (unsigned n = 0; n < i.operand_count; ++n) {
      const Operand& o = i.operands[n];
      if (o.kind == Operand::Kind::kMemory) {
        if (const auto p = page(o.base)) return *p + static_cast<std::uint64_t>(o.post_indexed ? 0 : o.value);
      }
      if (o.kind == Operand::Kind::kImmediate && n == 2 && i.operation == Operation::kArithmetic &&
          i.operands[1].kind == Operand::Kind::kRegister) {
        if (const auto p = page(i.operands[1].reg)) {
          return *p + (static_cast<std::uint64_t>(o.value) << (o.shift == Shift::kLeft ? o.shift_amount % 64U : 0U));
        }
      }
    }
    return std::nullopt;
  }

  std::array<std::optional<VirtualAddress>, 32> pages_{};
};

}  // namespace prova
