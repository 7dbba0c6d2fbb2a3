#include "kinship/compare_programs.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <tuple>

#include "features/exact_hash.h"
#include "features/page_registers.h"
#include "kinship/common_code.h"
#include "kinship/decision.h"
#include "kinship/explain.h"
#include "kinship/likelihood.h"
#include "kinship/pair_programs.h"
#include "kinship/reasons.h"

namespace prova {
namespace {

bool compared(const Function& f) { return f.kind == FunctionKind::kFunction; }

/// Hash of all instructions of a function of any size, as exact_hash; 0 for none.
class CodeHasher {
 public:
  [[nodiscard]] static Result<CodeHasher> make(const Program& program) {
    PROVA_TRY(decoder, make_decoder(program.image->arch));
    return CodeHasher(program, std::move(decoder));
  }
  [[nodiscard]] std::uint64_t hash(std::uint32_t function) {
    decode_function(facts_->image(), facts_->program().functions[function], *decoder_, code_);
    if (code_.instructions.empty()) return 0;
    std::uint64_t h = static_cast<std::uint64_t>(facts_->image().arch);
    PageRegisters pages;
    for (const Instruction& i : code_.instructions) {
      const bool page_offset = pages.step(i).has_value();
      if (i.operation != Operation::kNop) h = mix(h, instruction_hash(i, page_offset, *facts_, *mnemonics_));
    }
    return h;
  }

 private:
  CodeHasher(const Program& program, std::unique_ptr<Decoder> decoder)
      : facts_(std::make_unique<ImageFacts>(program)), decoder_(std::move(decoder)),
        mnemonics_(std::make_unique<Mnemonics>(*decoder_)) {}

  std::unique_ptr<ImageFacts> facts_;
  std::unique_ptr<Decoder> decoder_;
  std::unique_ptr<Mnemonics> mnemonics_;
  DecodedFunction code_;
};

using Partners = std::vector<std::optional<FunctionPair>>;

/// By function: hash of the code of functions too small for an exact hash; 0 for others.
std::vector<std::uint64_t> tiny_code(const Program& program) {
  std::vector<std::uint64_t> code(program.functions.size(), 0);
  auto hasher = CodeHasher::make(program);
  if (!hasher) return code;
  for (std::uint32_t f = 0; f < code.size(); ++f) {
    const Function& function = program.functions[f];
    if (compared(function) && function.instructions < kMinExactInstructions) code[f] = hasher->hash(f);
  }
  return code;
}

/// Pairs tiny functions of the same code in order of address, and says which pairs of them are identical.
void pair_tiny(const Program& left, const Program& right, Partners& partners, std::vector<bool>& right_taken) {
  const auto left_code = tiny_code(left), right_code = tiny_code(right);
  std::map<std::uint64_t, std::vector<std::uint32_t>> lone;  // Of the right program, the last first.
  for (std::uint32_t f = static_cast<std::uint32_t>(right_code.size()); f-- > 0;) {
    if (right_code[f] != 0 && !right_taken[f]) lone[right_code[f]].push_back(f);
  }
  for (std::uint32_t f = 0; f < left_code.size(); ++f) {
    if (left_code[f] == 0) continue;
    if (partners[f]) {
      partners[f]->identical = partners[f]->identical || right_code[partners[f]->right] == left_code[f];
      continue;
    }
    const auto found = lone.find(left_code[f]);
    if (found == lone.end() || found->second.empty()) continue;
    partners[f] = FunctionPair{f, found->second.back(), true, false, 1, std::nullopt, std::nullopt, {}};
    right_taken[found->second.back()] = true;
    found->second.pop_back();
  }
}

double probability_of(double log_odds) { return 1 / (1 + std::exp(-log_odds)); }

Partners pair_by_fingerprint(const AnalyzedProgram& left, const AnalyzedProgram& right, std::vector<bool>& right_taken) {
  const StoredSample& a = left.sample.stored;
  const StoredSample& b = right.sample.stored;
  Partners partners(a.functions.size());
  const DecidedPairs decided = pair_and_decide(prepare(a), prepare(b));
  for (std::size_t i = 0; i < decided.pairs.size(); ++i) {
    const AssignedPair& assigned = decided.pairs[i];
    const Fingerprint& x = a.functions[assigned.left].fingerprint;
    const Fingerprint& y = b.functions[assigned.score.direct.right].fingerprint;
    FunctionPair pair{assigned.left, assigned.score.direct.right, x.exact != 0 && x.exact == y.exact,
                      is_common_code(x.exact) || is_common_code(y.exact), similarity_of(assigned.score.direct),
                      function_log10_lr(evidence_of(assigned.score, x, y)), std::nullopt, {}};
    pair.counterpart = pair.identical ? 1 : probability_of(counterpart_log_odds(assigned, decided.claims[i], x, y));
    if (!compared(left.program.functions[pair.left]) || !compared(right.program.functions[pair.right])) continue;
    if (!pair.identical && *pair.log10_lr <= kLeastPairLr) continue;
    pair.because = reasons(left.sample, x, y);
    right_taken[pair.right] = true;
    partners[pair.left] = std::move(pair);
  }
  return partners;
}

void sum_up(const AnalyzedProgram& left, const AnalyzedProgram& right, ProgramComparison& comparison) {
  std::vector<double> lrs;
  std::uint64_t candidates = 0;
  for (const Function& f : left.program.functions) comparison.left_bytes += compared(f) ? f.size : 0;
  for (const Function& f : right.program.functions) comparison.right_bytes += compared(f) ? f.size : 0;
  for (const FunctionPair& pair : comparison.pairs) {
    comparison.matched_left_bytes += left.program.functions[pair.left].size;
    comparison.matched_right_bytes += right.program.functions[pair.right].size;
    comparison.identical_bytes += pair.identical ? left.program.functions[pair.left].size : 0;
    if (pair.common) continue;
    ++candidates;
    if (pair.log10_lr) lrs.push_back(*pair.log10_lr);
  }
  comparison.log10_lr = family_log10_lr(program_statistic(lrs), candidates + comparison.only_left.size());
}

std::optional<std::uint64_t> address_in(const std::string& text) {
  const bool hex = text.starts_with("0x") || text.starts_with("0X");
  std::uint64_t value = 0;
  const char* begin = text.data() + (hex ? 2 : 0);
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(begin, end, value, hex ? 16 : 10);
  return error == std::errc{} && stop == end && begin != end ? std::optional(value) : std::nullopt;
}

}  // namespace

ProgramComparison compare_programs(const AnalyzedProgram& left, const AnalyzedProgram& right) {
  std::vector<bool> right_taken(right.program.functions.size(), false);
  Partners partners = pair_by_fingerprint(left, right, right_taken);
  pair_tiny(left.program, right.program, partners, right_taken);
  // From here on no pair is added.
  ProgramComparison comparison;
  for (std::uint32_t f = 0; f < partners.size(); ++f) {
    if (partners[f]) comparison.pairs.push_back(*std::move(partners[f]));
    else if (compared(left.program.functions[f])) comparison.only_left.push_back(f);
  }
  for (std::uint32_t f = 0; f < right_taken.size(); ++f) {
    if (!right_taken[f] && compared(right.program.functions[f])) comparison.only_right.push_back(f);
  }
  sum_up(left, right, comparison);
  return comparison;
}

Result<std::vector<AlignedPair>> align_pairs(const AnalyzedProgram& left, const AnalyzedProgram& right,
                                             const ProgramComparison& comparison,
                                             const std::vector<FunctionPair>& chosen, bool names) {
  std::vector<AlignedPair> aligned;
  if (chosen.empty()) return aligned;
  std::vector<std::uint64_t> left_labels(left.program.functions.size(), 0), right_labels(right.program.functions.size(), 0);
  for (std::size_t p = 0; p < comparison.pairs.size(); ++p) {
    left_labels[comparison.pairs[p].left] = right_labels[comparison.pairs[p].right] = p + 1;
  }
  const ImageFacts left_facts(left.program), right_facts(right.program);
  PROVA_TRY(left_reader, ShapeReader::make(left_facts));
  PROVA_TRY(right_reader, ShapeReader::make(right_facts));
  PROVA_TRY(left_lister, Lister::make(left_facts, names));
  PROVA_TRY(right_lister, Lister::make(right_facts, names));
  for (const FunctionPair& pair : chosen) {
    const FunctionShape a = left_reader->read(pair.left, left_labels);
    const FunctionShape b = right_reader->read(pair.right, right_labels);
    aligned.push_back({pair, left_lister.list(pair.left), right_lister.list(pair.right), align_functions(a, b)});
  }
  return aligned;
}

std::vector<FunctionPair> strongest_changed(const ProgramComparison& comparison, const AnalyzedProgram& left,
                                            const AnalyzedProgram& right, std::size_t limit) {
  std::vector<FunctionPair> changed;
  for (const FunctionPair& pair : comparison.pairs) {
    if (!pair.identical && pair.log10_lr) changed.push_back(pair);
  }
  const auto rank = [&](const FunctionPair& pair) {
    const std::uint32_t smaller = std::min(left.program.functions[pair.left].instructions,
                                           right.program.functions[pair.right].instructions);
    return std::tuple(-*pair.log10_lr, -static_cast<std::int64_t>(smaller), pair.left);
  };
  std::sort(changed.begin(), changed.end(), [&](const auto& a, const auto& b) { return rank(a) < rank(b); });
  if (changed.size() > limit) changed.resize(limit);
  return changed;
}

Result<std::uint32_t> find_function(const Program& program, const std::string& text) {
  const auto address = address_in(text);
  for (std::uint32_t f = 0; f < program.functions.size(); ++f) {
    const Function& function = program.functions[f];
    if (!text.empty() && function.name == text) return f;
    if (!address) continue;
    for (const BasicBlock& block : function.blocks) {
      if (distance(block.begin, VirtualAddress{*address}) < block.size) return f;
    }
  }
  return fail(ErrorCode::kNotFound,
              fmt::format("no function is called \"{}\" or lies at that address; `prova functions` lists them", text));
}

}  // namespace prova
