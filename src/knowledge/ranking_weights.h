#pragma once
// Written by bench/attribution/rank --fit; do not edit. docs/methods/ranking.md says what was fitted on what.

#include "knowledge/ranking_model.h"

namespace prova::knowledge {

constexpr RankingWeights kShippedRankingWeights{
    {0.106186, 0.196212, 1.15625, 0.0821014, 1.09506, 1.10164, 2.04484, 0.414883, 0.440017},  // in the order of RankingFeatureName
    -0.372381,
    {0.869502, 0.373631, 0.183478, -0.257924},
    {4.70741, 1.9729, 2.28304, 0.28748},
    {3.08557, 2.27456, 1.29645, 0.375042},
    0.401904,
    "1 (attack-enterprise 80a45f67778a, misp-threat-actor 4c58a48ed546)"};

}  // namespace prova::knowledge
