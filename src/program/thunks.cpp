#include "program/thunks.h"

#include <algorithm>

#include "program/declared_ranges.h"

namespace prova {
namespace {

/// Incremental linking makes chains of two; a longer one is a cycle or a game.
constexpr int kMaxChain = 16;
/// AArch64 import stubs: bti, adrp, ldr, add, br.
constexpr std::uint32_t kMaxThunkInstructions = 5;

std::optional<std::uint32_t> index_of(const std::vector<Function>& functions, VirtualAddress address) {
  const auto it = std::lower_bound(functions.begin(), functions.end(), address,
                                   [](const Function& f, VirtualAddress a) { return raw(f.address) < raw(a); });
  if (it == functions.end() || it->address != address) return std::nullopt;
  return static_cast<std::uint32_t>(it - functions.begin());
}

/// True when the function is one block that computes nothing but where to jump.
bool only_jumps(const BinaryImage& image, Decoder& decoder, const Function& function) {
  if (function.blocks.size() != 1 || function.instructions > kMaxThunkInstructions || function.calls.size() != 1) return false;
  const CallSite& call = function.calls[0];
  if (!call.tail) return false;
  const bool through_slot = call.import && !call.target;
  bool only = true;
  for_each_instruction(image, function.blocks[0], decoder, [&](const Instruction& instruction) {
    const bool jump = instruction.flow == Flow::kJump || instruction.flow == Flow::kIndirectJump;
    const bool address_work = through_slot && (image.arch == Arch::kArm64 || image.arch == Arch::kArm);
    if (!jump && instruction.operation != Operation::kNop && !address_work) only = false;
  });
  return only;
}

FunctionKind kind_of_import_thunk(const BinaryImage& image, const Function& function) {
  const Section* section = image.section_at(function.address);
  if (image.format == Format::kElf || (section != nullptr && is_stub_section(section->name))) return FunctionKind::kPlt;
  return FunctionKind::kThunk;
}

}  // namespace

void resolve_thunks(const BinaryImage& image, Decoder& decoder, std::vector<Function>& functions) {
  for (Function& function : functions) {
    if (!only_jumps(image, decoder, function)) continue;
    const CallSite& call = function.calls[0];
    if (call.target) {
      const auto to = index_of(functions, *call.target);
      if (!to || &functions[*to] == &function) continue;
      function.kind = FunctionKind::kThunk;
      function.thunk_of = to;
    } else {
      function.kind = kind_of_import_thunk(image, function);
      function.import = call.import;
    }
  }
  for (Function& function : functions) {
    const Function* at = &function;
    for (int hop = 0; hop < kMaxChain && at->thunk_of && !at->import; ++hop) at = &functions[*at->thunk_of];
    if (at != &function && at->import && function.kind != FunctionKind::kFunction) function.import = at->import;
  }
  for (Function& function : functions) {
    for (CallSite& call : function.calls) {
      if (call.import || !call.target) continue;
      const auto to = index_of(functions, *call.target);
      if (to && functions[*to].kind != FunctionKind::kFunction) call.import = functions[*to].import;
    }
  }
}

}  // namespace prova
