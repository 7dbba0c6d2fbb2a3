#include "program/program.h"

#include <algorithm>

namespace prova {

std::string_view name_of(FunctionKind kind) {
  switch (kind) {
    case FunctionKind::kFunction: return "function";
    case FunctionKind::kThunk: return "thunk";
    case FunctionKind::kPlt: return "plt";
  }
  return "function";
}

std::string_view name_of(StartReason reason) {
  switch (reason) {
    case StartReason::kSymbol: return "symbol";
    case StartReason::kUnwind: return "unwind";
    case StartReason::kTable: return "table";
    case StartReason::kEntryPoint: return "entry_point";
    case StartReason::kExport: return "export";
    case StartReason::kCallTarget: return "call_target";
    case StartReason::kTailCall: return "tail_call";
    case StartReason::kPointer: return "pointer";
    case StartReason::kPrologue: return "prologue";
  }
  return "prologue";
}

std::optional<std::uint32_t> Program::function_at(VirtualAddress address) const {
  const auto it = std::lower_bound(functions.begin(), functions.end(), address,
                                   [](const Function& f, VirtualAddress a) { return raw(f.address) < raw(a); });
  if (it == functions.end() || it->address != address) return std::nullopt;
  return static_cast<std::uint32_t>(it - functions.begin());
}

void for_each_instruction(const BinaryImage& image, const BasicBlock& block, Decoder& decoder,
                          const std::function<void(const Instruction&)>& visit) {
  const ByteView bytes = image.bytes_at(block.begin, block.size);
  Instruction instruction;
  for (std::size_t at = 0; at < bytes.size(); at += instruction.length) {
    if (!decoder.decode(bytes.subspan(at), block.code_address() + at, instruction)) return;
    visit(instruction);
  }
}

}  // namespace prova
