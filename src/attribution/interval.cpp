#include "attribution/interval.h"

#include <algorithm>
#include <cmath>

namespace prova {
namespace {

class Spread {
 public:
  Spread(const Model& model, bool with_effects) : model_(model), with_effects_(with_effects) {
    for (const Rung& rung : model.rungs) base_.push_back(believe(rung, log_weights(rung)));
    const Beliefs nothing(model.rungs.size());
    for (std::size_t r = 0; r < model.rungs.size(); ++r) {
      RungAnswer answer;
      answer.joint = joint_answer(model, base_, nothing, r);
      answer.given = given_answer(model, base_, nothing, r);
      answer.conditional = answer.joint;
      for (double& p : answer.conditional) p /= answer.given;
      answer.conditional_variance.assign(answer.joint.size(), 0.0);
      answer.joint_variance.assign(answer.joint.size(), 0.0);
      const auto end = answer.joint.begin() + static_cast<std::ptrdiff_t>(model.rungs[r].unknown());
      answer.top = static_cast<std::size_t>(std::max_element(answer.joint.begin(), end) - answer.joint.begin());
      answers_.push_back(std::move(answer));
      chains_.push_back(model.chain(r));
    }
  }

  std::vector<RungAnswer> run() && {
    move_numbers();
    move_priors();
    move_deception();
    move_planted();
    return std::move(answers_);
  }

 private:
  void move_numbers() {
    for (std::size_t n = 0; n < model_.numbers.size(); ++n) {
      Beliefs up(model_.rungs.size()), down(model_.rungs.size());
      for (const std::size_t r : model_.numbers[n].rungs) {
        const Rung& rung = model_.rungs[r];
        up[r] = believe(rung, log_weights_with(rung, {.number = n, .sigmas = 1}));
        down[r] = believe(rung, log_weights_with(rung, {.number = n, .sigmas = -1}));
      }
      IntervalEffect effect;
      effect.of = model_.numbers[n].kind == Number::Kind::kWord ? IntervalEffect::Of::kWord : IntervalEffect::Of::kReliability;
      effect.number = n;
      add(up, down, effect);
    }
  }

  RungBelief with_prior(const Rung& rung, std::size_t hypothesis, double sigmas) const {
    std::vector<double> prior = rung.prior;
    prior[hypothesis] *= std::exp(kSigmaLogPrior * sigmas);
    double total = 0;
    for (const double p : prior) total += p;
    for (double& p : prior) p /= total;
    std::vector<double> log_weight = log_priors(rung, prior, model_.deception);
    for (std::size_t s = 0; s < log_weight.size(); ++s) log_weight[s] += rung.net[s];
    return {posterior_of(rung, log_weight).who, prior};
  }

  void move_priors() {
    for (std::size_t r = 0; r < model_.rungs.size(); ++r) {
      for (std::size_t h = 0; h < base_[r].who.size(); ++h) {
        Beliefs up(model_.rungs.size()), down(model_.rungs.size());
        up[r] = with_prior(model_.rungs[r], h, 1);
        down[r] = with_prior(model_.rungs[r], h, -1);
        IntervalEffect effect;
        effect.of = IntervalEffect::Of::kPrior;
        effect.prior_rung = r;
        effect.hypothesis = h;
        add(up, down, effect);
      }
    }
  }

  void move_deception() {
    Beliefs up, down;
    for (const Rung& rung : model_.rungs) {
      for (const double sigmas : {1.0, -1.0}) {
        std::vector<double> log_weight = log_priors(rung, rung.prior, model_.deception * std::exp(kSigmaLogDeception * sigmas));
        for (std::size_t s = 0; s < log_weight.size(); ++s) log_weight[s] += rung.net[s];
        (sigmas > 0 ? up : down).push_back(believe(rung, log_weight));
      }
    }
    IntervalEffect effect;
    effect.of = IntervalEffect::Of::kDeception;
    add(up, down, effect);
  }

  void move_planted() {
    constexpr int kLevels = 5;
    for (int level = 1; level <= kLevels; ++level) {
      Beliefs up, down;
      for (const Rung& rung : model_.rungs) {
        up.push_back(believe(rung, log_weights_with(rung, {.planted_level = level, .sigmas = 1})));
        down.push_back(believe(rung, log_weights_with(rung, {.planted_level = level, .sigmas = -1})));
      }
      IntervalEffect effect;
      effect.of = IntervalEffect::Of::kPlanted;
      effect.level = level;
      add(up, down, effect);
    }
  }

  /// Adds the squared effects to every rung whose chain holds a moved one.
  void add(const Beliefs& up, const Beliefs& down, IntervalEffect effect) {
    for (std::size_t r = 0; r < answers_.size(); ++r) {
      const bool moves = std::any_of(chains_[r].begin(), chains_[r].end(), [&](std::size_t c) { return !up[c].who.empty(); });
      if (!moves) continue;
      RungAnswer& answer = answers_[r];
      const std::vector<double> joint_up = joint_answer(model_, base_, up, r);
      const std::vector<double> joint_down = joint_answer(model_, base_, down, r);
      const double given_up = given_answer(model_, base_, up, r);
      const double given_down = given_answer(model_, base_, down, r);
      for (std::size_t h = 0; h < answer.joint.size(); ++h) {
        const double own = (logit(joint_up[h] / given_up) - logit(joint_down[h] / given_down)) / 2;
        const double whole = (logit(joint_up[h]) - logit(joint_down[h])) / 2;
        answer.conditional_variance[h] += own * own;
        answer.joint_variance[h] += whole * whole;
        if (!with_effects_ || h != answer.top || whole == 0) continue;
        effect.rung = r;
        effect.log_odds = whole;
        effect.up = joint_up[h];
        answer.effects.push_back(effect);
      }
    }
  }

  const Model& model_;
  bool with_effects_;
  Beliefs base_;
  std::vector<RungAnswer> answers_;
  std::vector<std::vector<std::size_t>> chains_;
};

}  // namespace

std::vector<RungAnswer> answer_rungs(const Model& model, bool with_effects) { return Spread(model, with_effects).run(); }

ProbabilityInterval interval_of(double mid, double variance) {
  const double reach = kZ80 * std::sqrt(variance);
  const double centre = logit(mid);
  return {std::min(mid, logistic(centre - reach)), mid, std::max(mid, logistic(centre + reach))};
}

}  // namespace prova
