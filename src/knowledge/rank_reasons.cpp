#include "knowledge/rank_reasons.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numbers>
#include <numeric>

namespace prova::knowledge {
namespace {

/// Weights below this, in powers of ten, are noise of the fit.
constexpr double kLeastWeight = 0.02;

double mean_of(const std::vector<double>& values) {
  return values.empty() ? 0 : std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

std::string groups_phrase(std::uint32_t groups) {
  if (groups == 1) return "which no other known group is known to use";
  return fmt::format("as {} known groups do", groups);
}

}  // namespace

ReasonWriter::ReasonWriter(const RankingView& view, const RankingQuery& query, const std::vector<Candidate>& list,
                           const std::vector<double>& victims, const RankingWeights& weights)
    : view_(view), query_(query), list_(list), victims_(victims), weights_(weights), victim_mean_(mean_of(victims)) {
  const auto n = static_cast<double>(list.size());
  for (const Candidate& one : list) {
    for (std::size_t j = 0; j < kRankingFeatures; ++j) mean_[j] += one.features[j] / n;
    const auto parts = feature_parts(view, query, one.profile);
    mean_parts_.resize(parts.size());
    for (std::size_t i = 0; i < parts.size(); ++i) {
      mean_parts_[i].feature = parts[i].feature;
      mean_parts_[i].bm25 += parts[i].bm25 / n;
      mean_parts_[i].multinomial += parts[i].multinomial / n;
    }
  }
}

double ReasonWriter::excess(std::size_t candidate, RankingFeatureName feature) const {
  return weights_.group[feature] * (list_[candidate].features[feature] - mean_[feature]) / std::numbers::ln10;
}

void ReasonWriter::add_features(std::size_t candidate, std::vector<RankReason>& out) const {
  const GroupView& group = view_.groups()[list_[candidate].profile];
  const FeatureVector& f = list_[candidate].features;
  out.push_back({f[kReportKernel] > 0.5 ? "a single report on it describes much of this activity" : "no single report on it describes this activity", excess(candidate, kReportKernel)});
  out.push_back({fmt::format("{:.0f} % of the techniques by rarity are known from it", f[kTechniqueCoverage] * 100), excess(candidate, kTechniqueCoverage)});
  if (!query_.software.empty()) {
    out.push_back({fmt::format("{:.0f} % of the programs by rarity are known from it", f[kSoftwareCoverage] * 100), excess(candidate, kSoftwareCoverage)});
    out.push_back({f[kExclusiveSoftware] > 0 ? "uses a program that no other known group is known to use" : "uses no program that is its alone", excess(candidate, kExclusiveSoftware)});
    out.push_back({f[kRareSoftware] > 0 ? "uses programs of at most 3 known groups" : "uses none of the rare programs", excess(candidate, kRareSoftware)});
  }
  out.push_back({fmt::format("{} reports on it in this knowledge", group.reports.size()), excess(candidate, kActivity)});
  const double victims = (victims_[candidate] - victim_mean_) / std::numbers::ln10;
  out.push_back({victims > 0 ? "has hit these countries before, as far as is known" : "is not known to have hit these countries", victims});
}

void ReasonWriter::add_parts(std::size_t candidate, std::vector<RankReason>& out) const {
  const auto parts = feature_parts(view_, query_, list_[candidate].profile);
  const auto& features = view_.corpus().features;
  for (std::size_t i = 0; i < parts.size(); ++i) {
    const RankingFeature& feature = features[parts[i].feature];
    const bool technique = feature.kind == FeatureKind::kTechnique;
    const double bm25 = weights_.group[technique ? kBm25Techniques : kBm25Software] * (parts[i].bm25 - mean_parts_[i].bm25);
    const double nation = weights_.group[kNationMultinomial] * (parts[i].multinomial - mean_parts_[i].multinomial);
    const std::string name = technique ? feature.id + " " + feature.name : feature.name;
    const std::string text = parts[i].used ? fmt::format("uses {}, {}", name, groups_phrase(view_.groups_with(parts[i].feature)))
                                           : fmt::format("is not known to use {}", name);
    out.push_back({text, (bm25 + nation) / std::numbers::ln10});
  }
}

std::vector<RankReason> ReasonWriter::because(std::size_t candidate) const {
  std::vector<RankReason> out;
  add_features(candidate, out);
  add_parts(candidate, out);
  std::erase_if(out, [](const RankReason& one) { return std::abs(one.log10_weight) < kLeastWeight; });
  std::stable_sort(out.begin(), out.end(), [](const auto& a, const auto& b) { return std::abs(a.log10_weight) > std::abs(b.log10_weight); });
  if (out.size() > kMaxReasons) out.resize(kMaxReasons);
  return out;
}

}  // namespace prova::knowledge
