#pragma once
// 80 % intervals, to first order: every elicited number is moved by one standard deviation each way, and what that does
// to the log odds adds up as variances. Deterministic, and the effects are the sensitivity table. Private to this
// folder. docs/methods/inference.md, "Intervals".

#include <string>
#include <vector>

#include "attribution/posterior.h"

namespace prova {

/// Normal quantile for a central 80 % interval.
constexpr double kZ80 = 1.2815515655446004;

/// What moving one number by one standard deviation does to one rung's leader.
struct IntervalEffect {
  enum class Of : std::uint8_t { kWord, kReliability, kPrior, kDeception, kPlanted };
  Of of{};
  std::size_t rung = kNone;        ///< Whose answer moves.
  std::size_t number = kNone;      ///< For words and reliabilities.
  std::size_t prior_rung = kNone;  ///< For priors: whose prior ...
  std::size_t hypothesis = kNone;  ///< ... of which hypothesis.
  int level = 0;                   ///< For planted: spoofability.
  double log_odds = 0;             ///< Half the difference between plus and minus one sigma; nats; signed.
  double up = 0;                   ///< Probability after plus one sigma.
};

/// Numbers of one rung. Vectors run over its hypotheses, then the unknown.
struct RungAnswer {
  std::vector<double> conditional, joint;  ///< Reported, the doubt included: joint = given x conditional.
  double given = 1;                        ///< Reported P(what the rung is asked given).
  std::vector<double> conditional_variance, joint_variance;  ///< Of the log odds.
  std::size_t top = 0;                                 ///< Most probable named hypothesis; ties by id.
  std::vector<IntervalEffect> effects;                         ///< On joint(top); only those that move it.
};

/// Answers of every rung. `with_effects` keeps the effects. O(numbers x (statements of a pool + states)).
[[nodiscard]] std::vector<RungAnswer> answer_rungs(const Model& model, bool with_effects);

/// [low, high] around `mid`, symmetric in log odds.
[[nodiscard]] ProbabilityInterval interval_of(double mid, double variance);

}  // namespace prova
