#pragma once
// Written by bench/kinship/train; do not edit. Method and held-out costs: docs/methods/kinship-likelihood.md.
// From 13 projects in 112 builds and 57 programs of the distribution: 69359 matched function pairs, 1791 program
// comparisons, 1334 distinct pairs of unrelated projects, which bound every log10 likelihood ratio at 3.13.

#include "kinship/decision.h"
#include "kinship/likelihood.h"

namespace prova {

/// Coefficients of function_terms(), in its order.
inline constexpr std::array<double, kFunctionTerms> kFunctionCoefficients = {
    -4.64906, 0.54872, 3.79102, 0.81562, 5.65706, 1.00552, 0.87284, -0.28774};
inline constexpr auto kFunctionCurve = std::to_array<CurvePoint>(
    {{-3.6954, -1.3938}, {-2.9941, -1.0587}, {-2.6423, -0.8321}, {-2.2441, -0.8155}, {-1.8842, -0.4158},
     {-1.6766, -0.4123}, {-1.4444, -0.3227}, {-1.1750, -0.2704}, {-0.8776, -0.1321}, {-0.5273, -0.0035},
     {-0.1652, 0.1055}, {0.1825, 0.3270}, {0.6260, 0.5294}, {1.1030, 0.7167}, {1.5416, 0.7869},
     {2.0319, 1.0459}, {2.4923, 1.1132}, {2.9661, 1.3524}, {3.4331, 1.4100}, {4.1694, 1.4541},
     {6.3288, 1.7661}, {11.4660, 1.9237}});
/// Coefficients of decision_terms(), in its order.
inline constexpr std::array<double, kDecisionTerms> kDecisionCoefficients = {
    -2.21803, 1.22965, 0.35180, 0.08353, 0.00000, 0.00000, -0.09025, -0.68336, 0.00000, 0.00000, -0.77586, 6.76994, 0.08836};
inline constexpr double kFamilySizeCoefficient = -0.12071;
inline constexpr auto kFamilyCurve = std::to_array<CurvePoint>(
    {{-0.6984, -2.5242}, {-0.4783, -1.6239}, {-0.3094, -1.3261}, {0.1835, -0.3435}, {1.0907, 0.9155},
     {1.4939, 1.5540}, {3.5336, 2.2416}});

}  // namespace prova
