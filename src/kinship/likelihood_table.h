#pragma once
// Written by bench/kinship/train; do not edit. Method and held-out costs: docs/methods/kinship-likelihood.md.
// From 6 projects in 60 builds and 53 programs of the distribution: 44794 matched function pairs, 1076 program
// comparisons, 878 distinct pairs of unrelated projects, which bound every log10 likelihood ratio at 2.94.

#include "kinship/likelihood.h"

namespace prova {

/// Coefficients of function_terms(), in its order.
inline constexpr std::array<double, kFunctionTerms> kFunctionCoefficients = {
    -4.38865, 0.00000, 4.15166, 0.50555, 5.42444, 1.65657, 1.49069, -0.35888};
inline constexpr auto kFunctionCurve = std::to_array<CurvePoint>(
    {{-3.7873, -1.0556}, {-2.6162, -0.9564}, {-1.7991, -0.2329}, {-1.6111, -0.2247}, {-1.4026, -0.1160},
     {-1.1703, -0.0418}, {-0.8903, 0.0640}, {-0.5824, 0.1775}, {-0.1952, 0.1976}, {0.1165, 0.3360},
     {0.4766, 0.5727}, {0.9536, 0.6213}, {1.4695, 0.8527}, {2.0224, 0.9494}, {2.6168, 1.1082},
     {3.2006, 1.2311}, {3.8123, 1.3104}, {4.3964, 1.5323}, {5.3377, 1.6144}, {6.4259, 1.6835},
     {11.2287, 2.2117}});
inline constexpr double kFamilySizeCoefficient = 0.00000;
inline constexpr auto kFamilyCurve = std::to_array<CurvePoint>(
    {{0.0000, -2.1186}, {0.1344, -1.5945}, {0.5095, -1.2959}, {1.5531, 0.5757}, {4.2944, 2.9274}});

}  // namespace prova
