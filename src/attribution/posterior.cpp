#include "attribution/posterior.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "attribution/likelihood.h"

namespace prova {
namespace {

/// Cells that share a cause add as (sum w^4)^(1/4): two equal ones count 1.19 times one, four 1.41 times.
double fourth_power(double weight) {
  const double square = weight * weight;
  return square * square;
}

/// Raises one state to what the voice says about it.
void raise(const Rung& rung, std::size_t s, const Voice& voice, const VoiceWeight& weight, PoolWeights& cell) {
  if (rung.states[s].who == voice.hypothesis) {
    double& kept = voice.against ? cell.against[s] : cell.favour[s];
    kept = std::max(kept, weight.own);
  } else {
    cell.favour[s] = std::max(cell.favour[s], weight.posing);
  }
}

/// Whether a voice comes out differently under the adjustment.
bool moves(const Voice& voice, const Adjustment& adjustment) {
  if (voice.item == adjustment.without_item || voice.spoofability == adjustment.planted_level) return true;
  return adjustment.number != kNone && (voice.word_number == adjustment.number || voice.rho_number == adjustment.number);
}

/// Which hypotheses a pool speaks about differently under an adjustment.
struct Touched {
  std::vector<std::size_t> hypotheses;  ///< Ascending.
  bool everything = false;              ///< An exposure goes: every state may change.
};

Touched touched_by(const Pool& pool, const Adjustment& adjustment) {
  Touched touched;
  const bool holds = adjustment.planted_level > 0 ||
                     std::binary_search(pool.items.begin(), pool.items.end(), adjustment.without_item) ||
                     std::binary_search(pool.numbers.begin(), pool.numbers.end(), adjustment.number);
  if (!holds) return touched;
  for (const Cell& cell : pool.cells) {
    for (const Voice& voice : cell.voices) {
      if (moves(voice, adjustment)) touched.hypotheses.push_back(voice.hypothesis);
    }
    for (const Exposure& exposure : cell.exposures) {
      if (exposure.item == adjustment.without_item) touched.everything = true;
    }
  }
  std::sort(touched.hypotheses.begin(), touched.hypotheses.end());
  touched.hypotheses.erase(std::unique(touched.hypotheses.begin(), touched.hypotheses.end()), touched.hypotheses.end());
  return touched;
}

/// Evaluates a pool on some of its states; the others stay 0. This is the hot loop of the intervals: a moved number
/// speaks about one or two hypotheses, which 2 n of the (n + 1) n states have to do with.
class PoolEvaluation {
 public:
  PoolEvaluation(const Rung& rung, std::vector<std::size_t> states, const std::vector<std::size_t>* about)
      : rung_(rung), states_(std::move(states)), about_(about) {
    const std::size_t n = rung.states.size();
    cell_ = {std::vector<double>(n), std::vector<double>(n)};
    sum_ = cell_;
  }

  PoolWeights run(const Pool& pool, const Adjustment& adjustment) && {
    for (const Cell& cell : pool.cells) add(cell, adjustment);
    for (const std::size_t s : states_) {
      sum_.favour[s] = std::sqrt(std::sqrt(sum_.favour[s]));
      sum_.against[s] = std::sqrt(std::sqrt(sum_.against[s]));
    }
    return std::move(sum_);
  }

 private:
  void add(const Cell& cell, const Adjustment& adjustment) {
    for (const std::size_t s : states_) cell_.favour[s] = cell_.against[s] = 0;
    for (const Voice& voice : cell.voices) {
      if (voice.item == adjustment.without_item) continue;
      speak(voice, moves(voice, adjustment) ? weigh(voice, adjustment) : voice.weight);
    }
    for (const Exposure& exposure : cell.exposures) {
      if (exposure.item != adjustment.without_item) expose(exposure);
    }
    for (const std::size_t s : states_) {
      sum_.favour[s] += fourth_power(cell_.favour[s]);
      sum_.against[s] += fourth_power(cell_.against[s]);
    }
  }

  void speak(const Voice& voice, const VoiceWeight& weight) {
    const bool whole = about_ == nullptr || std::binary_search(about_->begin(), about_->end(), voice.hypothesis);
    if (whole) {
      for (const std::size_t s : rung_.reach[voice.hypothesis]) raise(rung_, s, voice, weight, cell_);
      return;
    }
    for (const std::size_t h : *about_) {  // the two states that have to do with both hypotheses
      for (const std::size_t s : {rung_.state_at(voice.hypothesis, h), rung_.state_at(h, voice.hypothesis)}) {
        if (s != kNone) raise(rung_, s, voice, weight, cell_);
      }
    }
  }

  void expose(const Exposure& exposure) {
    for (const std::size_t s : states_) {
      const std::size_t mask = rung_.states[s].posing;
      if (std::binary_search(exposure.targets.begin(), exposure.targets.end(), mask)) continue;
      cell_.against[s] = std::max(cell_.against[s], exposure.penalty);
    }
  }

  const Rung& rung_;
  std::vector<std::size_t> states_;
  const std::vector<std::size_t>* about_;  ///< Hypotheses whose states are evaluated, ascending; null: all.
  PoolWeights cell_, sum_;
};

std::vector<std::size_t> all_states(const Rung& rung) {
  std::vector<std::size_t> states(rung.states.size());
  for (std::size_t s = 0; s < states.size(); ++s) states[s] = s;
  return states;
}

std::vector<std::size_t> states_about(const Rung& rung, const std::vector<std::size_t>& hypotheses) {
  std::vector<std::size_t> states;
  for (const std::size_t h : hypotheses) states.insert(states.end(), rung.reach[h].begin(), rung.reach[h].end());
  std::sort(states.begin(), states.end());
  states.erase(std::unique(states.begin(), states.end()), states.end());
  return states;
}

}  // namespace

double logit(double p) {
  constexpr double kLeast = 1e-15;  // nearer to 0 or 1 a double cannot tell the odds
  p = std::clamp(p, kLeast, 1 - kLeast);
  return std::log(p / (1 - p));
}
double logistic(double x) { return 1 / (1 + std::exp(-x)); }

VoiceWeight weigh(const Voice& voice, const Adjustment& adjustment) {
  double log_ratio = voice.log_ratio;
  double rho = voice.rho;
  double planted = voice.planted;
  if (adjustment.number != kNone) {
    if (voice.word_number == adjustment.number) log_ratio *= 1 + kSigmaWord * adjustment.sigmas;
    if (voice.rho_number == adjustment.number) rho = logistic(logit(rho) + kSigmaLogitRho * adjustment.sigmas);
  }
  if (voice.spoofability == adjustment.planted_level) {
    planted = logistic(logit(planted) + kSigmaLogitPlanted * adjustment.sigmas);
  }
  const double own = effective_weight(log_ratio, rho);
  if (voice.against) return {own, 0};
  return {own, std::max(0.0, own - effective_weight(log_ratio, rho * (1 - planted)))};
}

PoolWeights pool_weights(const Rung& rung, const Pool& pool, const Adjustment& adjustment) {
  return PoolEvaluation(rung, all_states(rung), nullptr).run(pool, adjustment);
}

std::vector<double> pool_net(const Rung& rung, const Pool& pool, const Adjustment& adjustment) {
  PoolWeights weights = pool_weights(rung, pool, adjustment);
  for (std::size_t s = 0; s < weights.favour.size(); ++s) weights.favour[s] -= weights.against[s];
  return std::move(weights.favour);
}

void weigh(Rung& rung) {
  rung.net.assign(rung.states.size(), 0.0);
  for (Pool& pool : rung.pools) {
    std::set<std::size_t> items, numbers;
    for (Cell& cell : pool.cells) {
      for (Voice& voice : cell.voices) {
        voice.weight = weigh(voice);
        items.insert(voice.item);
        numbers.insert({voice.word_number, voice.rho_number});
      }
      for (const Exposure& exposure : cell.exposures) items.insert(exposure.item);
    }
    pool.items.assign(items.begin(), items.end());
    pool.numbers.assign(numbers.begin(), numbers.end());
    pool.net = pool_net(rung, pool);
    for (std::size_t s = 0; s < rung.net.size(); ++s) rung.net[s] += pool.net[s];
  }
}

Posterior posterior_of(const Rung& rung, std::span<const double> log_weight) {
  const double top = *std::max_element(log_weight.begin(), log_weight.end());
  Posterior result;
  result.who.assign(rung.hypotheses.size() + 1, 0.0);
  result.posing.assign(rung.hypotheses.size(), 0.0);
  result.unknown_posing.assign(rung.hypotheses.size(), 0.0);
  for (std::size_t s = 0; s < rung.states.size(); ++s) {
    const double weight = std::exp(log_weight[s] - top);
    const State& state = rung.states[s];
    result.who[state.who] += weight;
    if (state.posing == kNone) continue;
    result.posing[state.posing] += weight;
    if (state.who == rung.unknown()) result.unknown_posing[state.posing] += weight;
  }
  double total = 0;
  for (const double weight : result.who) total += weight;
  for (std::vector<double>* part : {&result.who, &result.posing, &result.unknown_posing}) {
    for (double& weight : *part) weight /= total;
  }
  return result;
}

std::vector<double> log_weights(const Rung& rung) {
  std::vector<double> log_weight(rung.states.size());
  for (std::size_t s = 0; s < log_weight.size(); ++s) log_weight[s] = rung.log_prior[s] + rung.net[s];
  return log_weight;
}

std::vector<double> log_weights_with(const Rung& rung, const Pool& replaced, std::span<const double> net) {
  std::vector<double> log_weight = log_weights(rung);
  for (std::size_t s = 0; s < log_weight.size(); ++s) {
    log_weight[s] += (net.empty() ? 0.0 : net[s]) - replaced.net[s];
  }
  return log_weight;
}

std::vector<double> log_weights_with(const Rung& rung, const Adjustment& adjustment) {
  std::vector<double> log_weight = log_weights(rung);
  for (const Pool& pool : rung.pools) {
    const Touched touched = touched_by(pool, adjustment);
    if (!touched.everything && touched.hypotheses.empty()) continue;
    const std::vector<std::size_t>* about = touched.everything ? nullptr : &touched.hypotheses;
    const std::vector<std::size_t> states = about == nullptr ? all_states(rung) : states_about(rung, *about);
    const PoolWeights moved = PoolEvaluation(rung, states, about).run(pool, adjustment);
    for (const std::size_t s : states) log_weight[s] += moved.favour[s] - moved.against[s] - pool.net[s];
  }
  return log_weight;
}

RungBelief believe(const Rung& rung, std::span<const double> log_weight) {
  return {posterior_of(rung, log_weight).who, rung.prior};
}

namespace {

/// Products of P and of the priors over everything that the rung is asked given.
std::pair<double, double> products_above(const Model& model, const Beliefs& base, const Beliefs& moved, std::size_t rung) {
  double p = 1, prior = 1;
  for (std::size_t r = rung, steps = 0; model.rungs[r].above != kNone && steps < model.rungs.size(); ++steps) {
    const std::size_t hypothesis = model.rungs[r].above_hypothesis;
    r = model.rungs[r].above;
    const RungBelief& belief = moved[r].who.empty() ? base[r] : moved[r];
    p *= belief.who[hypothesis];
    prior *= belief.prior[hypothesis];
  }
  return {p, prior};
}

}  // namespace

std::vector<double> joint_answer(const Model& model, const Beliefs& base, const Beliefs& moved, std::size_t rung) {
  const auto [p, prior] = products_above(model, base, moved, rung);
  const RungBelief& here = moved[rung].who.empty() ? base[rung] : moved[rung];
  std::vector<double> joint(here.who.size());
  for (std::size_t h = 0; h < joint.size(); ++h) {
    joint[h] = (1 - kDoubt) * p * here.who[h] + kDoubt * prior * here.prior[h];
  }
  return joint;
}

double given_answer(const Model& model, const Beliefs& base, const Beliefs& moved, std::size_t rung) {
  const auto [p, prior] = products_above(model, base, moved, rung);
  return (1 - kDoubt) * p + kDoubt * prior;
}

}  // namespace prova
