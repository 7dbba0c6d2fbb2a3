#include "ranking_fit.h"

#include <algorithm>
#include <cmath>

namespace prova::bench {
namespace {

using knowledge::Candidate;
using knowledge::FeatureVector;
using knowledge::kKnownFeatures;
using knowledge::KnownVector;
using knowledge::kRankingFeatures;
using knowledge::RankingWeights;

constexpr int kMaxIterations = 50;
constexpr double kConverged = 1e-9;
constexpr std::size_t kFolds = 5;

using Vector = std::vector<double>;
using Matrix = std::vector<Vector>;

/// Solves A x = b for a symmetric positive definite A by Cholesky's method. O(n^3).
Vector solve(Matrix a, Vector b) {
  const std::size_t n = b.size();
  for (std::size_t j = 0; j < n; ++j) {
    for (std::size_t k = 0; k < j; ++k) a[j][j] -= a[j][k] * a[j][k];
    a[j][j] = std::sqrt(a[j][j]);
    for (std::size_t i = j + 1; i < n; ++i) {
      for (std::size_t k = 0; k < j; ++k) a[i][j] -= a[i][k] * a[j][k];
      a[i][j] /= a[j][j];
    }
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t k = 0; k < i; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  for (std::size_t i = n; i-- > 0;) {
    for (std::size_t k = i + 1; k < n; ++k) b[i] -= a[k][i] * b[k];
    b[i] /= a[i][i];
  }
  return b;
}

/// Adds the gradient and the negative Hessian of a log likelihood at `w`, and returns its value.
using Derivatives = std::function<double(const Vector& w, Vector& gradient, Matrix& curvature)>;

/// Maximises a concave log likelihood with ridge / 2 |w|^2 on the first `penalised` weights.
Vector newton(std::size_t n, std::size_t penalised, double ridge, const Derivatives& derivatives) {
  Vector w(n, 0.0), gradient(n);
  Matrix curvature;
  const auto value_at = [&](const Vector& at) {
    gradient.assign(n, 0.0);
    curvature.assign(n, Vector(n, 0.0));
    double value = derivatives(at, gradient, curvature);
    for (std::size_t j = 0; j < n; ++j) {
      curvature[j][j] += 1e-9;
      if (j >= penalised) continue;
      value -= ridge / 2 * at[j] * at[j];
      gradient[j] -= ridge * at[j];
      curvature[j][j] += ridge;
    }
    return value;
  };
  double value = value_at(w);
  for (int iteration = 0; iteration < kMaxIterations; ++iteration) {
    const Vector step = solve(curvature, gradient);
    for (double length = 1; length > kConverged; length /= 2) {  // A full step may overshoot far from the maximum.
      Vector next = w;
      for (std::size_t j = 0; j < n; ++j) next[j] += length * step[j];
      const double there = value_at(next);
      if (there < value) continue;
      const bool done = there - value < kConverged * std::abs(value);
      w = std::move(next);
      value = there;
      if (done) return w;
      break;
    }
  }
  return w;
}

FeatureVector spread_of(const std::vector<const Asked*>& asked) {
  FeatureVector sum{}, squares{};
  double n = 0;
  for (const Asked* one : asked) {
    for (const Candidate& candidate : one->candidates) {
      for (std::size_t j = 0; j < kRankingFeatures; ++j) {
        sum[j] += candidate.features[j];
        squares[j] += candidate.features[j] * candidate.features[j];
      }
      ++n;
    }
  }
  FeatureVector spread{};
  for (std::size_t j = 0; j < kRankingFeatures; ++j) {
    spread[j] = n > 0 ? std::sqrt(std::max(squares[j] / n - sum[j] * sum[j] / n / n, 1e-12)) : 1;
  }
  return spread;
}

/// Conditional logit: the right group against all candidates of the same query.
FeatureVector fit_groups(const std::vector<const Asked*>& asked) {
  const FeatureVector spread = spread_of(asked);
  const auto derivatives = [&](const Vector& w, Vector& gradient, Matrix& curvature) {
    RankingWeights weights;
    double value = 0;
    for (std::size_t j = 0; j < kRankingFeatures; ++j) weights.group[j] = w[j] / spread[j];
    for (const Asked* one : asked) {
      const auto p = knowledge::softmax(knowledge::scores(one->candidates, weights));
      value += std::log(p[*one->truth]);
      Vector mean(kRankingFeatures, 0.0);
      for (std::size_t i = 0; i < p.size(); ++i) {
        for (std::size_t j = 0; j < kRankingFeatures; ++j) mean[j] += p[i] * one->candidates[i].features[j] / spread[j];
      }
      for (std::size_t i = 0; i < p.size(); ++i) {
        Vector d(kRankingFeatures);
        for (std::size_t j = 0; j < kRankingFeatures; ++j) d[j] = one->candidates[i].features[j] / spread[j] - mean[j];
        for (std::size_t j = 0; j < kRankingFeatures; ++j) {
          for (std::size_t k = 0; k < kRankingFeatures; ++k) curvature[j][k] += p[i] * d[j] * d[k];
          if (i == *one->truth) gradient[j] += d[j];
        }
      }
    }
    return value;
  };
  const Vector w = newton(kRankingFeatures, kRankingFeatures, kGroupRidge, derivatives);
  FeatureVector out{};
  for (std::size_t j = 0; j < kRankingFeatures; ++j) out[j] = w[j] / spread[j];
  return out;
}

struct KnownExample {
  KnownVector u;
  bool known;
};

/// Logistic regression of "known" on standardised u.
void fit_known(const std::vector<KnownExample>& examples, RankingWeights& weights) {
  const auto n = static_cast<double>(std::max<std::size_t>(examples.size(), 1));
  double known = 0;
  KnownVector squares{};
  for (const KnownExample& one : examples) {
    known += one.known ? 1 : 0;
    for (std::size_t j = 0; j < kKnownFeatures; ++j) {
      weights.mean[j] += one.u[j] / n;
      squares[j] += one.u[j] * one.u[j] / n;
    }
  }
  weights.base_rate = known / n;
  for (std::size_t j = 0; j < kKnownFeatures; ++j) weights.spread[j] = std::sqrt(std::max(squares[j] - weights.mean[j] * weights.mean[j], 1e-12));
  const auto derivatives = [&](const Vector& w, Vector& gradient, Matrix& curvature) {
    double value = 0;
    for (const KnownExample& one : examples) {
      Vector x(kKnownFeatures + 1, 1.0);
      double t = w[kKnownFeatures];
      for (std::size_t j = 0; j < kKnownFeatures; ++j) {
        x[j] = (one.u[j] - weights.mean[j]) / weights.spread[j];
        t += w[j] * x[j];
      }
      const double p = 1 / (1 + std::exp(-t));
      value += std::log(std::max(one.known ? p : 1 - p, 1e-300));
      for (std::size_t j = 0; j <= kKnownFeatures; ++j) {
        gradient[j] += ((one.known ? 1 : 0) - p) * x[j];
        for (std::size_t k = 0; k <= kKnownFeatures; ++k) curvature[j][k] += p * (1 - p) * x[j] * x[k];
      }
    }
    return value;
  };
  const Vector w = newton(kKnownFeatures + 1, kKnownFeatures, kKnownRidge, derivatives);
  std::copy_n(w.begin(), kKnownFeatures, weights.known.begin());
  weights.known_constant = w[kKnownFeatures];
}

/// Which fold a group belongs to: a fixed scramble of its number, so that neighbours by id are apart.
std::size_t fold_of(const Asked& one) { return one.held_out->profile * 2654435761U / 64 % kFolds; }

}  // namespace

RankingWeights fit(const std::vector<const Asked*>& asked, const MayUse& may_use) {
  std::vector<const Asked*> usable, with_truth;
  for (const Asked* one : asked) {
    if (may_use(*one->held_out)) usable.push_back(one);
  }
  for (const Asked* one : usable) {
    if (one->truth) with_truth.push_back(one);
  }
  std::vector<KnownExample> examples;
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    std::vector<const Asked*> others;
    std::copy_if(with_truth.begin(), with_truth.end(), std::back_inserter(others), [&](const Asked* one) { return fold_of(*one) != fold; });
    RankingWeights stage_one;
    stage_one.group = fit_groups(others);
    for (const Asked* one : usable) {
      if (fold_of(*one) != fold || one->candidates.empty()) continue;
      const auto z = knowledge::scores(one->candidates, stage_one);
      examples.push_back({knowledge::known_features(one->candidates, z, one->unseen_share), one->known});
    }
  }
  RankingWeights weights;
  weights.group = fit_groups(with_truth);
  fit_known(examples, weights);
  return weights;
}

}  // namespace prova::bench
