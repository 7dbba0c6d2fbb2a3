#pragma once
// What carries the answer: each item, each pool, each assumption taken away or moved. And what contradicts what.
// Private to this folder.

#include <vector>

#include "attribution/assessment.h"
#include "attribution/interval.h"

namespace prova {

/// Smallest change listed, in log10 odds: half of a hundredth of a unit is below what anyone can elicit.
constexpr double kLeastMove = .005;
/// Longest list of contradictions per question, strongest first: more is not read.
constexpr std::size_t kMaxContradictions = 50;

/// Entries of every assessed question, in the case's order of questions, largest move first, then id.
/// Items that others depend on (they disprove, replace, or decide where others count) are dropped by rebuilding the
/// model; all others touch their own pools only. O(items x (statements of a pool + states)).
[[nodiscard]] std::vector<SensitivityEntry> sensitivity_of(const Model& model, const std::vector<RungAnswer>& answers, Day day,
                                                           std::span<const KinshipMeasurement> kinship);

/// Pairs of items that speak for different hypotheses, or for and against the same one, each with weight; and items
/// disproved by others.
[[nodiscard]] std::vector<Contradiction> contradictions_in(const Model& model);

}  // namespace prova
