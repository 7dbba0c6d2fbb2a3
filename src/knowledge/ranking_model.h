#pragma once
// From features to probabilities: a softmax over the candidates, and a second stage that says how likely it is that the
// group is among the known ones at all. docs/methods/ranking.md.

#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "knowledge/ranking_features.h"

namespace prova::knowledge {

/// What the second stage looks at.
constexpr std::size_t kKnownFeatures = 4;
using KnownVector = std::array<double, kKnownFeatures>;

/// The fitted numbers. Shipped: ranking_weights.h, written by bench/attribution/rank_fit; never edited by hand.
struct RankingWeights {
  FeatureVector group{};           ///< Weight of each feature.
  double known_constant = 0;
  KnownVector known{}, mean{}, spread{};
  double base_rate = 0.5;          ///< Share of queries of the fit whose group was known.
  std::string_view version;        ///< "1 (ATT&CK 18.1, …)".
};
[[nodiscard]] const RankingWeights& shipped_weights();

/// z: weight times feature, summed. One per candidate.
[[nodiscard]] std::vector<double> scores(const std::vector<Candidate>& candidates, const RankingWeights& weights);
/// exp(z - max) / sum. Empty for an empty list.
[[nodiscard]] std::vector<double> softmax(std::span<const double> z);

/// u: the best score less the mean of the 50 best, its lead over the second (at most 8), the highest kernel of any group,
/// and the share of programs that no group is known to use. With one candidate the lead is 8; with none all are 0.
[[nodiscard]] KnownVector known_features(const std::vector<Candidate>& candidates, std::span<const double> z, double unseen_share);
/// P(known) for the user's prior in (0, 1); 0 when there is no candidate.
[[nodiscard]] double known_probability(const KnownVector& u, const RankingWeights& weights, double prior);

}  // namespace prova::knowledge
