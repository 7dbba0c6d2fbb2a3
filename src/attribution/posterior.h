#pragma once
// Weights of pools and the posterior of a rung. Private to this folder. docs/methods/inference.md, "Combination".

#include <span>
#include <utility>
#include <vector>

#include "attribution/model.h"

namespace prova {

/// Standard deviations of the elicited numbers: about half a step of each scale.
constexpr double kSigmaWord = .25;         ///< Share of ln L.
constexpr double kSigmaLogPrior = .5;      ///< Of ln prior.
constexpr double kSigmaLogitRho = .5;      ///< Of logit rho.
constexpr double kSigmaLogDeception = .7;  ///< Of ln delta.
constexpr double kSigmaLogitPlanted = .5;  ///< Of logit f, per level of spoofability.
/// Share of the answer that stays with the prior: the doubt that all of it is wrong. ICD 203 stops at 99 %.
constexpr double kDoubt = .01;

/// What is moved or left out in one evaluation; by default nothing.
struct Adjustment {
  std::size_t number = kNone;       ///< Index into Model::numbers, moved by `sigmas` standard deviations.
  int planted_level = 0;            ///< 1..5: probability_planted of that level is moved.
  double sigmas = 0;
  std::size_t without_item = kNone;
};

/// ln p / (1 - p), with p kept 1e-15 away from 0 and 1.
[[nodiscard]] double logit(double p);
[[nodiscard]] double logistic(double x);

/// Weight of a voice under an adjustment.
[[nodiscard]] VoiceWeight weigh(const Voice& voice, const Adjustment& adjustment = {});

/// Weights per state, nats, both >= 0.
struct PoolWeights {
  std::vector<double> favour, against;
};
/// Weight of the pool on every state: (sum over cells w^4)^(1/4), for and against apart.
/// One cell is the maximum over its statements. O(statements x hypotheses + cells x states).
[[nodiscard]] PoolWeights pool_weights(const Rung& rung, const Pool& pool, const Adjustment& adjustment = {});
/// Their difference.
[[nodiscard]] std::vector<double> pool_net(const Rung& rung, const Pool& pool, const Adjustment& adjustment = {});

/// Sets the weight of every voice, and `net` of every pool and of the rung.
void weigh(Rung& rung);

/// P(who) and P(posing) of a rung.
struct Posterior {
  std::vector<double> who;                  ///< Per hypothesis, then the unknown; adds up to 1. Before the doubt.
  std::vector<double> posing;               ///< Per hypothesis: P(someone else poses as it).
  std::vector<double> unknown_posing;       ///< Per hypothesis: P(unknown, posing as it).
};
/// From log weights per state. O(states).
[[nodiscard]] Posterior posterior_of(const Rung& rung, std::span<const double> log_weight);

/// ln of the unnormalised posterior with nothing moved: prior plus all pools.
[[nodiscard]] std::vector<double> log_weights(const Rung& rung);
/// The same with `replaced` (a pool of the rung) weighing `net` instead; empty `net`: the pool is gone.
[[nodiscard]] std::vector<double> log_weights_with(const Rung& rung, const Pool& replaced, std::span<const double> net);
/// The same with an adjustment applied to every pool that it touches.
[[nodiscard]] std::vector<double> log_weights_with(const Rung& rung, const Adjustment& adjustment);

/// P(who) of one rung before the doubt, and the priors that go with it. Empty `who`: the rung is as it was.
struct RungBelief {
  std::vector<double> who;
  std::vector<double> prior;
};
[[nodiscard]] RungBelief believe(const Rung& rung, std::span<const double> log_weight);

/// The answers of all rungs, or of those that a change moved.
using Beliefs = std::vector<RungBelief>;

/// Reported probabilities of a rung's hypotheses (the unknown last) together with all that the rung is asked given, after
/// the doubt: (1 - kDoubt) x product of P along the chain + kDoubt x product of priors along it. `moved` replaces `base`
/// where it is not empty. The doubt enters once per answer, so joint(h) adds up to the reported answer of the rung above.
[[nodiscard]] std::vector<double> joint_answer(const Model& model, const Beliefs& base, const Beliefs& moved, std::size_t rung);
/// The reported probability of what the rung is asked given; 1 when it stands alone.
[[nodiscard]] double given_answer(const Model& model, const Beliefs& base, const Beliefs& moved, std::size_t rung);

}  // namespace prova
