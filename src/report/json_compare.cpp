#include <nlohmann/json.hpp>

#include "kinship/likelihood.h"
#include "report/compare.h"
#include "report/json_values.h"

namespace prova::report {
namespace {

Json side_entry(const ComparedSide& side) {
  const SampleRecord& record = side.program->sample.stored.record;
  return Json{{"name", text(side.file.name)},       {"member", text_or_null(record.member)},
              {"sha256", text(side.file.sha256)},   {"format", name_of(record.format)},
              {"arch", name_of(record.arch)},       {"bits", record.bits},
              {"size", record.size},                {"anomalies", defects(side.program->sample.defects)},
              {"capped", side.program->sample.capped}};
}

Json function_entry(const ComparedSide& side, std::uint32_t index, const DocumentOptions& options) {
  const Function& f = side.program->program.functions[index];
  return Json{{"address", raw(f.address)},
              {"size", f.size},
              {"name", options.names ? text_or_null(f.name) : Json(nullptr)},
              {"blocks", f.blocks.size()},
              {"instructions", f.instructions}};
}

Json pair_entry(const CompareReport& report, const FunctionPair& pair, const DocumentOptions& options) {
  return Json{{"left", function_entry(report.left, pair.left, options)},
              {"right", function_entry(report.right, pair.right, options)},
              {"state", pair.identical ? "identical" : "changed"},
              {"common_code", pair.common},
              {"similarity", number(pair.similarity)},
              {"log10_lr", pair.log10_lr ? number(*pair.log10_lr) : Json(nullptr)},
              {"counterpart", pair.counterpart ? number(*pair.counterpart) : Json(nullptr)},
              {"because", texts(pair.because)}};
}

Json lone_entries(const ComparedSide& side, const std::vector<std::uint32_t>& functions, const DocumentOptions& options) {
  Json list = Json::array();
  for (const std::uint32_t f : functions) list.push_back(function_entry(side, f, options));
  return list;
}

Json line_of(const Listing& listing, std::optional<std::uint32_t> block, std::uint32_t instruction) {
  if (!block || instruction == AlignedRow::kNone) return nullptr;
  const auto& instructions = listing.blocks[*block].instructions;
  if (instruction >= instructions.size()) return nullptr;
  const ListedInstruction& i = instructions[instruction];
  return Json{{"address", raw(i.address)}, {"text", text(i.text)}, {"refers", text_or_null(i.refers)}};
}

/// Where control goes from a block: the addresses of its successors.
Json successors_of(const Listing& listing, std::optional<std::uint32_t> block) {
  Json list = Json::array();
  if (!block) return list;
  for (const std::uint32_t to : listing.blocks[*block].successors) {
    if (to < listing.blocks.size()) list.push_back(raw(listing.blocks[to].begin));
  }
  return list;
}

Json block_entry(const AlignedPair& aligned, const AlignedBlock& block) {
  Json rows = Json::array();
  for (const AlignedRow& row : block.rows) {
    rows.push_back(Json{{"kind", name_of(row.kind)},
                        {"left", line_of(aligned.left, block.left, row.left)},
                        {"right", line_of(aligned.right, block.right, row.right)}});
  }
  return Json{{"left", block.left ? Json(raw(aligned.left.blocks[*block.left].begin)) : Json(nullptr)},
              {"right", block.right ? Json(raw(aligned.right.blocks[*block.right].begin)) : Json(nullptr)},
              {"left_to", successors_of(aligned.left, block.left)},
              {"right_to", successors_of(aligned.right, block.right)},
              {"similarity", number(block.similarity)},
              {"rows", std::move(rows)}};
}

Json aligned_entry(const AlignedPair& aligned) {
  Json blocks = Json::array();
  for (const AlignedBlock& block : aligned.alignment.blocks) blocks.push_back(block_entry(aligned, block));
  return Json{{"left", raw(aligned.left.address)},
              {"right", raw(aligned.right.address)},
              {"equal", aligned.alignment.equal},
              {"alike", aligned.alignment.alike},
              {"only_left", aligned.alignment.only_left},
              {"only_right", aligned.alignment.only_right},
              {"capped", aligned.left.capped || aligned.right.capped},
              {"blocks", std::move(blocks)}};
}

Json summary_of(const ProgramComparison& c) {
  std::uint64_t identical = 0;
  for (const FunctionPair& pair : c.pairs) identical += pair.identical ? 1U : 0U;
  return Json{{"identical", identical},
              {"changed", c.pairs.size() - identical},
              {"only_left", c.only_left.size()},
              {"only_right", c.only_right.size()},
              {"left_bytes", c.left_bytes},
              {"right_bytes", c.right_bytes},
              {"matched_left_bytes", c.matched_left_bytes},
              {"matched_right_bytes", c.matched_right_bytes},
              {"identical_bytes", c.identical_bytes},
              {"log10_lr", number(c.log10_lr)},
              {"verbal", verbal_support(c.log10_lr)}};
}

Json head_of(const CompareReport& report) {
  return Json{{"schema", "prova/compare/1"},
              {"left", side_entry(report.left)},
              {"right", side_entry(report.right)},
              {"summary", summary_of(report.comparison)}};
}

Json aligned_entries(const CompareReport& report) {
  Json list = Json::array();
  for (const AlignedPair& one : report.aligned) list.push_back(aligned_entry(one));
  return list;
}

}  // namespace

std::string compare_document(const CompareReport& report, const DocumentOptions& options) {
  const ProgramComparison& c = report.comparison;
  Json pairs = Json::array();
  for (const FunctionPair& pair : c.pairs) pairs.push_back(pair_entry(report, pair, options));
  Json document = head_of(report);
  document["pairs"] = std::move(pairs);
  document["only_left"] = lone_entries(report.left, c.only_left, options);
  document["only_right"] = lone_entries(report.right, c.only_right, options);
  document["aligned"] = aligned_entries(report);
  return print(document);
}

std::string compared_pair_document(const CompareReport& report, const DocumentOptions& options) {
  Json pairs = Json::array();
  for (const AlignedPair& one : report.aligned) pairs.push_back(pair_entry(report, one.pair, options));
  Json document = head_of(report);
  document["pairs"] = std::move(pairs);
  document["aligned"] = aligned_entries(report);
  return print(document);
}

}  // namespace prova::report
