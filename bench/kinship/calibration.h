#pragma once
// Regression, isotonic calibration, and the cost of a set of likelihood ratios.

#include <array>
#include <span>
#include <vector>

#include "kinship/likelihood.h"

namespace prova::bench {

struct Observation {
  std::vector<double> terms;
  bool same = false;
  double weight = 1;
};

/// Logistic regression by Newton's method, both classes of equal total weight, ridge 1e-3 on standardised terms except
/// the first, which is the constant. `signs[k]` = +1 or -1 is the only sign that coefficient k may have (0: any): a term
/// that would take the other one is left out, the worst first, so that more similarity never means less evidence.
[[nodiscard]] std::vector<double> fit_logistic(std::span<const Observation> data, std::span<const int> signs);

struct Scored {
  double z = 0;
  bool same = false;
  double weight = 1;
};

/// Isotonic regression (pool adjacent violators) of the likelihood ratio on z. `independent_same` and
/// `independent_different` are the numbers of independent comparisons: one of each is added to every step, so that no
/// step claims more than they support, and all are clamped to ± log10 of the smaller claimable number.
[[nodiscard]] std::vector<CurvePoint> fit_curve(std::vector<Scored> data, double independent_same,
                                                double independent_different);

/// Log-likelihood-ratio cost (Brümmer and du Preez 2006): ½ · (mean log2(1 + 1/LR) over same + mean log2(1 + LR) over
/// different). 0 is perfect, 1 is saying nothing. `z` holds log10 likelihood ratios here.
[[nodiscard]] double cllr(std::span<const Scored> log10_lrs);

}  // namespace prova::bench
