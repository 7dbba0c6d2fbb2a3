#pragma once
// Written by bench/kinship/train; do not edit. Method and held-out costs: docs/methods/kinship-likelihood.md.
// From 13 projects in 112 builds and 57 programs of the distribution: 69329 matched function pairs, 1791 program
// comparisons, 1334 distinct pairs of unrelated projects, which bound every log10 likelihood ratio at 3.13.

#include "kinship/decision.h"
#include "kinship/likelihood.h"

namespace prova {

/// Coefficients of function_terms(), in its order.
inline constexpr std::array<double, kFunctionTerms> kFunctionCoefficients = {
    -4.63048, 0.55037, 3.77694, 0.81067, 5.65724, 1.00858, 0.89184, -0.30427};
inline constexpr auto kFunctionCurve = std::to_array<CurvePoint>(
    {{-3.6956, -1.3927}, {-2.9949, -1.0563}, {-2.6429, -0.8316}, {-2.4146, -0.5635}, {-2.2484, -0.5426},
     {-2.0722, -0.5261}, {-1.8840, -0.4188}, {-1.6772, -0.4129}, {-1.4459, -0.3201}, {-1.1767, -0.2613},
     {-0.8800, -0.1404}, {-0.5281, -0.0036}, {-0.1650, 0.1086}, {0.1870, 0.3246}, {0.6360, 0.5294},
     {1.1086, 0.7306}, {1.5434, 0.7948}, {2.0335, 1.0336}, {2.4928, 1.1068}, {2.9693, 1.3622},
     {3.4371, 1.4095}, {4.1779, 1.4447}, {6.3560, 1.7755}, {11.5154, 1.9212}});
/// Coefficients of decision_terms(), in its order.
inline constexpr std::array<double, kDecisionTerms> kDecisionCoefficients = {
    -1.47021, 0.00000, 0.66656, 0.07673, 0.00000, 2.08849, 0.20254, -0.66685, 0.43888, 0.47894, -0.92259, 7.10418, -1.30317, -1.58346, 0.00000, -0.59229, 0.00000};
inline constexpr double kFamilySizeCoefficient = -0.12663;
inline constexpr auto kFamilyCurve = std::to_array<CurvePoint>(
    {{-0.7332, -2.5242}, {-0.5039, -1.6239}, {-0.3352, -1.3261}, {0.1683, -0.3602}, {1.0801, 1.0611},
     {1.4615, 1.5540}, {3.4998, 2.2404}});

}  // namespace prova
