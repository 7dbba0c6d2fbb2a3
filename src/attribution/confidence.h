#pragma once
// Analytic confidence from named criteria. About the evidence, not about the answer. Private to this folder.
// docs/methods/inference.md, "Confidence".

#include <string_view>

#include "attribution/assessment.h"
#include "attribution/posterior.h"

namespace prova {

/// What one pool does for the leader of a rung, along its chain.
struct PoolGain {
  std::string pool;
  double gain = 0;             ///< logit P(leader) minus the same without the pool; before the doubt; nats.
  double without = 0;          ///< P(leader) without the pool; before the doubt.
  std::vector<double> conditional_without;  ///< P(who) of this very rung without the pool; before the doubt.
};

/// What is taken away before the support is looked at; by default nothing.
struct TakenAway {
  std::size_t item = kNone;    ///< Index into Case::evidence.
  std::string_view pool;       ///< Id; empty: none.
};

/// One entry per pool that speaks anywhere on the chain, by id. O(pools x states).
[[nodiscard]] std::vector<PoolGain> pool_gains(const Model& model, std::size_t rung, std::size_t hypothesis, const TakenAway& away = {});

/// Whether the hypothesis has support and all of it is easy to fake: such a question is not resolved.
[[nodiscard]] bool only_soft_support(const Model& model, std::size_t rung, std::size_t hypothesis, const TakenAway& away = {});

/// Confidence in `hypothesis` of `rung`. `above_is_high`: the rung above got high confidence.
[[nodiscard]] Confidence confidence_in(const Model& model, std::size_t rung, std::size_t hypothesis, bool above_is_high);

}  // namespace prova
