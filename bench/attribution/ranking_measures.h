#pragma once
// What a ranking is worth: figures over held-out queries, with intervals from drawing whole groups.

#include <map>
#include <string>
#include <vector>

#include "held_out.h"
#include "knowledge/ranking_model.h"

namespace prova::bench {

/// One query answered once: by weights that never saw its group, with the group in the knowledge and without it.
struct Answer {
  std::size_t group = 0;          ///< Profile of the truth; what the bootstrap draws.
  bool absent = false, known = false;
  std::size_t rank = 0;           ///< Of the right group, from 1; 0 when it is no candidate.
  double nll_closed = 0;          ///< -ln(.97 P(g | known) + .03 / groups).
  double nll_open = 0;            ///< -ln max(P(truth), 1e-6), the truth being the group or "none".
  double confidence = 0;          ///< The largest of P(g), P(none) ...
  bool right = false;             ///< ... and whether it was the truth.
  double known_probability = 0;
  int nation = -1;                ///< 1 when the nation with the largest sum is right, 0 wrong, -1 when the truth has none.
  int nation_of_first = -1;       ///< The same for the nation of the first group.
};

/// Answers `asked` with these weights and the prior at the base rate of the fit.
[[nodiscard]] Answer answer(const knowledge::Corpus& corpus, const Asked& asked, const knowledge::RankingWeights& weights);
/// The same with the plain BM25 score over techniques and programs, for comparison: ranks and nation of the first only.
[[nodiscard]] Answer answer_bm25(const knowledge::Corpus& corpus, const Asked& asked);

/// A figure with its 95 % interval.
struct Figure {
  double value = 0, low = 0, high = 0;
};

/// Every figure of the table, by name: top1 top3 top5 mrr nation nation_first nll_closed nll_open ece auroc kept_top1
/// kept_mrr. `repeats` are the answers of several random halvings: the figures are their means.
[[nodiscard]] std::map<std::string, double> measure(const std::vector<std::vector<Answer>>& repeats);
/// The same with intervals from `draws` bootstrap samples of whole groups. Deterministic.
[[nodiscard]] std::map<std::string, Figure> measure_with_intervals(const std::vector<std::vector<Answer>>& repeats, int draws);

}  // namespace prova::bench
