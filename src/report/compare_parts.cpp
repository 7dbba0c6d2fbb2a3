#include "report/compare_parts.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/sentences.h"

namespace prova::report {

std::vector<FunctionPair> changed_first(const CompareReport& report) {
  return strongest_changed(report.comparison, *report.left.program, *report.right.program,
                           report.comparison.pairs.size());
}

std::vector<std::uint32_t> largest_first(const ComparedSide& side, std::vector<std::uint32_t> functions) {
  const auto& all = side.program->program.functions;
  std::stable_sort(functions.begin(), functions.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return all[a].size > all[b].size; });
  return functions;
}

std::uint64_t bytes_of(const ComparedSide& side, const std::vector<std::uint32_t>& functions) {
  std::uint64_t bytes = 0;
  for (const std::uint32_t f : functions) bytes += side.program->program.functions[f].size;
  return bytes;
}

std::size_t identical_count(const ProgramComparison& comparison) {
  return static_cast<std::size_t>(std::count_if(comparison.pairs.begin(), comparison.pairs.end(),
                                                [](const FunctionPair& pair) { return pair.identical; }));
}

std::string share_of(std::uint64_t part, std::uint64_t whole) {
  return fmt::format("{:.0f} %", whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

std::string line_text(const ListedInstruction& instruction) {
  return instruction.refers.empty() ? instruction.text : fmt::format("{}  ; {}", instruction.text, instruction.refers);
}

const ListedInstruction* shown_line(const Listing& listing, std::optional<std::uint32_t> block,
                                    std::uint32_t instruction) {
  if (!block || instruction == AlignedRow::kNone) return nullptr;
  const auto& instructions = listing.blocks[*block].instructions;
  return instruction < instructions.size() ? &instructions[instruction] : nullptr;
}

std::vector<std::string> not_compared(const CompareReport& report) {
  std::vector<std::string> notes;
  for (const auto& [label, side] : {std::pair{"A", &report.left}, std::pair{"B", &report.right}}) {
    const AnalyzedSample& sample = side->program->sample;
    if (sample.capped) notes.push_back(fmt::format("{}: a limit was reached, some code is missing", label));
    if (sample.defects.empty()) continue;
    notes.push_back(fmt::format("{}: {}, the first at offset {:#x}: {}", label,
                                counted(sample.defects.size(), "anomaly", "anomalies"),
                                raw(sample.defects.front().offset), sample.defects.front().message));
  }
  return notes;
}

}  // namespace prova::report
