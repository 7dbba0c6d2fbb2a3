#pragma once
// Written by bench/attribution/rank_fit; do not edit. docs/methods/ranking.md says what was fitted on what.

#include "knowledge/ranking_model.h"

namespace prova::knowledge {

constexpr RankingWeights kShippedRankingWeights{
    {0.110, 0.182, 1.180, 0.0833, 0.868, 1.080, 2.016, 0.513, 0.434},
    -0.391,
    {0.859, 0.368, 0.201, -0.256},
    {4.714, 1.960, 2.292, 0.283},
    {3.096, 2.241, 1.283, 0.374},
    0.3985,
    "0"};

}  // namespace prova::knowledge
