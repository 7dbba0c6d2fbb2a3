#include "kinship/pair_programs.h"

namespace prova {

PreparedProgram prepare(const StoredSample& sample, const FeatureWeights& weights) {
  return {make_vectors(sample, weights), make_relations(sample)};
}

PairTable rank_pairs(const PreparedProgram& left, const PreparedProgram& right, const PropagationOptions& options) {
  const DirectScorer scorer(left.vectors, right.vectors);
  DirectScorer::Workspace work;
  PairTable table(left.vectors.size());
  for (std::uint32_t a = 0; a < table.size(); ++a) {
    for (const DirectScore& score : scorer.candidates(a, kDirectCandidates, work)) {
      table[a].push_back({score, 0, 0, 0, score.total()});
    }
  }
  propagate(table, left.relations, right.relations, scorer, options);
  return table;
}

std::vector<AssignedPair> pair_programs(const PreparedProgram& left, const PreparedProgram& right, const PairingOptions& options) {
  return assign_one_to_one(rank_pairs(left, right, options.propagation), options.least_total);
}

DecidedPairs pair_and_decide(const PreparedProgram& left, const PreparedProgram& right, const PairingOptions& options) {
  const PairTable table = rank_pairs(left, right, options.propagation);
  DecidedPairs decided{assign_one_to_one(table, options.least_total), {}};
  decided.claims = rival_claims(table, left.relations, right.relations, decided.pairs);
  return decided;
}

}  // namespace prova
