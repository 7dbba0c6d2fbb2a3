#include "knowledge/ranking_view.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace prova::knowledge {
namespace {

constexpr std::size_t kNoNation = static_cast<std::size_t>(-1);

/// ln(1 + c): a tenth report on the same thing says less than the second.
double damp(std::uint32_t count) { return std::log1p(static_cast<double>(count)); }

}  // namespace

RankingView::RankingView(const Corpus& corpus, const ReportMask& live, std::optional<std::size_t> without)
    : corpus_(&corpus), groups_(corpus.profiles.size()), groups_with_(corpus.features.size(), 0),
      rarity_(corpus.features.size(), 0), background_(corpus.features.size(), 0) {
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    if (without != g) count_group(g, live);
  }
  sum_up();
  sum_nations();
}

void RankingView::count_group(std::size_t group, const ReportMask& live) {
  GroupView& view = groups_[group];
  std::map<ReportIndex, std::vector<FeatureIndex>> by_report;
  for (const CitedFeature& use : corpus_->profiles[group].uses) {
    std::uint32_t count = 0;
    for (const ReportIndex report : use.reports) {
      if (live[report] == 0) continue;
      ++count;
      by_report[report].push_back(use.feature);
    }
    if (count == 0) continue;
    view.uses.push_back({use.feature, count});
    ++groups_with_[use.feature];
    if (corpus_->features[use.feature].kind == FeatureKind::kTechnique) view.damped_sum += damp(count);
  }
  for (auto& [report, features] : by_report) view.reports.push_back(std::move(features));
}

void RankingView::sum_up() {
  std::size_t with_techniques = 0, with_software = 0, with_any = 0, total_size = 0, techniques = 0;
  double damped_total = 0;
  for (const GroupView& group : groups_) {
    bool has[2] = {false, false};
    for (const Counted& use : group.uses) {
      const bool technique = corpus_->features[use.feature].kind == FeatureKind::kTechnique;
      has[technique ? 0 : 1] = true;
      if (technique) background_[use.feature] += damp(use.count);
    }
    with_techniques += has[0] ? 1 : 0;
    with_software += has[1] ? 1 : 0;
    with_any += group.uses.empty() ? 0 : 1;
    total_size += group.uses.size();
    damped_total += group.damped_sum;
  }
  for (const RankingFeature& feature : corpus_->features) techniques += feature.kind == FeatureKind::kTechnique ? 1 : 0;
  if (with_any > 0) mean_size_ = static_cast<double>(total_size) / static_cast<double>(with_any);
  for (FeatureIndex x = 0; x < rarity_.size(); ++x) {
    const bool technique = corpus_->features[x].kind == FeatureKind::kTechnique;
    const auto n = static_cast<double>(technique ? with_techniques : with_software);
    rarity_[x] = std::log((n + 1) / (static_cast<double>(groups_with_[x]) + 0.5));
    if (technique) background_[x] = (background_[x] + 0.5) / (damped_total + 0.5 * static_cast<double>(techniques));
  }
}

void RankingView::sum_nations() {
  std::map<std::string, std::size_t> known;
  for (std::size_t g = 0; g < groups_.size(); ++g) {
    const std::string& nation = corpus_->profiles[g].nation;
    if (nation.empty()) {
      nation_of_.push_back(kNoNation);
      continue;
    }
    const std::size_t index = known.try_emplace(nation, known.size()).first->second;
    nation_of_.push_back(index);
    if (index == nation_sums_.size()) {
      nation_sums_.push_back(0);
      nation_counts_.emplace_back(corpus_->features.size(), 0.0);
    }
    nation_sums_[index] += groups_[g].damped_sum;
    for (const Counted& use : groups_[g].uses) nation_counts_[index][use.feature] += damp(use.count);
  }
}

double RankingView::damped(std::size_t group, FeatureIndex feature) const {
  const auto& uses = groups_[group].uses;
  const auto at = std::lower_bound(uses.begin(), uses.end(), feature, [](const Counted& use, FeatureIndex wanted) { return use.feature < wanted; });
  return at != uses.end() && at->feature == feature ? damp(at->count) : 0.0;
}

double RankingView::nation_damped(std::size_t group, FeatureIndex technique) const {
  const std::size_t nation = nation_of_[group];
  return nation == kNoNation ? 0.0 : std::max(0.0, nation_counts_[nation][technique] - damped(group, technique));
}

double RankingView::nation_damped_sum(std::size_t group) const {
  const std::size_t nation = nation_of_[group];
  return nation == kNoNation ? 0.0 : std::max(0.0, nation_sums_[nation] - groups_[group].damped_sum);
}

}  // namespace prova::knowledge
