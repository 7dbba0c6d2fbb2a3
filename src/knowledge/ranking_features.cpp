#include "knowledge/ranking_features.h"

#include <algorithm>
#include <cmath>

namespace prova::knowledge {
namespace {

/// BM25's saturation and length constants (Robertson and Zaragoza 2009 give k1 1.2 to 2, b 0.5 to 0.8; this pair was the
/// best of the prototype's grid on training groups).
constexpr double kBm25K = 1.2, kBm25B = 0.5;
/// Sharpness of the kernel over reports, and how many reports of no likeness a group is taken to have besides its own.
constexpr double kKernelSharpness = 12, kKernelPrior = 3;
/// A report that is cited for one thing only must not look identical to a query that has it.
constexpr double kMinReportNorm = 4;
/// Pseudo-counts with which a group borrows from its nation, and the nation from everyone.
constexpr double kNationSmoothing = 60;
/// A program that at most this many groups use is rare.
constexpr std::uint32_t kRareGroups = 3;

/// What all candidates of one query have in common.
struct QuerySums {
  std::vector<FeatureIndex> all;   ///< Techniques and programs, ascending.
  double norm = 0, technique_rarity = 0, software_rarity = 0;
};

QuerySums sums_of(const RankingView& view, const RankingQuery& query) {
  QuerySums sums;
  sums.all = query.techniques;
  sums.all.insert(sums.all.end(), query.software.begin(), query.software.end());
  std::sort(sums.all.begin(), sums.all.end());
  double squares = 0;
  for (const FeatureIndex x : sums.all) squares += view.rarity(x) * view.rarity(x);
  sums.norm = std::sqrt(squares);
  for (const FeatureIndex x : query.techniques) sums.technique_rarity += view.rarity(x);
  for (const FeatureIndex x : query.software) sums.software_rarity += view.rarity(x);
  return sums;
}

std::uint32_t count_in(const GroupView& group, FeatureIndex feature) {
  const auto at = std::lower_bound(group.uses.begin(), group.uses.end(), feature,
                                   [](const Counted& use, FeatureIndex wanted) { return use.feature < wanted; });
  return at != group.uses.end() && at->feature == feature ? at->count : 0;
}

/// BM25 with term frequency 1: 2.2 / (1 + 1.2 (1/2 + 1/2 |P| / mean |P|)).
double bm25_factor(const RankingView& view, const GroupView& group) {
  const double length = static_cast<double>(group.uses.size()) / view.mean_size();
  return (kBm25K + 1) / (1 + kBm25K * (1 - kBm25B + kBm25B * length));
}

/// cos(q, r) over rarity-weighted sets; the report's norm is at least kMinReportNorm.
double likeness(const RankingView& view, const QuerySums& query, const std::vector<FeatureIndex>& report) {
  double common = 0, squares = 0;
  auto at = query.all.begin();
  for (const FeatureIndex x : report) {
    const double weight = view.rarity(x) * view.rarity(x);
    squares += weight;
    at = std::lower_bound(at, query.all.end(), x);
    if (at != query.all.end() && *at == x) common += weight;
  }
  const double norms = query.norm * std::max(std::sqrt(squares), kMinReportNorm);
  return norms > 0 ? common / norms : 0;
}

/// ln((sum over reports of e^(12 cos) + 3) / (n + 3)): about the best-fitting single report, 0 when none has anything.
double report_kernel(const RankingView& view, const QuerySums& query, const GroupView& group) {
  double sum = 0;
  for (const auto& report : group.reports) sum += std::exp(kKernelSharpness * likeness(view, query, report));
  const auto n = static_cast<double>(group.reports.size());
  return std::log((sum + kKernelPrior) / (n + kKernelPrior));
}

/// One term of the nation-smoothed multinomial: ln of (how likely this group is to show x) / (how likely anyone is).
double multinomial_term(const RankingView& view, std::size_t profile, FeatureIndex x) {
  const GroupView& group = view.groups()[profile];
  const double beta = view.background(x);
  const double nation = (view.nation_damped(profile, x) + kNationSmoothing * beta) / (view.nation_damped_sum(profile) + kNationSmoothing);
  const double damped = std::log1p(static_cast<double>(count_in(group, x)));
  return std::log((damped + kNationSmoothing * nation) / (group.damped_sum + kNationSmoothing) / beta);
}

FeatureVector features_of(const RankingView& view, const RankingQuery& query, const QuerySums& sums, std::size_t profile) {
  const GroupView& group = view.groups()[profile];
  FeatureVector f{};
  double techniques = 0, software = 0, rare_reports = 0;
  for (const FeatureIndex x : query.techniques) {
    if (count_in(group, x) > 0) techniques += view.rarity(x);
    f[kNationMultinomial] += multinomial_term(view, profile, x);
  }
  for (const FeatureIndex x : query.software) {
    const std::uint32_t count = count_in(group, x);
    if (count == 0) continue;
    software += view.rarity(x);
    if (view.groups_with(x) == 1) f[kExclusiveSoftware] = 1;
    if (view.groups_with(x) <= kRareGroups) rare_reports += count;
  }
  const double factor = bm25_factor(view, group);
  f[kBm25Techniques] = techniques * factor;
  f[kBm25Software] = software * factor;
  f[kReportKernel] = report_kernel(view, sums, group);
  f[kTechniqueCoverage] = sums.technique_rarity > 0 ? techniques / sums.technique_rarity : 0;
  f[kSoftwareCoverage] = sums.software_rarity > 0 ? software / sums.software_rarity : 0;
  f[kRareSoftware] = std::log1p(rare_reports);
  f[kActivity] = std::log1p(static_cast<double>(group.reports.size()));
  return f;
}

}  // namespace

std::string_view name_of(RankingFeatureName feature) {
  constexpr std::array<std::string_view, kRankingFeatures> kNames{
      "bm25_techniques", "bm25_software", "report_kernel", "nation_multinomial", "technique_coverage",
      "software_coverage", "exclusive_software", "rare_software", "activity"};
  return kNames[feature];
}

std::vector<Candidate> candidates(const RankingView& view, const RankingQuery& query) {
  const QuerySums sums = sums_of(view, query);
  std::vector<Candidate> out;
  for (std::size_t g = 0; g < view.groups().size(); ++g) {
    if (!view.groups()[g].uses.empty()) out.push_back({g, features_of(view, query, sums, g)});
  }
  return out;
}

std::vector<FeaturePart> feature_parts(const RankingView& view, const RankingQuery& query, std::size_t profile) {
  const GroupView& group = view.groups()[profile];
  const double factor = bm25_factor(view, group);
  std::vector<FeaturePart> parts;
  for (const FeatureIndex x : query.techniques) {
    const bool used = count_in(group, x) > 0;
    parts.push_back({x, used ? view.rarity(x) * factor : 0, multinomial_term(view, profile, x), used});
  }
  for (const FeatureIndex x : query.software) {
    const bool used = count_in(group, x) > 0;
    parts.push_back({x, used ? view.rarity(x) * factor : 0, 0, used});
  }
  return parts;
}

double unseen_software_share(const RankingView& view, const RankingQuery& query) {
  const std::size_t total = query.software.size() + query.new_software;
  if (total == 0) return 0;
  const auto unseen = static_cast<std::size_t>(std::count_if(query.software.begin(), query.software.end(), [&](FeatureIndex x) { return view.groups_with(x) == 0; }));
  return static_cast<double>(unseen + query.new_software) / static_cast<double>(total);
}

}  // namespace prova::knowledge
