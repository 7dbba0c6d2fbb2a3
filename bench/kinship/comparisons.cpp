#include "comparisons.h"

#include "kinship/common_code.h"
#include "kinship/parallel.h"
#include "kinship/surroundings.h"

namespace prova::bench {
namespace {

/// Within one project a match of other names is wrong as a match, but not unrelated: it says nothing about origin.
std::optional<bool> truth(const StoredFunction& x, const StoredFunction& y, bool related) {
  const bool same_name = !x.name.empty() && x.name == y.name;
  if (related) return same_name ? std::optional(true) : std::nullopt;
  return same_name ? std::nullopt : std::optional(false);
}

PairedSample paired_sample(const Comparison& comparison, SampleRole role, const LikelihoodModel& model) {
  PairedSample paired;
  paired.sample.record = comparison.right->record;
  paired.sample.record.role = role;
  for (const FunctionOutcome& o : comparison.outcomes) {
    paired.matches.push_back({o.left, o.right, o.similarity, function_log10_lr(o.evidence, model), o.exact,
                              o.common});
  }
  return paired;
}

}  // namespace

ReadyPrograms make_ready(std::vector<StoredSample> samples, const FeatureWeights& weights, unsigned threads) {
  ReadyPrograms ready(samples.size());
  parallel_for(samples.size(), threads, [&](std::size_t i) { ready[i] = std::make_unique<Ready>(std::move(samples[i]), weights); });
  return ready;
}

Comparison compare(const Ready& left, const Ready& right) {
  Comparison comparison{&left.sample, &right.sample, {}};
  const DecidedPairs decided = pair_and_decide(left.prepared, right.prepared);
  for (std::size_t i = 0; i < decided.pairs.size(); ++i) {
    const AssignedPair& p = decided.pairs[i];
    const StoredFunction& x = left.sample.functions[p.left];
    const StoredFunction& y = right.sample.functions[p.score.direct.right];
    const bool common = is_common_code(x.fingerprint.exact) || is_common_code(y.fingerprint.exact);
    const bool exact = x.fingerprint.exact != 0 && x.fingerprint.exact == y.fingerprint.exact;
    comparison.outcomes.push_back({p.left, p.score.direct.right, evidence_of(p.score, x.fingerprint, y.fingerprint),
                                   similarity_of(p.score.direct), exact, common,
                                   common ? std::nullopt : truth(x, y, comparison.related()), std::nullopt,
                                   decision_terms(p, decided.claims[i], x.fingerprint, y.fingerprint)});
    if (comparison.related() && !x.name.empty() && !y.name.empty()) comparison.outcomes.back().counterpart = source_name(x.name) == source_name(y.name);
  }
  return comparison;
}

ProgramOutcome program_outcome(const Comparison& comparison, const std::vector<const Comparison*>& references,
                               const LikelihoodModel& model) {
  std::vector<PairedSample> paired{paired_sample(comparison, SampleRole::kMalware, model)};
  for (const Comparison* r : references) paired.push_back(paired_sample(*r, SampleRole::kGoodware, model));
  std::vector<Verdict> verdicts = explain(*comparison.left, paired);
  explain_by_callers(*comparison.left, verdicts);
  explain_by_neighbours(*comparison.left, verdicts);
  const auto explained = [&verdicts](std::size_t f) {
    return verdicts[f].role == FunctionRole::kGoodware || verdicts[f].role == FunctionRole::kLibrary;
  };
  ProgramOutcome outcome;
  for (std::size_t f = 0; f < verdicts.size(); ++f) {
    if (comparison.left->functions[f].kind == FunctionKind::kFunction && !explained(f)) ++outcome.compared;
  }
  std::vector<double> lrs;
  for (const MatchedFunction& m : paired.front().matches) {
    if (!explained(m.left)) lrs.push_back(m.log10_lr);
  }
  outcome.statistic = program_statistic(lrs);
  outcome.same = comparison.related();
  return outcome;
}

}  // namespace prova::bench
