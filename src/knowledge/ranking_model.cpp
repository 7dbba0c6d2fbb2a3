#include "knowledge/ranking_model.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "knowledge/ranking_weights.h"

namespace prova::knowledge {
namespace {

/// How many candidates the best one is compared with: enough to be stable, few enough to be rivals.
constexpr std::size_t kRivals = 50;
/// A lead beyond e^8 says no more.
constexpr double kMaxLead = 8;

double logit(double p) { return std::log(p / (1 - p)); }

}  // namespace

const RankingWeights& shipped_weights() { return kShippedRankingWeights; }

std::vector<double> scores(const std::vector<Candidate>& candidates, const RankingWeights& weights) {
  std::vector<double> z;
  z.reserve(candidates.size());
  for (const Candidate& one : candidates) {
    z.push_back(std::inner_product(one.features.begin(), one.features.end(), weights.group.begin(), 0.0));
  }
  return z;
}

std::vector<double> softmax(std::span<const double> z) {
  std::vector<double> p(z.begin(), z.end());
  if (p.empty()) return p;
  const double top = *std::max_element(p.begin(), p.end());
  double sum = 0;
  for (double& one : p) sum += one = std::exp(one - top);
  for (double& one : p) one /= sum;
  return p;
}

KnownVector known_features(const std::vector<Candidate>& candidates, std::span<const double> z, double unseen_share) {
  KnownVector u{};
  if (z.empty()) return u;
  std::vector<double> sorted(z.begin(), z.end());
  const std::size_t rivals = std::min(kRivals, sorted.size());
  std::partial_sort(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(rivals), sorted.end(), std::greater<>());
  const double mean = std::accumulate(sorted.begin(), sorted.begin() + static_cast<std::ptrdiff_t>(rivals), 0.0) / static_cast<double>(rivals);
  u[0] = sorted[0] - mean;
  u[1] = rivals < 2 ? kMaxLead : std::min(sorted[0] - sorted[1], kMaxLead);
  for (const Candidate& one : candidates) u[2] = std::max(u[2], one.features[kReportKernel]);
  u[3] = unseen_share;
  return u;
}

double known_probability(const KnownVector& u, const RankingWeights& weights, double prior) {
  double t = weights.known_constant;
  for (std::size_t j = 0; j < kKnownFeatures; ++j) t += weights.known[j] * (u[j] - weights.mean[j]) / weights.spread[j];
  return 1 / (1 + std::exp(-(t + logit(prior) - logit(weights.base_rate))));
}

}  // namespace prova::knowledge
