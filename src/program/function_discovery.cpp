// The pipeline from an image to its functions. The algorithm, its caps and its weaknesses are described in
// docs/methods/function-discovery.md.

#include <algorithm>
#include <fmt/format.h>

#include "program/call_graph.h"
#include "program/declared_ranges.h"
#include "program/flow_graph.h"
#include "program/jump_tables.h"
#include "program/partition.h"
#include "program/program.h"
#include "program/start_candidates.h"
#include "program/thunks.h"

namespace prova {
namespace {

/// Every round finds starts that the one before made reachable; real programs settle in two or three.
constexpr int kMaxRounds = 8;
/// How far around a jump its function is looked for when no table says where that is.
constexpr CodeIndex kMaxExtent = 256 * 1024;

CodeExtent extent_around(const FlowGraph& graph, const DeclaredRanges& ranges, CodeIndex index) {
  if (const DeclaredRange* range = ranges.find(index)) return {range->begin, range->end};
  const CodeRegion& region = graph.code().region_of(index);
  CodeExtent extent{index, index + 1};
  while (extent.begin > region.first && !graph.is_start(extent.begin) && index - extent.begin < kMaxExtent) --extent.begin;
  while (extent.end < region.end() && !graph.is_start(extent.end) && extent.end - index < kMaxExtent) ++extent.end;
  (void)graph.spend((extent.end - extent.begin) / 16);
  return extent;
}

/// Follows indirect jumps that had no bound check in sight: tables whose entries stay in the function; failing that,
/// labels of the function whose address data holds (computed goto).
bool resolve_unbounded(FlowGraph& graph, const DeclaredRanges& ranges, const std::vector<PointerCandidate>& pointers,
                       std::vector<std::uint32_t>& attempted) {
  bool changed = false;
  for (std::uint32_t id = 0; id < graph.runs().size(); ++id) {
    if (!graph.run(id).unresolved || !graph.spend(1)) continue;
    const auto runs_now = static_cast<std::uint32_t>(graph.runs().size());
    if (attempted.size() < graph.runs().size()) attempted.resize(graph.runs().size(), 0);
    if (attempted[id] == runs_now) continue;  // Nothing new was learnt since.
    attempted[id] = runs_now;
    const CodeExtent extent = extent_around(graph, ranges, graph.run(id).last);
    IndirectTarget found = resolve_within(graph, graph.run(id), extent);
    if (found.targets.empty() && found.import == kNoImport && ranges.find(graph.run(id).last) != nullptr) {
      const auto below = [](const PointerCandidate& p, CodeIndex i) { return p.target < i; };
      auto it = std::lower_bound(pointers.begin(), pointers.end(), extent.begin + 1, below);
      for (; it != pointers.end() && it->target < extent.end && graph.spend(1); ++it) {
        const bool inside_instruction = graph.has(it->target, kDecoded) && graph.run_at(it->target) == kNoRun;
        if (!inside_instruction && found.targets.size() < graph.limits().max_jump_table_entries) found.targets.push_back(it->target);
      }
    }
    if (found.targets.empty() && found.import == kNoImport) continue;
    graph.set_indirect_target(id, found);
    graph.explore();
    changed = true;
  }
  return changed;
}

void find_starts(FlowGraph& graph, DeclaredRanges& ranges) {
  add_declared_starts(graph, ranges);
  graph.explore();
  const std::vector<PointerCandidate> pointers = pointers_in_data(graph);
  std::size_t taken_done = 0;
  std::vector<std::uint32_t> attempted;
  const auto settle = [&](bool with_labels) {
    for (int round = 0; round < kMaxRounds; ++round) {
      bool changed = resolve_unbounded(graph, ranges, pointers, attempted);
      changed |= add_pointer_starts(graph, ranges, pointers, with_labels, taken_done);
      graph.explore();
      if (!changed) return;
    }
  };
  settle(false);
  // A jump table is told from a table of functions by the code that uses it, so that code is looked for first.
  for (const bool with_labels : {false, true}) {
    sweep_gaps(graph, ranges);
    settle(with_labels);
  }
  for (int round = 0; round < kMaxRounds && add_tail_call_starts(graph, ranges); ++round) graph.explore();
  merge_cold_parts(graph, ranges);
}

/// Stub sections hold entries that lead nowhere by themselves (PLT0): they are no functions.
void drop_empty_stubs(const BinaryImage& image, std::vector<Function>& functions) {
  std::erase_if(functions, [&](const Function& function) {
    const Section* section = image.section_at(function.address);
    const bool leads_nowhere = function.calls.empty() && function.blocks.size() == 1;
    return section != nullptr && is_stub_section(section->name) && leads_nowhere && function.reason >= StartReason::kTable;
  });
}

void name_functions(const BinaryImage& image, std::vector<Function>& functions) {
  for (Function& function : functions) {
    const auto below = [](const auto& entry, VirtualAddress a) { return raw(entry.address) < raw(a); };
    const Symbol* best = nullptr;
    auto symbol = std::lower_bound(image.symbols.begin(), image.symbols.end(), function.address, below);
    for (; symbol != image.symbols.end() && symbol->address == function.address; ++symbol) {
      if (symbol->kind != Symbol::Kind::kFunction) continue;
      if (best == nullptr || (symbol->global && !best->global)) best = &*symbol;
    }
    if (best != nullptr) {
      function.name = best->name;
      continue;
    }
    const auto exported = std::lower_bound(image.exports.begin(), image.exports.end(), function.address, below);
    if (exported != image.exports.end() && exported->address == function.address && exported->forwarder.empty()) {
      function.name = exported->name;
    }
  }
}

FileOffset file_offset(const BinaryImage& image, VirtualAddress address) {
  const Section* section = image.section_at(address);
  return section == nullptr ? FileOffset{0} : section->offset + distance(section->address, address);
}

void note_anomalies(const FlowGraph& graph, Program& program) {
  const CodeMap& code = graph.code();
  if (code.truncated()) {
    add_defect(program.anomalies, FileOffset{0}, fmt::format("more than {} bytes of code, the rest was left out", kMaxCodeBytes));
  }
  if (program.functions.size() >= graph.limits().max_functions) {
    add_defect(program.anomalies, FileOffset{0}, fmt::format("{} functions, at most that many are kept", program.functions.size()));
  }
  if (graph.capped()) {
    add_defect(program.anomalies, FileOffset{0},
               fmt::format("capped: more than one jump, call or return per {} bytes of code, the rest was left out", kLeastBytesPerRun));
  }
  std::vector<std::pair<CodeIndex, const char*>> found;
  for (const Run& run : graph.runs()) {
    if (run.how == Run::End::kBroken) found.emplace_back(run.end, "control flow reaches bytes that are no instruction");
    if (run.unresolved) found.emplace_back(run.last, "targets of an indirect jump are not known");
  }
  std::sort(found.begin(), found.end());
  for (const auto& [index, message] : found) {
    const VirtualAddress address = index < code.size() ? code.address_of(index) : code.address_of(code.size() - 1);
    add_defect(program.anomalies, file_offset(*program.image, address), fmt::format("{:#x}: {}", raw(address), message));
  }
}

}  // namespace

Result<Program> discover(const BinaryImage& image, const DiscoveryLimits& limits) {
  PROVA_TRY(decoder, make_decoder(image.arch));
  Program program;
  program.image = &image;
  const CodeMap code(image);
  program.code_bytes = code.size();
  FlowGraph graph(image, *decoder, code, limits);
  DeclaredRanges ranges(image, code);
  find_starts(graph, ranges);
  // From here on no start is added.
  program.functions = partition(graph);
  drop_empty_stubs(image, program.functions);
  resolve_thunks(image, *decoder, program.functions);
  name_functions(image, program.functions);
  build_call_graph(program);
  for (CodeIndex i = 0; i < code.size(); ++i) program.covered_bytes += graph.is_known(i);
  note_anomalies(graph, program);
  return program;
}

}  // namespace prova
