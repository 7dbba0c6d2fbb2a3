#include "features/exact_hash.h"

#include "base/hash.h"
#include "features/function_features.h"
#include "features/page_registers.h"

namespace prova {
namespace {

/// Stands for whatever depends on where the code was linked.
constexpr std::uint64_t kMasked = 0x6d61736b'6d61736bULL;

std::uint64_t register_word(Register r) { return static_cast<std::uint64_t>(r.cls) << 8U | r.index; }

std::uint64_t operand_hash(const Operand& o, bool masked) {
  std::uint64_t h = mix(static_cast<std::uint64_t>(o.kind) << 16U | o.size,
                        static_cast<std::uint64_t>(o.shift) << 16U | static_cast<std::uint64_t>(o.extend) << 8U | o.shift_amount);
  if (o.kind == Operand::Kind::kRegister) h = mix(h, register_word(o.reg) << 1U | o.high_byte);
  if (o.kind == Operand::Kind::kMemory) {
    h = mix(h, register_word(o.base) << 32U | register_word(o.index) << 16U | o.scale);
    h = mix(h, register_word(o.segment) << 2U | static_cast<unsigned>(o.updates_base) << 1U | o.post_indexed);
  }
  if (o.kind != Operand::Kind::kRegister) h = mix(h, masked ? kMasked : static_cast<std::uint64_t>(o.value));
  return h;
}

}  // namespace

std::uint64_t instruction_hash(const Instruction& i, bool page_offset, const ImageFacts& facts, Mnemonics& mnemonics) {
  std::uint64_t h = mix(mnemonics.hash(i), static_cast<std::uint64_t>(i.condition));
  const bool refers = i.references.has_value() || page_offset;
  for (unsigned n = 0; n < i.operand_count; ++n) {
    const Operand& o = i.operands[n];
    const bool address = o.kind == Operand::Kind::kImmediate &&
                         (i.target.has_value() || facts.looks_like_address(static_cast<std::uint64_t>(o.value)));
    h = mix(h, operand_hash(o, refers || address));
  }
  return h;
}

std::uint64_t exact_hash(const DecodedFunction& code, const ImageFacts& facts, Mnemonics& mnemonics) {
  if (code.instructions.size() < kMinExactInstructions || code.capped) return 0;
  std::uint64_t h = code.instructions.size();
  PageRegisters pages;
  for (std::size_t b = 0; b < code.function->blocks.size(); ++b) {
    pages.clear();
    for (const Instruction& i : code.block(b)) {
      const bool page_offset = pages.step(i).has_value();
      if (i.operation == Operation::kNop || i.operation == Operation::kPadding) continue;
      h = mix(h, instruction_hash(i, page_offset, facts, mnemonics));
    }
    for (const std::uint32_t s : code.function->blocks[b].successors) h = mix(h, s);
    h = mix(h, b);
  }
  return h == 0 ? 1 : h;
}

}  // namespace prova
