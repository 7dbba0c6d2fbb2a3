#include "program/flow_graph.h"

#include <algorithm>

#include "program/code_states.h"
#include "program/jump_tables.h"
#include "program/no_return.h"
#include "program/prologues.h"

namespace prova {
namespace {

constexpr std::uint32_t kNoLink = std::numeric_limits<std::uint32_t>::max();
/// No instruction of any machine that we read is longer (Intel SDM volume 2, 2.3.11).
constexpr std::size_t kLongestInstruction = 15;

}  // namespace

FlowGraph::FlowGraph(const BinaryImage& image, Decoder& decoder, const CodeMap& code, const DiscoveryLimits& limits)
    : image_(image), decoder_(decoder), code_(code), limits_(limits), owner_(code.size(), kNoRun),
      facts_(code.size(), 0), start_reason_(code.size(), 0), is_case_(code.size(), false),
      max_runs_(code.size() / kLeastBytesPerRun + kFreeRuns), jump_work_left_(code.size() * kJumpWorkPerCodeByte + kJumpWorkSlack) {
  mark_code_states(*this);
}

CodeIndex FlowGraph::code_at(VirtualAddress pointer) {
  if (!is_arm32()) return code_.index_of(pointer);
  const bool thumb = (raw(pointer) & 1U) != 0;
  const CodeIndex index = code_.index_of(VirtualAddress{raw(pointer) & ~1ULL});
  // An even word may be any number; an odd one that lies in code seldom is.
  if (index != kNowhere && thumb) set_state(index, true);
  return index;
}

void FlowGraph::set_state(CodeIndex index, bool thumb) {
  constexpr std::uint8_t kKnown = kThumbCode | kA32Code;
  if (is_arm32() && (facts_[index] & kKnown) == 0) facts_[index] |= thumb ? kThumbCode : kA32Code;
}

bool FlowGraph::is_thumb(CodeIndex index) const {
  if (!is_arm32()) return false;
  if (owner_[index] != kNoRun) return runs_.size() > owner_[index] ? runs_[owner_[index]].thumb : has(index, kThumbCode);
  if (has(index, kThumbCode)) return true;
  return !has(index, kA32Code) && looks_like_thumb(code_.address_of(index), code_.bytes_from(index));
}

void FlowGraph::add_start(CodeIndex index, StartReason reason) {
  if (index >= code_.size() || raw(code_.address_of(index)) % decoder_.alignment() != 0) return;
  const auto value = static_cast<std::uint8_t>(static_cast<unsigned>(reason) + 1);
  if (start_reason_[index] == 0) {
    new_starts_.push_back(index);
    start_reason_[index] = value;
  } else {
    start_reason_[index] = std::min(start_reason_[index], value);
  }
}

void FlowGraph::explore() {
  for (;;) {
    while (!returning_.empty()) {
      const std::uint32_t id = returning_.back();
      returning_.pop_back();
      for (std::uint32_t link = first_link_[id]; link != kNoLink; link = links_[link].next) {
        if (links_[link].is_call) {
          continue_after_call(links_[link].run);
        } else {
          mark_returning(links_[link].run);
        }
      }
      first_link_[id] = kNoLink;
    }
    if (!pending_.empty()) {
      const Pending next = pending_.back();
      pending_.pop_back();
      reach(next);
    } else if (!new_starts_.empty()) {
      // Ascending order keeps the decoder in the cache; the result does not depend on it.
      std::sort(new_starts_.begin(), new_starts_.end(), std::greater<>());
      for (const CodeIndex start : new_starts_) pending_.push_back({start, kNoRun, false});
      new_starts_.clear();
    } else {
      return;
    }
  }
}

void FlowGraph::reach(const Pending& pending) {
  std::uint32_t id = owner_[pending.target];
  if (id == kNoRun) {
    id = decode_run(pending.target, pending.is_call ? kNoRun : pending.from);
    if (id == kNoRun) {  // Not even one instruction: whatever it is, we must not claim that it never returns.
      if (pending.from == kNoRun) return;
      if (pending.is_call) continue_after_call(pending.from);
      else mark_returning(pending.from);
      return;
    }
  }
  if (pending.from == kNoRun) return;
  if (!runs_[id].returns) {
    links_.push_back({pending.from, first_link_[id], pending.is_call});
    first_link_[id] = static_cast<std::uint32_t>(links_.size() - 1);
  } else if (pending.is_call) {
    continue_after_call(pending.from);
  } else {
    mark_returning(pending.from);
  }
}

std::uint32_t FlowGraph::decode_run(CodeIndex begin, std::uint32_t from) {
  const CodeRegion& region = code_.region_of(begin);
  if (runs_.size() >= max_runs_) {
    capped_ = true;
    return kNoRun;
  }
  const auto id = static_cast<std::uint32_t>(runs_.size());
  Run run;
  run.begin = run.end = begin;
  run.from = from;
  run.thumb = is_thumb(begin);
  Instruction instruction;
  StackSwitch stack(image_.format == Format::kElf ? image_.arch : Arch::kUnknown);
  pages_.fill(std::nullopt);
  while (true) {
    if (run.end >= region.end() || has(run.end, kTableByte)) break;
    if (owner_[run.end] != kNoRun) {
      run.how = Run::End::kMerge;
      break;
    }
    const ByteView bytes = region.bytes.subspan(run.end - region.first);
    const std::size_t room = std::min(bytes.size(), kLongestInstruction);
    const VirtualAddress at = region.address + (run.end - region.first) + (run.thumb ? 1U : 0U);
    if (!decoder_.decode(bytes.first(room), at, instruction)) break;
    owner_[run.end] = id;
    for (unsigned i = 0; i < instruction.length; ++i) facts_[run.end + i] |= kDecoded;
    note_references(instruction, run.end);
    stack.step(instruction);
    run.last = run.end;
    run.end += instruction.length;
    ++run.instructions;
    if (instruction.flow != Flow::kNext) {
      run.how = Run::End::kInstruction;
      run.flow = instruction.flow;
      run.conditional = is_arm32() && instruction.flow != Flow::kConditionalJump && instruction.condition != Condition::kNone;
      break;
    }
  }
  if (run.instructions == 0) return kNoRun;
  run.switches_stack = stack.found() && run.how == Run::End::kInstruction;
  runs_.push_back(run);
  first_link_.push_back(kNoLink);
  finish_run(id, instruction);
  return id;
}

void FlowGraph::finish_run(std::uint32_t id, const Instruction& last) {
  Run& run = runs_[id];
  if (run.how == Run::End::kMerge) {
    pending_.push_back({run.end, id, false});
    return;
  }
  if (run.conditional) run_on(id);
  if (run.how == Run::End::kBroken) {
    mark_returning(id);  // We do not know: see reach().
    return;
  }
  switch (run.flow) {
    case Flow::kReturn:
      if (!run.switches_stack) mark_returning(id);
      break;
    case Flow::kTrap: case Flow::kNext: break;
    case Flow::kIndirectJump: finish_indirect_jump(id, last); break;
    case Flow::kCall: case Flow::kIndirectCall: finish_call(id, last); break;
    case Flow::kJump: case Flow::kConditionalJump: {
      run.target = code_.index_of(*last.target);
      run.import = import_of(last);
      const bool conditional = run.flow == Flow::kConditionalJump;
      if (conditional) run_on(id);
      if (run.target != kNowhere) {
        set_state(run.target, run.thumb != last.switches_state);
        facts_[run.target] |= kJumpedTo;
        pending_.push_back({run.target, id, false});
      } else if (run.import == kNoImport || import_returns(run.import)) {
        mark_returning(id);
      }
      break;
    }
  }
}

/// Control may reach the instruction behind the run.
void FlowGraph::run_on(std::uint32_t id) {
  const Run& run = runs_[id];
  if (run.end >= code_.region_of(run.begin).end()) return;
  set_state(run.end, run.thumb);
  pending_.push_back({run.end, id, false});
}

void FlowGraph::finish_call(std::uint32_t id, const Instruction& last) {
  Run& run = runs_[id];
  run.import = import_of(last);
  if (run.flow == Flow::kCall) run.target = code_.index_of(*last.target);
  if (run.target == run.end && run.target != kNowhere) {
    run.self_call = true;
    run.target = kNowhere;
  }
  if (run.target != kNowhere) {
    set_state(run.target, run.thumb != last.switches_state);
    facts_[run.target] |= kCalled;
    add_start(run.target, StartReason::kCallTarget);
    pending_.push_back({run.target, id, true});
  } else if (run.import == kNoImport || import_returns(run.import)) {
    continue_after_call(id);
  }
}

void FlowGraph::finish_indirect_jump(std::uint32_t id, const Instruction& last) {
  runs_[id].import = import_of(last);
  runs_[id].unresolved = runs_[id].import == kNoImport;
  if (runs_[id].unresolved) set_indirect_target(id, resolve_bounded(*this, runs_[id]));
  const Run& run = runs_[id];
  if (run.switches_stack) return;
  if (run.unresolved || (run.import != kNoImport && import_returns(run.import))) mark_returning(id);
}

/// Filler, then what begins a function: nobody falls through it, so the call before it does not return. Loops are
/// aligned with filler, too, but do not begin with a prologue. `endbr` needs no filler where it is aligned.
bool FlowGraph::function_begins_behind(CodeIndex call_end) const {
  constexpr std::uint64_t kFunctionAlignment = 16;
  const CodeRegion& region = code_.region_of(call_end);
  const bool x86 = image_.arch == Arch::kX64 || image_.arch == Arch::kX86;
  CodeIndex at = call_end;
  std::size_t length = 0;
  while (x86 && at < region.end() && raw(code_.address_of(at)) % kFunctionAlignment != 0) {
    if (owner_[at] != kNoRun || !is_padding(*this, at, length)) return false;
    at += static_cast<CodeIndex>(length);
  }
  if (!x86 || at >= region.end()) return false;
  const ByteView bytes = code_.bytes_from(at);
  return at == call_end ? is_branch_target_marker(bytes) : looks_like_prologue(image_.arch, bytes);
}

void FlowGraph::continue_after_call(std::uint32_t id) {
  Run& run = runs_[id];
  if (run.continues) return;
  const CodeRegion& region = code_.region_of(run.begin);
  // Where a table of the file starts another function, the caller's code ends: so this callee does not return.
  if (run.end < region.end() && !run.self_call && (is_declared(run.end) || function_begins_behind(run.end))) return;
  run.continues = true;
  if (run.end < region.end()) run_on(id);
  else mark_returning(id);
}

void FlowGraph::mark_returning(std::uint32_t id) {
  if (runs_[id].returns) return;
  runs_[id].returns = true;
  returning_.push_back(id);
}

void FlowGraph::set_indirect_target(std::uint32_t id, const IndirectTarget& found) {
  Run& run = runs_[id];
  run.import = found.import;
  if (found.targets.empty() && found.import == kNoImport) return;
  run.unresolved = false;
  run.capped = found.capped;
  run.targets_begin = static_cast<std::uint32_t>(table_targets_.size());
  table_targets_.insert(table_targets_.end(), found.targets.begin(), found.targets.end());
  run.targets_end = static_cast<std::uint32_t>(table_targets_.size());
  for (const CodeIndex target : found.targets) {
    set_state(target, run.thumb);
    is_case_[target] = true;
    facts_[target] |= kJumpedTo;
    pending_.push_back({target, id, false});
  }
  const CodeIndex table = found.table ? code_.index_of(*found.table) : kNowhere;
  if (table == kNowhere) return;
  for (std::uint64_t i = 0; i < found.table_size && i < code_.size() - table; ++i) {
    if (!has(table + static_cast<CodeIndex>(i), kDecoded)) facts_[table + i] |= kTableByte;
  }
}

void FlowGraph::add_fact(CodeIndex begin, std::uint64_t size, ByteFact fact) {
  const std::uint64_t room = code_.size() - begin;
  const std::uint64_t count = std::min(size, room);
  for (std::uint64_t i = 0; i < count; ++i) facts_[begin + i] |= fact;
}

void FlowGraph::note_address(VirtualAddress address, CodeIndex at) {
  const CodeIndex target = code_at(address);
  if (target == kNowhere || raw(code_.address_of(target)) % decoder_.alignment() != 0) return;
  facts_[target] |= kPointedTo;
  addresses_taken_.push_back({at, target});
}

/// adrp x0, page; add x0, x0, offset. Only within one run, as compilers write it.
void FlowGraph::note_arm64_address(const Instruction& instruction, CodeIndex at) {
  const Operand& to = instruction.operands[0];
  if (instruction.operand_count < 2 || to.reg.cls != Register::Class::kGeneral || to.reg.index >= 32) return;
  if (instruction.references && instruction.operation == Operation::kAddressOf) {
    const bool is_page = raw(*instruction.references) % 4096 == 0;
    pages_[to.reg.index] = instruction.references;
    if (!is_page) note_address(*instruction.references, at);
  } else if (instruction.operation == Operation::kArithmetic && instruction.operand_count == 3 &&
             instruction.operands[2].kind == Operand::Kind::kImmediate && instruction.operands[1].reg.index < 32 &&
             pages_[instruction.operands[1].reg.index]) {
    note_address(*pages_[instruction.operands[1].reg.index] + static_cast<std::uint64_t>(instruction.operands[2].value), at);
  }
}

/// `ldr r3, [pc, #n]` reads a literal: data between functions, and perhaps an address or, with `add r3, pc` behind it,
/// its distance from there. `movw`, `movt` put an address together. All within one run, as compilers write it.
void FlowGraph::note_arm32_address(const Instruction& i, CodeIndex at) {
  const Operand& to = i.operands[0];
  const Operand& last = i.operands[i.operand_count == 0 ? 0 : i.operand_count - 1U];
  const bool literal = last.kind == Operand::Kind::kMemory && i.references && last.base.cls == Register::Class::kProgramCounter &&
                       last.index.cls == Register::Class::kNone;
  if (literal) {
    const CodeIndex where = code_.index_of(*i.references);
    const std::uint64_t bytes = last.size / 8U;
    for (std::uint64_t n = 0; where != kNowhere && n < bytes && n < code_.size() - where; ++n) {
      if (!has(where + static_cast<CodeIndex>(n), kDecoded)) facts_[where + n] |= kTableByte;
    }
  }
  const bool general = i.operand_count >= 2 && to.kind == Operand::Kind::kRegister && to.written && to.reg.cls == Register::Class::kGeneral;
  if (!general || i.flow != Flow::kNext) return;
  std::optional<VirtualAddress>& value = pages_[to.reg.index];
  const std::optional<VirtualAddress> before = value;
  value.reset();
  const auto immediate = static_cast<std::uint64_t>(last.value) & 0xffffU;
  if (literal && last.size == 32) {
    value = image_.pointer_at(*i.references);
    if (value) note_address(*value, at);
  } else if (i.operation == Operation::kMove && i.operand_count == 2 && last.kind == Operand::Kind::kImmediate) {
    value = VirtualAddress{static_cast<std::uint64_t>(last.value) & 0xffff'ffffU};
  } else if (i.operation == Operation::kMove && i.operand_count == 3 && last.kind == Operand::Kind::kImmediate && before) {  // movt
    value = VirtualAddress{(raw(*before) & 0xffffU) | immediate << 16U};
    note_address(*value, at);
  } else if (i.operation == Operation::kAddressOf && i.references) {
    note_address(*i.references + (i.thumb ? 1U : 0U), at);
  } else if (i.operation == Operation::kArithmetic && i.operand_count == 3) {  // add r3, pc (, r3)
    const bool pc_first = i.operands[1].reg.cls == Register::Class::kProgramCounter, pc_last = last.reg.cls == Register::Class::kProgramCounter;
    const Operand& other = pc_first ? last : i.operands[1];
    if (pc_first == pc_last || other.kind != Operand::Kind::kRegister || other.reg.index >= 32) return;
    const std::optional<VirtualAddress> distance = other.reg == to.reg ? before : pages_[other.reg.index];
    if (distance) note_address(VirtualAddress{raw(i.address + (i.thumb ? 4U : 8U) + raw(*distance)) & 0xffff'ffffU}, at);
  }
}

void FlowGraph::note_references(const Instruction& instruction, CodeIndex at) {
  if (image_.arch == Arch::kArm64) return note_arm64_address(instruction, at);
  if (is_arm32()) return note_arm32_address(instruction, at);
  if (instruction.references && instruction.operation == Operation::kAddressOf) note_address(*instruction.references, at);
  // `push offset f`, `mov edi, offset f`, `mov [x], offset f`: addresses as immediates, in code linked to one place.
  if (instruction.operation != Operation::kMove && instruction.operation != Operation::kStack) return;
  for (unsigned i = 0; i < instruction.operand_count; ++i) {
    const Operand& operand = instruction.operands[i];
    if (operand.kind != Operand::Kind::kImmediate || operand.size < 32) continue;
    const std::uint64_t mask = image_.bits == 64 ? ~0ULL : 0xffff'ffffULL;
    note_address(VirtualAddress{static_cast<std::uint64_t>(operand.value) & mask}, at);
  }
}

std::uint32_t FlowGraph::import_of(const Instruction& instruction) const {
  std::optional<VirtualAddress> where = instruction.target;
  if (!where && instruction.operand_count > 0 && instruction.operands[0].kind == Operand::Kind::kMemory &&
      instruction.operands[0].index.cls == Register::Class::kNone) {
    where = instruction.references;
  }
  if (!where) return kNoImport;
  const Import* import = image_.import_at(*where);
  if (import == nullptr || (import->reach == Import::Reach::kCode) != instruction.target.has_value()) return kNoImport;
  return static_cast<std::uint32_t>(import - image_.imports.data());
}

bool FlowGraph::import_returns(std::uint32_t import) const { return !never_returns(image_.imports[import].name); }

std::vector<CodeIndex> FlowGraph::starts() const {
  std::vector<CodeIndex> result;
  for (CodeIndex i = 0; i < start_reason_.size(); ++i) {
    if (start_reason_[i] != 0) result.push_back(i);
  }
  return result;
}

bool FlowGraph::decode_at(CodeIndex index, Instruction& out) const {
  const CodeRegion& region = code_.region_of(index);
  const ByteView bytes = region.bytes.subspan(index - region.first);
  return decoder_.decode(bytes.first(std::min(bytes.size(), kLongestInstruction)), decoder_address(index), out);
}

CodeIndex FlowGraph::previous_in_run(CodeIndex index) const {
  const std::uint32_t id = owner_[index];
  if (id == kNoRun || runs_[id].begin == index) return kNowhere;
  for (CodeIndex back = 1; back <= kLongestInstruction && back <= index; ++back) {
    if (owner_[index - back] == id) return index - back;
  }
  return kNowhere;
}

}  // namespace prova
