#include "program/jump_tables.h"

#include <algorithm>

#include "base/byte_reader.h"
#include "program/path_values.h"

namespace prova {
namespace {

/// The bound check, the load and the jump are at most a few blocks apart in every compiler's output that was looked
/// at; longer paths only cost time.
constexpr std::size_t kMaxPathRuns = 8;
constexpr std::size_t kMaxPathInstructions = 128;
/// How far the search for a table address that was hoisted out of a loop goes.
constexpr std::size_t kMaxPrefixInstructions = 4096;
/// One entry may be a coincidence.
constexpr std::size_t kFewestUnboundedEntries = 2;

/// Runs that lead to `run`, oldest first.
std::vector<const Run*> path_to(const FlowGraph& graph, const Run& run) {
  std::vector<const Run*> path{&run};
  std::size_t instructions = run.instructions;
  while (path.size() < kMaxPathRuns && path.back()->from != kNoRun) {
    const Run& previous = graph.run(path.back()->from);
    instructions += previous.instructions;
    if (instructions > kMaxPathInstructions || std::find(path.begin(), path.end(), &previous) != path.end()) break;
    path.push_back(&previous);
  }
  std::reverse(path.begin(), path.end());
  return path;
}

/// Steps through the last instructions of a run, all of it unless it is very long.
void step_run(const FlowGraph& graph, const Run& run, PathValues& values, Instruction& instruction) {
  std::vector<CodeIndex> order;
  for (CodeIndex at = run.last; at != kNowhere && order.size() < kMaxPathInstructions; at = graph.previous_in_run(at)) {
    order.push_back(at);
  }
  for (auto it = order.rbegin(); it != order.rend(); ++it) {
    if (!graph.spend(1) || !graph.decode_at(*it, instruction)) return;
    values.step(instruction);
  }
}

class TableReader {
 public:
  TableReader(const FlowGraph& graph, const PathValues& values, const std::optional<CodeExtent>& extent)
      : graph_(graph), values_(values), extent_(extent) {}

  /// Where `target` may lead, for every value of the unknown it depends on.
  IndirectTarget read(const LinearValue& target) {
    IndirectTarget result;
    if (target.is_constant()) {
      add(result, target.constant);
      return result;
    }
    const PathTerm& load = values_.term(target.term);
    if (graph_.image().arch == Arch::kArm && load.high) {  // The number of a case, not what a table gives for it.
      read_branches(target, load, result);
      return result;
    }
    if (!load.is_load) return result;
    if (load.address.is_constant()) {
      const VirtualAddress slot = mask(VirtualAddress{static_cast<std::uint64_t>(load.address.constant)});
      const Import* import = graph_.image().import_at(slot);
      if (import != nullptr && import->reach == Import::Reach::kPointer && target.constant == 0) {
        result.import = static_cast<std::uint32_t>(import - graph_.image().imports.data());
      }
      return result;
    }
    read_table(target, load, result);
    std::sort(result.targets.begin(), result.targets.end());
    result.targets.erase(std::unique(result.targets.begin(), result.targets.end()), result.targets.end());
    return result;
  }

 private:
  /// `add pc, pc, r, lsl #2` into a row of branches.
  void read_branches(const LinearValue& target, const PathTerm& index, IndirectTarget& result) {
    if (!index.high || target.multiplier <= 0) return;
    const std::int64_t low = index.low.value_or(0);
    const auto limit = static_cast<std::uint64_t>(graph_.limits().max_jump_table_entries);
    const std::uint64_t last = static_cast<std::uint64_t>(*index.high) - static_cast<std::uint64_t>(low);
    result.capped = last >= limit;
    for (std::uint64_t i = 0; i <= last && i < limit && graph_.spend(kTableEntryWork); ++i) {
      if (!add(result, wrap(target.constant, target.multiplier, low + static_cast<std::int64_t>(i)))) break;
    }
    std::sort(result.targets.begin(), result.targets.end());
    result.targets.erase(std::unique(result.targets.begin(), result.targets.end()), result.targets.end());
  }

  void read_table(const LinearValue& target, const PathTerm& load, IndirectTarget& result) {
    const PathTerm& index = values_.term(load.address.term);
    // A byte table in front selects the entry: walk that one.
    const bool two_level = index.is_load && !index.high && !index.address.is_constant();
    const PathTerm& walked = two_level ? values_.term(index.address.term) : index;
    if (!walked.high && !extent_) return;
    const std::int64_t low = walked.low.value_or(0);
    const auto limit = static_cast<std::int64_t>(graph_.limits().max_jump_table_entries);
    const bool bounded = walked.high.has_value();
    // high >= low by construction, but both come from the code: the difference is taken modulo 2^64.
    const std::uint64_t last = bounded ? static_cast<std::uint64_t>(*walked.high) - static_cast<std::uint64_t>(low)
                                       : static_cast<std::uint64_t>(limit) - 1;
    if (!bounded && two_level) return;
    result.capped = last >= static_cast<std::uint64_t>(limit);
    std::uint64_t entries = 0;
    for (; entries <= last && entries < static_cast<std::uint64_t>(limit) && graph_.spend(kTableEntryWork); ++entries) {
      std::int64_t value = low + static_cast<std::int64_t>(entries);
      if (two_level) {
        const auto selected = load_value(index, value);
        if (!selected) break;
        value = *selected;
      }
      const auto offset = load_value(load, value);
      if (!offset || !add(result, wrap(target.constant, target.multiplier, *offset))) break;
    }
    if (result.targets.empty() || two_level) return;
    const auto first = wrap(load.address.constant, load.address.multiplier, low);
    result.table = VirtualAddress{static_cast<std::uint64_t>(first)};
    const auto stride = static_cast<std::uint64_t>(std::max<std::int64_t>(load.address.multiplier, 0));
    result.table_size = std::min<std::uint64_t>(stride, 8) * entries;
  }

  static std::int64_t wrap(std::int64_t constant, std::int64_t multiplier, std::int64_t value) {
    return static_cast<std::int64_t>(static_cast<std::uint64_t>(constant) +
                                     static_cast<std::uint64_t>(multiplier) * static_cast<std::uint64_t>(value));
  }

  std::optional<std::int64_t> load_value(const PathTerm& load, std::int64_t index) const {
    const auto at = VirtualAddress{static_cast<std::uint64_t>(wrap(load.address.constant, load.address.multiplier, index))};
    const ByteView bytes = graph_.image().bytes_at(mask(at), load.size);
    if (bytes.size() < load.size) return std::nullopt;
    const ByteReader in(bytes);
    constexpr FileOffset kStart{0};
    switch (load.size) {
      case 1: return load.sign_extended ? in.value_at<std::int8_t>(kStart) : std::int64_t{in.value_at<std::uint8_t>(kStart)};
      case 2: return load.sign_extended ? in.value_at<std::int16_t>(kStart) : std::int64_t{in.value_at<std::uint16_t>(kStart)};
      case 4: return load.sign_extended ? in.value_at<std::int32_t>(kStart) : std::int64_t{in.value_at<std::uint32_t>(kStart)};
      case 8: return in.value_at<std::int64_t>(kStart);
      default: return std::nullopt;
    }
  }

  VirtualAddress mask(VirtualAddress address) const {
    return graph_.image().bits == 64 ? address : VirtualAddress{raw(address) & 0xffff'ffffU};
  }

  /// False when no code can start there: the table has ended.
  bool add(IndirectTarget& result, std::int64_t address) const {
    const std::uint64_t state_bit = graph_.image().arch == Arch::kArm ? 1 : 0;
    const VirtualAddress to = mask(VirtualAddress{static_cast<std::uint64_t>(address) & ~state_bit});
    const CodeIndex index = graph_.code().index_of(to);
    if (index == kNowhere || raw(to) % graph_.decoder().alignment() != 0) return false;
    if (extent_ && !extent_->contains(index)) return false;
    if (graph_.has(index, kTableByte)) return false;
    if (graph_.has(index, kDecoded) && graph_.run_at(index) == kNoRun) return false;  // Inside an instruction.
    result.targets.push_back(index);
    return true;
  }

  const FlowGraph& graph_;
  const PathValues& values_;
  const std::optional<CodeExtent>& extent_;
};

IndirectTarget resolve(const FlowGraph& graph, const Run& run, PathValues& values, const std::optional<CodeExtent>& extent) {
  const std::vector<const Run*> path = path_to(graph, run);
  Instruction instruction;
  for (std::size_t i = 0; i < path.size(); ++i) {
    step_run(graph, *path[i], values, instruction);
    if (i + 1 < path.size() && path[i]->how == Run::End::kInstruction && path[i]->flow == Flow::kConditionalJump) {
      values.branch(instruction.condition, path[i + 1]->begin == path[i]->target && path[i]->target != path[i]->end);
    }
  }
  if (run.conditional) values.branch(instruction.condition, true);  // addls pc, pc, r, lsl #2
  return TableReader(graph, values, extent).read(values.target_of(instruction));
}

bool found(const IndirectTarget& target) { return target.import != kNoImport || !target.targets.empty(); }

IndirectTarget resolve_within(const FlowGraph& graph, const Run& run, const CodeExtent& extent, Immediates immediates) {
  PathValues values(graph.image(), graph.decoder(), immediates);
  Instruction instruction;
  std::size_t steps = 0;
  for (CodeIndex at = extent.begin; at < run.begin && steps < kMaxPrefixInstructions && graph.spend(1); ++at) {
    if (graph.run_at(at) == kNoRun) continue;
    if (!graph.decode_at(at, instruction)) break;
    values.step(instruction);
    ++steps;
  }
  values.keep_constants();
  IndirectTarget result = resolve(graph, run, values, extent);
  if (result.import == kNoImport && result.targets.size() < kFewestUnboundedEntries) return {};
  return result;
}

}  // namespace

IndirectTarget resolve_bounded(const FlowGraph& graph, const Run& run) {
  for (const Immediates immediates : {Immediates::kKnown, Immediates::kUnknown}) {
    PathValues values(graph.image(), graph.decoder(), immediates);
    IndirectTarget result = resolve(graph, run, values, std::nullopt);
    if (found(result)) return result;
  }
  return {};
}

IndirectTarget resolve_within(const FlowGraph& graph, const Run& run, const CodeExtent& extent) {
  IndirectTarget result = resolve_within(graph, run, extent, Immediates::kKnown);
  return found(result) ? result : resolve_within(graph, run, extent, Immediates::kUnknown);
}

}  // namespace prova
