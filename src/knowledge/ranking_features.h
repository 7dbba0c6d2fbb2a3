#pragma once
// The nine features of a group for a query. docs/methods/ranking.md gives every formula with its reason.

#include <array>
#include <string_view>
#include <vector>

#include "knowledge/ranking_view.h"

namespace prova::knowledge {

/// What was observed, each list ascending and without repeats.
struct RankingQuery {
  std::vector<FeatureIndex> techniques, software;
  std::size_t new_software = 0;  ///< Further programs that no source knows.
};

/// The places in FeatureVector.
enum RankingFeatureName : std::size_t {
  kBm25Techniques, kBm25Software, kReportKernel, kNationMultinomial, kTechniqueCoverage, kSoftwareCoverage,
  kExclusiveSoftware, kRareSoftware, kActivity, kRankingFeatures
};
using FeatureVector = std::array<double, kRankingFeatures>;

/// Stable names, in that order: "bm25_techniques", ...
[[nodiscard]] std::string_view name_of(RankingFeatureName feature);

/// A group that could be the answer: one with at least one feature left. A group without any is no candidate, whatever
/// the reason that it is empty.
struct Candidate {
  std::size_t profile = 0;
  FeatureVector features{};
};

/// Every candidate, ascending by profile. O(groups x (query + reports)).
[[nodiscard]] std::vector<Candidate> candidates(const RankingView& view, const RankingQuery& query);

/// What one technique or program of the query adds to a feature of one group.
struct FeaturePart {
  FeatureIndex feature = 0;
  double bm25 = 0;          ///< To kBm25Techniques or kBm25Software.
  double multinomial = 0;   ///< To kNationMultinomial; 0 for programs.
  bool used = false;        ///< By that group.
};
/// One part per technique and program of the query, in the order of the query. For explanations.
[[nodiscard]] std::vector<FeaturePart> feature_parts(const RankingView& view, const RankingQuery& query, std::size_t profile);

/// u4: the share of the query's programs that no group is known to use; 0 when it names none.
[[nodiscard]] double unseen_software_share(const RankingView& view, const RankingQuery& query);

}  // namespace prova::knowledge
