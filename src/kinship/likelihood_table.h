#pragma once
// Written by bench/kinship/train; do not edit. Method and held-out costs: docs/methods/kinship-likelihood.md.
// From 13 projects in 112 builds and 57 programs of the distribution: 69361 matched function pairs, 1791 program
// comparisons, 1334 distinct pairs of unrelated projects, which bound every log10 likelihood ratio at 3.13.

#include "kinship/decision.h"
#include "kinship/likelihood.h"

namespace prova {

/// Coefficients of function_terms(), in its order.
inline constexpr std::array<double, kFunctionTerms> kFunctionCoefficients = {
    -4.64963, 0.55094, 3.78852, 0.81633, 5.65483, 1.00634, 0.87325, -0.29087};
inline constexpr auto kFunctionCurve = std::to_array<CurvePoint>(
    {{-3.6971, -1.3960}, {-2.9949, -1.0600}, {-2.6418, -0.8308}, {-2.2429, -0.8151}, {-1.8821, -0.4144},
     {-1.6745, -0.4126}, {-1.4416, -0.3234}, {-1.1716, -0.2648}, {-0.8745, -0.1300}, {-0.5238, -0.0038},
     {-0.1623, 0.1109}, {0.1869, 0.3208}, {0.6316, 0.5355}, {1.1083, 0.7126}, {1.5469, 0.7966},
     {2.0378, 1.0494}, {2.4983, 1.1118}, {2.9713, 1.3499}, {3.4386, 1.4121}, {4.1760, 1.4566},
     {6.3377, 1.7659}, {11.4759, 1.9230}});
/// Coefficients of decision_terms(), in its order.
inline constexpr std::array<double, kDecisionTerms> kDecisionCoefficients = {
    -2.22226, 1.23532, 0.35386, 0.08540, 0.00000, 0.00000, -0.09303, -0.68732, 0.00000, 0.00000, -0.77786, 6.77650, 0.08878};
inline constexpr double kFamilySizeCoefficient = -0.12077;
inline constexpr auto kFamilyCurve = std::to_array<CurvePoint>(
    {{-0.6986, -2.5242}, {-0.4785, -1.6239}, {-0.3087, -1.3261}, {0.1840, -0.3435}, {1.0905, 0.9155},
     {1.4944, 1.5540}, {3.5331, 2.2416}});

}  // namespace prova
