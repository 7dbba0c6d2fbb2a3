#include "recall.h"

#include <cmath>

#include "kinship/pair_programs.h"

namespace prova::bench {
namespace {

using Scores = std::vector<std::pair<std::uint32_t, double>>;

/// Rank of `truth` among the eligible, 0 when it has no score above 0.
std::size_t rank_of(std::uint32_t truth, const Scores& scores, const std::vector<char>& in_pool) {
  double own = 0;
  for (const auto& [function, score] : scores) {
    if (function == truth) own = score;
  }
  if (own <= 0) return 0;
  std::size_t rank = 1;
  for (const auto& [function, score] : scores) rank += function != truth && in_pool[function] != 0 && score >= own ? 1U : 0U;
  return rank;
}

}  // namespace

std::map<std::string, std::uint32_t> eligible(const StoredSample& sample) {
  std::map<std::string, int> times;
  for (const StoredFunction& f : sample.functions) ++times[f.name];
  std::map<std::string, std::uint32_t> functions;
  for (std::uint32_t i = 0; i < sample.functions.size(); ++i) {
    const StoredFunction& f = sample.functions[i];
    if (!f.name.empty() && times[f.name] == 1 && f.kind == FunctionKind::kFunction && f.fingerprint.blocks >= kLeastBlocks) {
      functions.emplace(f.name, i);
    }
  }
  return functions;
}

std::pair<double, double> wilson_interval(std::size_t hits, std::size_t trials) {
  if (trials == 0) return {0, 0};
  const double n = static_cast<double>(trials), p = static_cast<double>(hits) / n, z = 1.96, z2 = z * z;
  const double centre = (p + z2 / (2 * n)) / (1 + z2 / n);
  const double half = z * std::sqrt(p * (1 - p) / n + z2 / (4 * n * n)) / (1 + z2 / n);
  return {centre - half, centre + half};
}

void Recall::add(std::size_t rank) {
  ++queries;
  first += rank == 1 ? 1U : 0U;
  if (rank >= 1 && rank <= 10) reciprocal += 1.0 / static_cast<double>(rank);
}

double Recall::r1() const { return queries == 0 ? 0 : static_cast<double>(first) / static_cast<double>(queries); }

double Recall::mrr() const { return queries == 0 ? 0 : reciprocal / static_cast<double>(queries); }

std::array<Recall, kStages> recall(const StoredSample& query, const StoredSample& pool) {
  const FeatureWeights& weights = FeatureWeights::shipped();
  const PreparedProgram left = prepare(query, weights), right = prepare(pool, weights);
  const DirectScorer scorer(left.vectors, right.vectors);
  PropagationOptions calls;
  calls.order = 0;
  const PairTable by_calls = rank_pairs(left, right, calls);
  const PairTable by_order = rank_pairs(left, right);
  const auto queries = eligible(query), targets = eligible(pool);
  std::vector<char> in_pool(pool.functions.size(), 0);
  for (const auto& [name, index] : targets) in_pool[index] = 1;
  std::array<Recall, kStages> results{};
  for (const auto& [name, index] : queries) {
    const auto target = targets.find(name);
    if (target == targets.end()) continue;
    std::array<Scores, kStages> scores;
    for (const DirectScore& s : scorer.candidates(index, pool.functions.size())) {
      scores[0].emplace_back(s.right, s.own);
      scores[1].emplace_back(s.right, s.total());
    }
    for (const PairScore& p : by_calls[index]) scores[2].emplace_back(p.direct.right, p.total);
    for (const PairScore& p : by_order[index]) scores[3].emplace_back(p.direct.right, p.total);
    for (std::size_t m = 0; m < kStages; ++m) results[m].add(rank_of(target->second, scores[m], in_pool));
  }
  for (Recall& r : results) r.pool = targets.size();
  return results;
}

StoredSample pooled(const std::vector<CorpusProgram>& programs, const std::string& build) {
  StoredSample all;
  for (const CorpusProgram& p : programs) {
    if (p.compiler + '-' + p.level != build) continue;
    StoredSample one = p.sample;
    for (StoredFunction& f : one.functions) {
      if (!f.name.empty()) f.name = p.project + ':' + f.name;
    }
    all = joined(all, one);
  }
  return all;
}

}  // namespace prova::bench
