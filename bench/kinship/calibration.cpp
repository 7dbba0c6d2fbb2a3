#include "calibration.h"

#include <algorithm>
#include <cmath>

namespace prova::bench {
namespace {

constexpr double kRidge = 1e-3;
constexpr int kNewtonSteps = 40;
/// Steps of the isotonic curve before pooling: fewer are smoother, more follow the data.
constexpr std::size_t kSteps = 40;

/// Solves a·x = b in place by Gaussian elimination with partial pivoting.
std::vector<double> solve(std::vector<std::vector<double>> a, std::vector<double> b) {
  const std::size_t n = b.size();
  for (std::size_t column = 0; column < n; ++column) {
    std::size_t pivot = column;
    for (std::size_t row = column + 1; row < n; ++row) {
      if (std::abs(a[row][column]) > std::abs(a[pivot][column])) pivot = row;
    }
    std::swap(a[column], a[pivot]);
    std::swap(b[column], b[pivot]);
    if (std::abs(a[column][column]) < 1e-12) continue;
    for (std::size_t row = column + 1; row < n; ++row) {
      const double factor = a[row][column] / a[column][column];
      for (std::size_t k = column; k < n; ++k) a[row][k] -= factor * a[column][k];
      b[row] -= factor * b[column];
    }
  }
  std::vector<double> x(n, 0.0);
  for (std::size_t row = n; row-- > 0;) {
    double sum = b[row];
    for (std::size_t k = row + 1; k < n; ++k) sum -= a[row][k] * x[k];
    x[row] = std::abs(a[row][row]) < 1e-12 ? 0 : sum / a[row][row];
  }
  return x;
}

struct Totals {
  double same = 0, different = 0;
};

template <typename Range>
Totals totals(const Range& data) {
  Totals t;
  for (const auto& d : data) (d.same ? t.same : t.different) += d.weight;
  return t;
}

/// `use[k]` false: coefficient k stays 0.
std::vector<double> fit_unsigned(std::span<const Observation> data, const std::vector<char>& use) {
  const std::size_t n = data.front().terms.size();
  const Totals total = totals(data);
  std::vector<double> mean(n, 0.0), deviation(n, 1.0);
  for (std::size_t k = 1; k < n; ++k) {
    double sum = 0, squares = 0;
    for (const Observation& d : data) {
      sum += d.terms[k];
      squares += d.terms[k] * d.terms[k];
    }
    mean[k] = sum / static_cast<double>(data.size());
    deviation[k] = std::sqrt(std::max(1e-12, squares / static_cast<double>(data.size()) - mean[k] * mean[k]));
  }
  std::vector<double> beta(n, 0.0);
  for (int step = 0; step < kNewtonSteps; ++step) {
    std::vector<double> gradient(n, 0.0);
    std::vector<std::vector<double>> hessian(n, std::vector<double>(n, 0.0));
    for (const Observation& d : data) {
      std::vector<double> x(n);
      double z = 0;
      for (std::size_t k = 0; k < n; ++k) {
        x[k] = use[k] != 0 ? (d.terms[k] - mean[k]) / deviation[k] : 0;
        z += beta[k] * x[k];
      }
      const double p = 1 / (1 + std::exp(-z));
      const double weight = d.weight / (d.same ? total.same : total.different);
      for (std::size_t k = 0; k < n; ++k) {
        gradient[k] += weight * ((d.same ? 1 : 0) - p) * x[k];
        for (std::size_t l = 0; l < n; ++l) hessian[k][l] += weight * p * (1 - p) * x[k] * x[l];
      }
    }
    for (std::size_t k = 0; k < n; ++k) {
      hessian[k][k] += kRidge;
      gradient[k] -= kRidge * beta[k] * (k == 0 ? 0 : 1);
    }
    const std::vector<double> change = solve(hessian, gradient);
    double largest = 0;
    for (std::size_t k = 0; k < n; ++k) {
      beta[k] += change[k];
      largest = std::max(largest, std::abs(change[k]));
    }
    if (largest < 1e-9) break;
  }
  // Back to the terms as they are.
  std::vector<double> coefficients(n, 0.0);
  coefficients[0] = beta[0];
  for (std::size_t k = 1; k < n; ++k) {
    coefficients[k] = beta[k] / deviation[k];
    coefficients[0] -= beta[k] * mean[k] / deviation[k];
  }
  return coefficients;
}

}  // namespace

std::vector<double> fit_logistic(std::span<const Observation> data, std::span<const int> signs) {
  std::vector<char> use(signs.size(), 1);
  for (;;) {
    const std::vector<double> fitted = fit_unsigned(data, use);
    std::size_t worst = 0;
    double worst_value = 0;
    for (std::size_t k = 1; k < signs.size(); ++k) {
      if (fitted[k] * signs[k] < worst_value) {
        worst = k;
        worst_value = fitted[k] * signs[k];
      }
    }
    if (worst == 0) return fitted;
    use[worst] = 0;
  }
}

std::vector<CurvePoint> fit_curve(std::vector<Scored> data, double independent_same, double independent_different) {
  std::sort(data.begin(), data.end(), [](const Scored& a, const Scored& b) { return a.z < b.z; });
  const Totals total = totals(data);
  struct Step {
    double same = 0, different = 0, z = 0, weight = 0;  ///< z: weighted sum until the end.
    [[nodiscard]] double odds(double s, double d) const { return (same + s) / (different + d); }
  };
  const double one_same = 1 / independent_same, one_different = 1 / independent_different;
  // Steps of equal total weight, both classes counting half.
  std::vector<Step> steps(1);
  for (const Scored& d : data) {
    const double share = d.weight / (d.same ? total.same : total.different);
    if (steps.back().weight >= 2.0 / kSteps && d.z > steps.back().z / steps.back().weight) steps.emplace_back();
    Step& step = steps.back();
    (d.same ? step.same : step.different) += share;
    step.z += share * d.z;
    step.weight += share;
  }
  // Pool neighbours until the odds rise.
  std::vector<Step> pooled;
  for (const Step& step : steps) {
    pooled.push_back(step);
    while (pooled.size() > 1 && pooled[pooled.size() - 2].odds(one_same, one_different) >=
                                    pooled.back().odds(one_same, one_different)) {
      const Step last = pooled.back();
      pooled.pop_back();
      Step& before = pooled.back();
      before.same += last.same;
      before.different += last.different;
      before.z += last.z;
      before.weight += last.weight;
    }
  }
  const double upper = std::log10(independent_different), lower = -std::log10(independent_same);
  std::vector<CurvePoint> curve;
  for (const Step& step : pooled) {
    const double z = step.z / step.weight;
    if (!curve.empty() && z <= curve.back().z) continue;
    curve.push_back({z, std::clamp(std::log10(step.odds(one_same, one_different)), lower, upper)});
  }
  return curve;
}

double cllr(std::span<const Scored> log10_lrs) {
  const Totals total = totals(log10_lrs);
  double same = 0, different = 0;
  for (const Scored& s : log10_lrs) {
    const double lr = std::pow(10.0, s.z);
    if (s.same) same += s.weight * std::log2(1 + 1 / lr);
    else different += s.weight * std::log2(1 + lr);
  }
  return 0.5 * (same / total.same + different / total.different);
}

}  // namespace prova::bench
