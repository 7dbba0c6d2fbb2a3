#pragma once
// Two programs, function by function: direct scores, context, one-to-one assignment.

#include <vector>

#include "kinship/assign.h"
#include "kinship/claims.h"

namespace prova {

/// What is prepared once per program, however many others it is compared with.
/// Ownership: refers to `sample`, which must outlive it. Thread safety: immutable. Two programs that are compared must have
/// been prepared with the same weights.
struct PreparedProgram {
  ProgramVectors vectors;
  Relations relations;
};
[[nodiscard]] PreparedProgram prepare(const StoredSample& sample, const FeatureWeights& weights = FeatureWeights::shipped());

struct PairingOptions {
  PropagationOptions propagation;
  /// Pairs of lower total are noise: at this value nearly all best matches between unrelated programs are gone and
  /// what is left is weighed by the likelihood model.
  double least_total = 0.10;
};

/// All candidate pairs, ranked per function of `left`. Deterministic.
[[nodiscard]] PairTable rank_pairs(const PreparedProgram& left, const PreparedProgram& right, const PropagationOptions& options = {});

/// The one-to-one pairs with what the decision model (decision.h) wants to know of their surroundings.
struct DecidedPairs {
  std::vector<AssignedPair> pairs;  ///< As pair_programs gives them.
  std::vector<Claims> claims;       ///< One per pair.
};
[[nodiscard]] DecidedPairs pair_and_decide(const PreparedProgram& left, const PreparedProgram& right, const PairingOptions& options = {});

/// The one-to-one pairs, ascending by left function. Deterministic.
[[nodiscard]] std::vector<AssignedPair> pair_programs(const PreparedProgram& left, const PreparedProgram& right,
                                                      const PairingOptions& options = {});

}  // namespace prova
