#pragma once
// Program pairs whose truth is known: what is measured for calibration and for the published figures.

#include <memory>
#include <optional>
#include <vector>

#include "calibration.h"
#include "corpus_programs.h"
#include "kinship/decision.h"
#include "kinship/explain.h"
#include "kinship/pair_programs.h"

namespace prova::bench {

/// A program with everything prepared for pairing. Ownership: `prepared` refers to `sample`; neither moves.
struct Ready {
  StoredSample sample;
  PreparedProgram prepared;

  Ready(StoredSample s, const FeatureWeights& weights) : sample(std::move(s)), prepared(prepare(sample, weights)) {}
  Ready(const Ready&) = delete;
  Ready& operator=(const Ready&) = delete;
};
using ReadyPrograms = std::vector<std::unique_ptr<Ready>>;
[[nodiscard]] ReadyPrograms make_ready(std::vector<StoredSample> samples, const FeatureWeights& weights, unsigned threads);

/// One assigned pair of functions. `same` is unknown where names cannot tell.
struct FunctionOutcome {
  std::uint32_t left = 0, right = 0;
  PairEvidence evidence;
  double similarity = 0;
  bool exact = false;
  bool common = false;  ///< Code common to unrelated programs.
  std::optional<bool> same;
  /// Between builds of one project: whether the partner is the counterpart by name. Unknown elsewhere, and without names.
  std::optional<bool> counterpart;
  std::array<double, kDecisionTerms> decision{};
};

/// All functions of one program pair that were matched. Ownership: refers to the programs.
struct Comparison {
  const StoredSample* left = nullptr;
  const StoredSample* right = nullptr;
  std::vector<FunctionOutcome> outcomes;

  [[nodiscard]] bool related() const { return left->record.family == right->record.family; }
};

/// Pairs two programs. Of one project, a match of equal names is of the same origin; any other says nothing about origin
/// and is left out. Of different projects every match is unrelated, except between functions of one name, which may well
/// be one function, copied or linked into both, and code common to unrelated programs, which matching sets aside.
[[nodiscard]] Comparison compare(const Ready& left, const Ready& right);

/// What a program pair yields at program level.
struct ProgramOutcome {
  double statistic = 0;
  std::uint64_t compared = 0;
  bool same = false;
  double share = 1;  ///< Of the left program's related functions, for `same`.
};
/// `references` are comparisons of the same left program with goodware: what they explain does not count.
[[nodiscard]] ProgramOutcome program_outcome(const Comparison& comparison,
                                             const std::vector<const Comparison*>& references,
                                             const LikelihoodModel& model);

}  // namespace prova::bench
