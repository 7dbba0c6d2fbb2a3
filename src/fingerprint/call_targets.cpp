#include "fingerprint/call_targets.h"

#include <algorithm>

#include "dataflow/image_facts.h"
#include "disasm/decoder.h"

namespace prova {
namespace {

/// Chains of thunks longer than this are not compiled code.
constexpr int kMaxThunkChain = 8;

void insert_sorted(std::vector<std::uint32_t>& list, std::uint32_t value) {
  const auto at = std::lower_bound(list.begin(), list.end(), value);
  if (at == list.end() || *at != value) list.insert(at, value);
}

/// The function that the stub at `address` jumps to through a pointer slot whose value the file itself tells: the form
/// that linkers give to calls of a shared library's own exports.
std::optional<std::uint32_t> behind_stub(const Program& program, const ImageFacts& facts, Decoder& decoder,
                                         VirtualAddress address) {
  // endbr64, then an optional address computation, then the jump.
  constexpr int kMaxStubInstructions = 3;
  constexpr std::uint64_t kMaxInstructionBytes = 16;
  Instruction instruction;
  for (int i = 0; i < kMaxStubInstructions; ++i) {
    // AArch32: stubs are A32 code, and an even address says so.
    if (!decoder.decode(program.image->bytes_at(address, kMaxInstructionBytes), address, instruction)) break;
    if (instruction.flow == Flow::kIndirectJump) {
      const auto target = instruction.references ? facts.pointer_target(*instruction.references) : std::nullopt;
      return target ? program.function_at(*target) : std::nullopt;
    }
    if (instruction.flow != Flow::kNext) break;
    address = instruction.end();
  }
  return std::nullopt;
}

/// The function of this file that a call reaches although the call graph has no edge for it.
std::optional<std::uint32_t> hidden_target(const Program& program, const ImageFacts& facts, Decoder* decoder,
                                           const CallSite& call) {
  if (call.import) return facts.own_function(*call.import);
  if (decoder == nullptr || !call.target || program.function_at(*call.target)) return std::nullopt;
  return behind_stub(program, facts, *decoder, *call.target);
}

}  // namespace

void link_own_imports(Program& program) {
  const ImageFacts facts(program);
  const auto decoder = make_decoder(program.image->arch);
  for (std::uint32_t f = 0; f < program.functions.size(); ++f) {
    Function& function = program.functions[f];
    if (function.kind != FunctionKind::kFunction && function.import && !function.thunk_of) {
      if (const auto own = facts.own_function(*function.import); own && *own != f) function.thunk_of = own;
    }
    for (const CallSite& call : function.calls) {
      const auto own = hidden_target(program, facts, decoder ? decoder->get() : nullptr, call);
      if (!own) continue;
      insert_sorted(program.callees[f], *own);
      insert_sorted(program.callers[*own], f);
    }
  }
}

std::uint32_t behind_thunks(const Program& program, std::uint32_t function) {
  for (int step = 0; step < kMaxThunkChain && program.functions[function].thunk_of; ++step) {
    const std::uint32_t next = *program.functions[function].thunk_of;
    if (next >= program.functions.size() || next == function) break;
    function = next;
  }
  return function;
}

std::vector<std::uint32_t> real_callees(const Program& program, std::uint32_t function) {
  std::vector<std::uint32_t> callees;
  for (const std::uint32_t callee : program.callees[function]) {
    const std::uint32_t real = behind_thunks(program, callee);
    if (program.functions[real].kind == FunctionKind::kFunction) callees.push_back(real);
  }
  std::sort(callees.begin(), callees.end());
  callees.erase(std::unique(callees.begin(), callees.end()), callees.end());
  return callees;
}

}  // namespace prova
