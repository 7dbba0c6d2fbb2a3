#pragma once
// What remains of the knowledge under a mask of reports, counted: the statistics that every feature is made of.

#include <optional>
#include <vector>

#include "knowledge/ranking_corpus.h"

namespace prova::knowledge {

/// A technique or program that a group still uses: `count` remaining reports say so (c_gx in docs/methods/ranking.md).
struct Counted {
  FeatureIndex feature = 0;
  std::uint32_t count = 0;
};

/// One group under the mask.
struct GroupView {
  std::vector<Counted> uses;                        ///< Ascending by feature; every count at least 1.
  std::vector<std::vector<FeatureIndex>> reports;   ///< What each remaining report is cited for, ascending.
  double damped_sum = 0;                            ///< D_g: sum of ln(1 + c_gx) over techniques.
};

/// Counts over all groups. O(relations). Thread safety: immutable after construction.
class RankingView {
 public:
  /// `without`: a profile that is taken out completely, as if it had never been known.
  RankingView(const Corpus& corpus, const ReportMask& live, std::optional<std::size_t> without = std::nullopt);

  [[nodiscard]] const Corpus& corpus() const { return *corpus_; }
  [[nodiscard]] const std::vector<GroupView>& groups() const { return groups_; }  ///< One per profile, empty where nothing remains.
  /// df_x: groups that use the feature.
  [[nodiscard]] std::uint32_t groups_with(FeatureIndex feature) const { return groups_with_[feature]; }
  /// i_x = ln((N + 1) / (df_x + 1/2)); N: groups with any feature of that kind.
  [[nodiscard]] double rarity(FeatureIndex feature) const { return rarity_[feature]; }
  /// beta_x: share of the technique in the damped counts of all groups, every technique having half a count more.
  [[nodiscard]] double background(FeatureIndex technique) const { return background_[technique]; }
  /// Mean number of features of the groups that have any; 1 when none has.
  [[nodiscard]] double mean_size() const { return mean_size_; }
  /// Sum over the groups of `nation` other than `group` of ln(1 + c_hx); 0 when the nation is unknown.
  [[nodiscard]] double nation_damped(std::size_t group, FeatureIndex technique) const;
  /// The same, summed over all techniques.
  [[nodiscard]] double nation_damped_sum(std::size_t group) const;

 private:
  void count_group(std::size_t group, const ReportMask& live);
  void sum_up();
  void sum_nations();
  [[nodiscard]] double damped(std::size_t group, FeatureIndex feature) const;

  const Corpus* corpus_;
  std::vector<GroupView> groups_;
  std::vector<std::uint32_t> groups_with_;
  std::vector<double> rarity_, background_;
  double mean_size_ = 1;
  std::vector<std::size_t> nation_of_;              ///< Index into the two below; SIZE_MAX when unknown.
  std::vector<std::vector<double>> nation_counts_;  ///< Per nation and feature.
  std::vector<double> nation_sums_;
};

}  // namespace prova::knowledge
