#pragma once
// Fits the weights of the ranking: Newton's method on two convex likelihoods, seconds for all of ATT&CK.

#include <functional>
#include <vector>

#include "held_out.h"
#include "knowledge/ranking_model.h"

namespace prova::bench {

/// Ridge on the weights of standardised features, stage one and two.
constexpr double kGroupRidge = 4, kKnownRidge = 1;

/// Which queries may be used, by the profile that is the right answer.
using MayUse = std::function<bool(const HeldOut&)>;

/// Stage one on the allowed queries that have their group among the candidates; stage two on all allowed ones, each seeing
/// scores of a stage one that was fitted without its group (5 folds over groups). Deterministic.
[[nodiscard]] knowledge::RankingWeights fit(const std::vector<const Asked*>& asked, const MayUse& may_use);

}  // namespace prova::bench
