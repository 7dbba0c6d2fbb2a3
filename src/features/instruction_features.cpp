#include "features/instruction_features.h"

#include <algorithm>

#include "features/page_registers.h"

namespace prova {
namespace {

/// x86 rsp; AArch64 sp.
constexpr std::uint8_t kX86StackPointer = 4, kX86FramePointer = 5, kArm64FramePointer = 29, kArm64StackPointer = 31;
/// Thumb code has its frame pointer in r7, A32 code in r11.
constexpr std::uint8_t kArm32ThumbFramePointer = 7, kArm32FramePointer = 11, kArm32StackPointer = 13;

/// True for the stack and frame pointer: what lies there is a local variable, its offset the compiler's choice.
bool is_frame_register(Register r, Arch arch) {
  if (r.cls != Register::Class::kGeneral) return false;
  if (arch == Arch::kX86 || arch == Arch::kX64) return r.index == kX86StackPointer || r.index == kX86FramePointer;
  if (arch == Arch::kArm) {
    return r.index == kArm32StackPointer || r.index == kArm32FramePointer || r.index == kArm32ThumbFramePointer;
  }
  return r.index == kArm64FramePointer || r.index == kArm64StackPointer;
}

bool writes_stack_pointer(const Instruction& i, Arch arch) {
  return i.operand_count > 0 && i.operands[0].kind == Operand::Kind::kRegister && i.operands[0].written &&
         is_frame_register(i.operands[0].reg, arch);
}

void add_operand(FeatureSink& sink, const ImageFacts& facts, const Instruction& i, const Operand& o, bool refers) {
  const Arch arch = facts.image().arch;
  if (o.kind == Operand::Kind::kImmediate && !i.target && !refers) {
    const auto value = static_cast<std::uint64_t>(o.value) << (o.shift == Shift::kLeft ? o.shift_amount % 64U : 0U);
    if (facts.looks_like_address(value)) {
      add_reference(sink, facts, VirtualAddress{value});
    } else {
      add_constant(sink, static_cast<std::int64_t>(value));
    }
  }
  const bool field = o.kind == Operand::Kind::kMemory && o.base.cls == Register::Class::kGeneral && o.size != 0 &&
                     !refers && !is_frame_register(o.base, arch) && o.index.cls == Register::Class::kNone;
  if (!field) return;
  if (o.read) add_field(sink, o.post_indexed ? 0 : o.value, width_class(o.size), false);
  if (o.written) add_field(sink, o.post_indexed ? 0 : o.value, width_class(o.size), true);
}

std::uint64_t degree_hash(const Function& f, const std::vector<std::uint32_t>& in_degree, std::size_t block) {
  constexpr std::size_t kManyEdges = 4;
  return mix(std::min<std::size_t>(in_degree[block], kManyEdges),
             std::min<std::size_t>(f.blocks[block].successors.size(), kManyEdges));
}

}  // namespace

void add_operand_features(FeatureSink& sink, const ImageFacts& facts, const DecodedFunction& code) {
  PageRegisters pages;
  for (std::size_t b = 0; b < code.function->blocks.size(); ++b) {
    pages.clear();
    for (const Instruction& i : code.block(b)) {
      const auto joined = pages.step(i);
      const bool refers = joined || i.references;
      if (joined) add_reference(sink, facts, *joined);
      if (!joined && i.references && i.flow == Flow::kNext) add_reference(sink, facts, *i.references);
      if (writes_stack_pointer(i, facts.image().arch)) continue;
      for (unsigned n = 0; n < i.operand_count; ++n) add_operand(sink, facts, i, i.operands[n], refers);
    }
  }
}

void add_opcode_features(FeatureSink& sink, const DecodedFunction& code) {
  for (std::size_t b = 0; b < code.function->blocks.size(); ++b) {
    std::uint64_t run = 0;
    std::size_t length = 0;
    for (const Instruction& i : code.block(b)) {
      if (i.operation == Operation::kNop || i.operation == Operation::kPadding || i.operation == Operation::kMove) continue;
      run = (run << 8U | (static_cast<std::uint64_t>(i.operation) + 1)) & ((1ULL << 8U * kOpcodeRun) - 1);
      if (++length >= kOpcodeRun) sink.add(FeatureFamily::kOpcode, run);
    }
  }
}

void add_control_flow_features(FeatureSink& sink, const Function& function) {
  const std::size_t n = function.blocks.size();
  std::vector<std::uint32_t> in_degree(n, 0);
  for (const BasicBlock& block : function.blocks) {
    for (const std::uint32_t s : block.successors) {
      if (s < n) ++in_degree[s];
    }
  }
  std::vector<std::uint64_t> label(n), next(n);
  for (std::size_t b = 0; b < n; ++b) label[b] = degree_hash(function, in_degree, b);
  constexpr int kHops = 2;
  for (int hop = 0; hop < kHops; ++hop) {
    for (std::size_t b = 0; b < n; ++b) {
      std::uint64_t successors = 0;  // A sum: the order of successors is the compiler's choice.
      for (const std::uint32_t s : function.blocks[b].successors) {
        if (s < n) successors += mix(1, label[s]);
      }
      next[b] = mix(label[b], successors);
    }
    label.swap(next);
    for (std::size_t b = 0; b < n; ++b) sink.add(FeatureFamily::kControlFlow, label[b]);
  }
}

}  // namespace prova
