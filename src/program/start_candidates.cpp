#include "program/start_candidates.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "base/byte_reader.h"
#include "program/entry_check.h"
#include "program/prologues.h"

namespace prova {
namespace {

/// Code that starts where a compiler would put a function: its address is a multiple of this, or filler precedes it.
constexpr std::uint64_t kFunctionAlignment = 16;
/// As many relocated words in a row inside code are a table of addresses. Fewer occur as two operands of one
/// instruction (`mov dword [address], address`).
constexpr std::size_t kFewestTableWords = 3;
/// Bytes of a cold part that needs no frame: a call of abort or the like, and what aligns the stack for it.
constexpr CodeIndex kMaxBareColdPart = 16;

bool is_part_name(std::string_view name) { return name.find(".cold") != std::string_view::npos; }

/// On AArch64 every hint is a nop to the decoder; `bti c` begins a stub, `nop` fills.
bool is_plain_nop(const FlowGraph& graph, CodeIndex index) {
  std::size_t length = 0;
  return graph.image().arch != Arch::kArm64 || is_padding(graph, index, length);
}

void add_stub_starts(FlowGraph& graph, const CodeRegion& region) {
  Instruction instruction;
  CodeIndex begin = region.first;
  for (CodeIndex at = region.first; at < region.end();) {
    if (!graph.decode_at(at, instruction)) {
      at = begin = at + graph.decoder().alignment();
      continue;
    }
    if (instruction.flow == Flow::kIndirectJump) graph.add_start(begin, StartReason::kTable);
    const bool endbr = instruction.operation == Operation::kNop && graph.code().bytes_from(at)[0] == std::byte{0xf3};
    at += instruction.length;
    const bool filler = instruction.operation == Operation::kNop && !endbr && is_plain_nop(graph, at - instruction.length);
    if (instruction.flow != Flow::kNext || filler) begin = at;
  }
  graph.add_fact(region.first, region.bytes.size(), kPaddingByte);
}

bool preceded_by_end(const FlowGraph& graph, CodeIndex index) {
  const CodeRegion& region = graph.code().region_of(index);
  if (index == region.first) return true;
  if (graph.has(index - 1, kPaddingByte)) return true;
  if (graph.image().arch == Arch::kArm64) return true;
  if (graph.image().arch == Arch::kArm && graph.has(index - 1, kTableByte)) return true;  // A literal pool.
  const std::byte before = region.bytes[index - 1 - region.first];
  if (before == std::byte{0xcc} || before == std::byte{0xc3} || before == std::byte{0x90}) return true;
  for (CodeIndex back = 1; back <= 15 && back <= index - region.first; ++back) {
    const std::uint32_t id = graph.run_at(index - back);
    if (id == kNoRun) continue;
    const Run& run = graph.run(id);
    return run.end == index && run.how == Run::End::kInstruction && !run.falls_through();
  }
  return false;
}

/// Reason to believe that `target` is the begin of a function whose address somebody took.
bool plausible_start(const FlowGraph& graph, const DeclaredRanges& ranges, CodeIndex target, bool certain) {
  if (graph.is_start(target) || graph.has(target, kTableByte) || graph.has(target, kPaddingByte)) return false;
  if (raw(graph.code().address_of(target)) % graph.decoder().alignment() != 0) return false;
  if (ranges.find(target) != nullptr) return false;  // Its begin is a start already; the middle is a label.
  const bool prologue = looks_like_prologue(graph.image().arch, graph.code().bytes_from(target), graph.is_thumb(target));
  if (graph.has(target, kDecoded)) {
    return graph.run_at(target) != kNoRun && !graph.is_case(target) && prologue && preceded_by_end(graph, target) &&
           raw(graph.code().address_of(target)) % kFunctionAlignment == 0;
  }
  if (!behaves_like_function(graph, target) || !enters_like_function(graph, target)) return false;
  if (prologue) return true;
  const bool aligned = raw(graph.code().address_of(target)) % kFunctionAlignment == 0;
  return preceded_by_end(graph, target) && (certain || aligned);
}

/// Relocated words that follow each other without a gap inside code.
void mark_tables_in_code(FlowGraph& graph, const std::vector<const Relocation*>& in_code) {
  const std::uint64_t width = graph.image().bits / 8;
  for (std::size_t i = 0; i < in_code.size();) {
    std::size_t end = i + 1;
    while (end < in_code.size() && distance(in_code[end - 1]->where, in_code[end]->where) == width) ++end;
    if (end - i >= kFewestTableWords) {
      const CodeIndex begin = graph.code().index_of(in_code[i]->where);
      graph.add_fact(begin, (end - i) * width, kTableByte);
    }
    i = end;
  }
}

}  // namespace

void add_declared_starts(FlowGraph& graph, const DeclaredRanges& ranges) {
  const BinaryImage& image = graph.image();
  const auto add = [&](VirtualAddress address, StartReason reason) {
    const CodeIndex index = graph.code().index_of(address);
    if (index != kNowhere && !is_stub_section(image.sections[graph.code().region_of(index).section].name)) {
      graph.add_start(index, reason);
    }
  };
  for (const Symbol& symbol : image.symbols) {
    if (symbol.kind == Symbol::Kind::kFunction && !is_part_name(symbol.name)) add(symbol.address, StartReason::kSymbol);
  }
  for (const DeclaredRange& range : ranges.all()) {
    if (range.root == range.begin && !graph.is_start(range.begin)) graph.add_start(range.begin, StartReason::kUnwind);
  }
  for (const VirtualAddress start : image.function_starts) add(start, StartReason::kTable);
  for (const VirtualAddress entry : image.entry_points) add(entry, StartReason::kEntryPoint);
  for (const Export& exported : image.exports) {
    if (exported.forwarder.empty()) add(exported.address, StartReason::kExport);
  }
  for (const CodeRegion& region : graph.code().regions()) {
    if (is_stub_section(image.sections[region.section].name)) add_stub_starts(graph, region);
  }
}

namespace {

/// Aligned words that are addresses of code. Several in a row in constant data may be a jump table.
void scan_section(FlowGraph& graph, const Section& section, std::vector<PointerCandidate>& result) {
  const std::size_t width = graph.image().bits / 8;
  if (width == 0) return;
  const ByteReader in(section.content);
  std::size_t row = 0;
  const auto end_row = [&] {
    const bool table = row >= kFewestTableWords && !section.writable;
    for (std::size_t i = result.size() - row; i < result.size(); ++i) {
      result[i].may_be_label = table;
      if (!table) graph.add_fact(result[i].target, 1, kPointedTo);
    }
    row = 0;
  };
  for (std::uint64_t at = (0 - raw(section.address)) % width; in.contains(FileOffset{at}, width); at += width) {
    const std::uint64_t value = width == 8 ? in.value_at<std::uint64_t>(FileOffset{at}) : in.value_at<std::uint32_t>(FileOffset{at});
    const CodeIndex target = graph.code_at(VirtualAddress{value});
    if (target == kNowhere) {
      end_row();
    } else {
      result.push_back({target, false, false});
      ++row;
    }
  }
  end_row();
}

/// The same for words that relocations name.
void add_relocated_words(FlowGraph& graph, const std::vector<const Relocation*>& words, std::vector<PointerCandidate>& result) {
  const std::uint64_t width = graph.image().bits / 8;
  for (std::size_t i = 0; i < words.size();) {
    std::size_t end = i + 1;
    while (end < words.size() && distance(words[end - 1]->where, words[end]->where) == width) ++end;
    const Section* section = graph.image().section_at(words[i]->where);
    const bool table = end - i >= kFewestTableWords && section != nullptr && !section->writable;
    for (; i < end; ++i) {
      const CodeIndex target = graph.code_at(*words[i]->target);
      result.push_back({target, true, table});
      if (!table) graph.add_fact(target, 1, kPointedTo);
    }
  }
}

}  // namespace

std::vector<PointerCandidate> pointers_in_data(FlowGraph& graph) {
  const BinaryImage& image = graph.image();
  std::vector<PointerCandidate> result;
  std::vector<const Relocation*> in_code, in_data;
  bool has_targets = false;
  for (const Relocation& relocation : image.relocations) {
    if (!relocation.target) continue;
    has_targets = true;
    const CodeIndex target = graph.code_at(*relocation.target);
    if (target == kNowhere) continue;
    (graph.code().index_of(relocation.where) != kNowhere ? in_code : in_data).push_back(&relocation);
  }
  mark_tables_in_code(graph, in_code);
  add_relocated_words(graph, in_data, result);
  for (const Relocation* relocation : in_code) {
    if (graph.has(graph.code().index_of(relocation->where), kTableByte)) continue;
    result.push_back({graph.code_at(*relocation->target), true, false});
  }
  for (const Section& section : image.sections) {
    if (!has_targets && !section.executable && section.readable) scan_section(graph, section, result);
  }
  std::stable_sort(result.begin(), result.end(), [](const PointerCandidate& a, const PointerCandidate& b) {
    return std::tuple(a.target, !a.certain, a.may_be_label) < std::tuple(b.target, !b.certain, b.may_be_label);
  });
  result.erase(std::unique(result.begin(), result.end(),
                           [](const PointerCandidate& a, const PointerCandidate& b) { return a.target == b.target; }),
               result.end());
  return result;
}

bool add_pointer_starts(FlowGraph& graph, const DeclaredRanges& ranges, const std::vector<PointerCandidate>& candidates,
                        bool with_labels, std::size_t& taken_done) {
  bool added = false;
  const auto consider = [&](CodeIndex target, bool certain) {
    if (!plausible_start(graph, ranges, target, certain)) return;
    graph.add_start(target, StartReason::kPointer);
    graph.explore();
    added = true;
  };
  for (const PointerCandidate& candidate : candidates) {
    if (with_labels || !candidate.may_be_label) consider(candidate.target, candidate.certain);
  }
  for (; taken_done < graph.addresses_taken().size(); ++taken_done) {
    consider(graph.addresses_taken()[taken_done].target, false);
  }
  return added;
}

namespace {

/// Per run: true when control got there from the begin of a function, not from an exception handler that nobody owns.
std::vector<bool> runs_of_functions(const FlowGraph& graph) {
  std::vector<bool> result(graph.runs().size(), false);
  for (std::uint32_t id = 0; id < graph.runs().size(); ++id) {  // A run's `from` was made before it.
    const Run& run = graph.run(id);
    result[id] = graph.is_start(run.begin) || (run.from != kNoRun && run.from < id && result[run.from]);
  }
  return result;
}

/// `call abort`, out of line: no frame, no return, and only ever jumped to.
bool is_bare_cold_part(const FlowGraph& graph, const Run& run) {
  return run.flow == Flow::kCall && !run.returns && run.end - run.begin <= kMaxBareColdPart && !graph.has(run.begin, kPointedTo);
}

}  // namespace

bool add_tail_call_starts(FlowGraph& graph, const DeclaredRanges& ranges) {
  const std::vector<CodeIndex> starts = graph.starts();
  const auto owner = [&](CodeIndex index) {
    return std::upper_bound(starts.begin(), starts.end(), index) - starts.begin();
  };
  std::vector<bool> flows_into(graph.code().size() + 1, false);
  for (const Run& run : graph.runs()) {
    if (run.falls_through()) flows_into[run.end] = true;
  }
  const std::vector<bool> in_function = runs_of_functions(graph);
  bool added = false;
  for (std::size_t i = 0; i < graph.runs().size(); ++i) {
    const Run& run = graph.run(static_cast<std::uint32_t>(i));
    if (!in_function[i]) continue;
    if (run.how != Run::End::kInstruction || run.flow != Flow::kJump || run.target == kNowhere) continue;
    if (graph.is_start(run.target) || ranges.find(run.target) != nullptr) continue;
    const std::uint32_t target_run = graph.run_at(run.target);
    if (target_run == kNoRun || graph.run(target_run).begin != run.target || flows_into[run.target]) continue;
    if (is_bare_cold_part(graph, graph.run(target_run))) continue;
    const bool leaves = ranges.find(run.last) != nullptr || owner(run.last) != owner(run.target);
    if (!leaves || !enters_like_function(graph, run.target)) continue;
    graph.add_start(run.target, StartReason::kTailCall);
    added = true;
  }
  return added;
}

namespace {

/// What is known of a declared range that code of other ranges jumps to or that jumps into them.
struct CrossJumps {
  CodeIndex parent = kNowhere;      ///< Root of the only range that jumps here.
  bool several_parents = false;
  bool belongs = false;             ///< Evidence that this is a part: see merge_cold_parts.
  bool entered_from_outside = false; ///< Code that no range declares runs or jumps conditionally into it.
};

/// x86: a part of a function has its frame already, so it does not begin by making one.
bool makes_frame(const FlowGraph& graph, CodeIndex begin) {
  Instruction first;
  const bool x86 = graph.image().arch == Arch::kX64 || graph.image().arch == Arch::kX86;
  return x86 && graph.decode_at(begin, first) && first.operation == Operation::kStack;
}

}  // namespace

void merge_cold_parts(FlowGraph& graph, DeclaredRanges& ranges) {
  std::map<CodeIndex, CrossJumps> parts;
  for (const DeclaredRange& range : ranges.all()) {
    if (range.enters_with_frame && range.root == range.begin) parts[range.begin].belongs = true;
  }
  const auto add_parent = [&](const DeclaredRange& part, const DeclaredRange& parent) -> CrossJumps& {
    CrossJumps& jumps = parts[part.begin];
    if (jumps.parent != kNowhere && jumps.parent != parent.root) jumps.several_parents = true;
    jumps.parent = parent.root;
    return jumps;
  };
  const auto note = [&](const Run& run, CodeIndex target, bool conditional) {
    const DeclaredRange* from = ranges.find(run.last);
    const DeclaredRange* to = ranges.find(target);
    if (to == nullptr) return;
    // Arm's shrink-wrapped functions: the head needs no frame and no entry, the rest has both.
    const bool arm64 = graph.image().arch == Arch::kArm64;
    if (arm64 && from == nullptr && target == to->begin && conditional) parts[target].entered_from_outside = true;
    if (from == nullptr || from->root == to->root) return;
    CrossJumps& jumps = add_parent(*to, *from);
    // Nobody jumps into the middle of another function, and compilers seldom make a tail call conditional.
    const bool jump_to_begin = target == to->begin && target != run.end;
    if (target != to->begin || (conditional && !(jump_to_begin && makes_frame(graph, target)))) jumps.belongs = true;
    // `call abort`, out of line: no frame, no return, and only ever jumped to.
    const std::uint32_t first = graph.run_at(to->begin);
    if (first != kNoRun && !graph.run(first).returns && to->end - to->begin <= kMaxBareColdPart) jumps.belongs = true;
    if (target != to->begin) add_parent(*from, *to).belongs = true;
  };
  for (const Run& run : graph.runs()) {
    // Control runs on from one range into the next: a function with several entries in its table (Arm's fragments).
    const bool runs_on = run.falls_through() && !run.continues && !run.self_call;
    if (runs_on && run.end < graph.code().size()) note(run, run.end, true);
    if (run.how != Run::End::kInstruction) continue;
    if (run.target != kNowhere && (run.flow == Flow::kJump || run.flow == Flow::kConditionalJump)) {
      note(run, run.target, run.flow == Flow::kConditionalJump);
    }
    for (const CodeIndex target : graph.table_targets(run)) note(run, target, true);
  }
  std::map<CodeIndex, CodeIndex> merged;
  const auto root_of = [&merged](CodeIndex part) {
    CodeIndex root = part;
    for (auto it = merged.find(root); it != merged.end(); it = merged.find(root)) root = it->second;
    // Path compression: a hostile chain of parts must not be walked again and again.
    for (auto it = merged.find(part); it != merged.end() && it->second != root; it = merged.find(part)) {
      part = it->second;
      it->second = root;
    }
    return root;
  };
  // Parts first that no call can lead to: of two ranges that jump into each other, the one with a frame is the part.
  for (const bool with_frame : {true, false}) {
    for (const auto& [begin, jumps] : parts) {
      const DeclaredRange* range = ranges.find(begin);
      if (range == nullptr || range->enters_with_frame != with_frame || merged.contains(begin)) continue;
      const bool own_start = graph.is_start(begin) && graph.reason_of(begin) != StartReason::kUnwind;
      if (own_start || graph.has(begin, kCalled) || (!with_frame && graph.has(begin, kPointedTo))) continue;
      if (jumps.entered_from_outside && graph.is_start(begin)) {
        graph.remove_start(begin);
        continue;
      }
      if (!jumps.belongs) continue;
      if (jumps.parent == kNowhere || jumps.several_parents) {
        // An exception handler: only tables that we do not read say whose.
        if (with_frame && graph.is_start(begin)) graph.remove_start(begin);
        continue;
      }
      const CodeIndex whole = root_of(jumps.parent);
      if (whole == begin) continue;
      merged[begin] = whole;
      if (graph.is_start(begin)) graph.remove_start(begin);
    }
  }
  for (auto& [part, whole] : merged) whole = root_of(whole);
  ranges.merge(merged);
}

namespace {

/// What lies directly before a gap.
const Run* run_that_ends_at(const FlowGraph& graph, CodeIndex index) {
  const CodeRegion& region = graph.code().region_of(index);
  for (CodeIndex back = 1; back <= 15 && back <= index - region.first; ++back) {
    const std::uint32_t id = graph.run_at(index - back);
    if (id != kNoRun) return graph.run(id).end == index ? &graph.run(id) : nullptr;
  }
  return nullptr;
}

/// Walks one region; see sweep_gaps.
class GapSweep {
 public:
  GapSweep(FlowGraph& graph, const DeclaredRanges& ranges, const CodeRegion& region)
      : graph_(graph), ranges_(ranges), region_(region) {}

  void run() {
    for (CodeIndex at = region_.first; at < region_.end();) at = step(at);
  }

 private:
  CodeIndex step(CodeIndex at) {
    std::size_t length = 0;
    if (graph_.is_known(at)) {
      gap_begins_ = true;
      after_padding_ = graph_.has(at, kPaddingByte);
      return at + 1;
    }
    if (is_padding(graph_, at, length)) {
      graph_.add_fact(at, std::min<std::size_t>(length, region_.end() - at), kPaddingByte);
      gap_begins_ = after_padding_ = true;
      return at + static_cast<CodeIndex>(length);
    }
    if (const DeclaredRange* range = ranges_.find(at)) return step_in_range(*range, at);
    if (gap_begins_ && !after_padding_) {
      const Run* before = run_that_ends_at(graph_, at);
      const bool dead = before != nullptr && before->how == Run::End::kInstruction && !before->continues &&
                        (before->flow == Flow::kCall || before->flow == Flow::kIndirectCall || before->flow == Flow::kTrap);
      const bool cases = before != nullptr && before->unresolved;
      if ((dead || cases) && !begins_function(at)) return skip_unreachable(at, dead);
    }
    if (is_likely_start(at)) {
      // An exception handler and the like: code that no call leads to. Its own calls and jumps count.
      if (enters_like_function(graph_, at)) graph_.add_start(at, StartReason::kPrologue);
      else graph_.follow(at);
      graph_.explore();
      if (graph_.is_known(at)) return at;
    }
    return skip_instruction(at);
  }

  /// Exception handlers and the like: part of a function that is known. What they call counts.
  CodeIndex step_in_range(const DeclaredRange& range, CodeIndex at) {
    if (gap_begins_ && behaves_like_function(graph_, at)) {
      graph_.follow(at);
      graph_.explore();
      if (graph_.is_known(at)) return at;
    }
    return std::max(range.end, at + 1);
  }

  /// The first code behind filler or behind the end of a function; farther into a gap only what looks like a prologue.
  bool is_likely_start(CodeIndex at) const {
    const bool aligned = raw(graph_.code().address_of(at)) % kFunctionAlignment == 0;
    if (!(after_padding_ || aligned || after_end_ || (gap_begins_ && preceded_by_end(graph_, at)))) return false;
    if (!gap_begins_ && !looks_like_prologue(graph_.image().arch, graph_.code().bytes_from(at), graph_.is_thumb(at))) return false;
    return behaves_like_function(graph_, at);
  }

  /// Directly behind a call that does not return: code that a compiler left there, unless it begins as no such code does.
  bool begins_function(CodeIndex at) const {
    const ByteView bytes = graph_.code().bytes_from(at);
    if (is_branch_target_marker(bytes)) return true;
    // Arm's compilers put nothing between functions.
    const bool aligned = raw(graph_.code().address_of(at)) % kFunctionAlignment == 0 || graph_.image().arch == Arch::kArm;
    return aligned && looks_like_prologue(graph_.image().arch, bytes, graph_.is_thumb(at)) && enters_like_function(graph_, at);
  }

  CodeIndex skip_instruction(CodeIndex at) {
    Instruction instruction;
    gap_begins_ = after_padding_ = after_end_ = false;
    if (!graph_.decode_at(at, instruction)) return at + graph_.decoder().alignment();
    after_end_ = instruction.flow == Flow::kJump || instruction.flow == Flow::kReturn || instruction.flow == Flow::kIndirectJump;
    return at + instruction.length;
  }

  /// What a compiler left behind a call that does not return (`dead`), or cases of a switch that was not resolved: up
  /// to the next jump or return it belongs to the function before it.
  CodeIndex skip_unreachable(CodeIndex at, bool dead) {
    Instruction instruction;
    if (!graph_.decode_at(at, instruction)) return skip_instruction(at);
    while (at < region_.end() && !graph_.is_known(at) && graph_.decode_at(at, instruction)) {
      if (dead) graph_.add_fact(at, std::min<std::uint64_t>(instruction.length, region_.end() - at), kPaddingByte);
      at += instruction.length;
      if (instruction.flow != Flow::kNext && instruction.flow != Flow::kCall && instruction.flow != Flow::kIndirectCall &&
          instruction.flow != Flow::kConditionalJump) {
        break;
      }
    }
    gap_begins_ = after_padding_ = false;
    after_end_ = true;
    return at;
  }

  FlowGraph& graph_;
  const DeclaredRanges& ranges_;
  const CodeRegion& region_;
  bool gap_begins_ = true, after_padding_ = true, after_end_ = false;
};

}  // namespace

void sweep_gaps(FlowGraph& graph, const DeclaredRanges& ranges) {
  for (const CodeRegion& region : graph.code().regions()) GapSweep(graph, ranges, region).run();
}

}  // namespace prova
