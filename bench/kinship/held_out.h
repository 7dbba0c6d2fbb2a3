#pragma once
// The comparisons behind calibration and behind the published costs: the same code makes both, on other projects.

#include <list>
#include <map>
#include <vector>

#include "comparisons.h"

namespace prova::bench {

/// Programs fingerprinted with weights that saw none of their projects.
struct HeldOutPrograms {
  std::vector<StoredSample> related;    ///< Several builds per project (record.family), record.name PROJECT-COMPILER-LEVEL.
  std::vector<StoredSample> unrelated;  ///< One program per project, none of them in `related`.
  std::vector<StoredSample> goodware;   ///< References that explain common code.
};

/// All comparisons of one set of programs, made once and used for functions and for families.
struct HeldOut {
  ReadyPrograms programs;               ///< Owns what the comparisons refer to.
  std::vector<Comparison> halved;       ///< Builds of one project; half of the right program's functions removed.
  std::vector<Comparison> unrelated;    ///< Programs of different projects.
  std::vector<Comparison> shared;       ///< A share of one build, inside a foreign host or alone, against another build.
  std::vector<double> shares;           ///< Parallel to `shared`.
  std::vector<Comparison> goodware;     ///< Left programs of `unrelated` against the references.
};

/// Compares at most eight pairs of builds per project, chosen by a fixed rule, and for each the whole build, and ½, ¼ and
/// 1/10 of it inside a foreign host; two builds of each project with the unrelated programs; and, when
/// `unrelated_pairs`, each unrelated program with the next dozen. Deterministic whatever `threads`.
[[nodiscard]] HeldOut compare_held_out(HeldOutPrograms programs, const FeatureWeights& weights, bool unrelated_pairs,
                                       unsigned threads);

[[nodiscard]] std::vector<ProgramOutcome> program_outcomes(const HeldOut& data, const LikelihoodModel& model);

/// Distinct pairs of different projects that were compared.
[[nodiscard]] std::size_t distinct_pairs(const std::list<HeldOut>& parts);

}  // namespace prova::bench
