#include "attribution/confidence.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>

namespace prova {
namespace {

/// A pool supports the leader when it multiplies its odds by at least this.
const double kSupport = std::log(1.5);
/// Evidence up to this spoofability is hard to fake, from kSoftFrom on easy.
constexpr int kHardTo = 2;
constexpr int kSoftFrom = 4;
/// How much of the support one source may carry. Half: no source carries more than all others together. 85 %: the middle of
/// the gap (80 to 96 %) that the development cases leave between moderate and low; docs/methods/inference.md.
/// high
constexpr std::size_t kHighHard = 3, kHighOwn = 2, kHighAspects = 3;
constexpr double kHighCarried = .50, kHighSoft = .25;
/// moderate
constexpr std::size_t kModerateOwn = 1, kModerateSupport = 2;
constexpr double kModerateCarried = .85, kModerateSoft = .60;

/// What the criteria ask about a leader.
struct Findings {
  std::size_t support = 0, hard = 0, own_hard = 0, own_hard_disclosed = 0;
  std::set<Aspect> aspects;
  double carried = 0, soft_share = 0;   ///< Shares of the support: of the heaviest pool, and of soft pools.
  std::string heaviest_pool;
};

/// What favours the leader inside one pool, along the chain.
struct Favour {
  int hardest = 6;           ///< Smallest spoofability; 6: nothing favours it.
  bool disclosed = false;
  double own = 0;            ///< Weight for it on the question's own rung, nats.
  bool own_disclosed = false;
  std::set<Aspect> aspects;
};

const Pool* find_pool(const Rung& rung, const std::string& id) {
  const auto found = std::find_if(rung.pools.begin(), rung.pools.end(), [&](const Pool& p) { return p.id == id; });
  return found == rung.pools.end() ? nullptr : &*found;
}

/// Weight of the pool on the hypothesis under its own flag.
double own_weight(const Rung& rung, const Pool& pool, std::size_t hypothesis) {
  for (std::size_t s = 0; s < rung.states.size(); ++s) {
    if (rung.states[s].who == hypothesis && rung.states[s].posing == kNone) return pool.net[s];
  }
  return 0;
}

Favour favour_of(const Model& model, const std::vector<std::size_t>& chain, std::size_t hypothesis, const std::string& id,
                 const TakenAway& away = {}) {
  Favour favour;
  for (std::size_t step = 0; step < chain.size(); ++step) {
    const Rung& rung = model.rungs[chain[step]];
    const Pool* pool = find_pool(rung, id);
    if (pool != nullptr) {
      if (step == 0) favour.own = own_weight(rung, *pool, hypothesis);
      for (const Cell& cell : pool->cells) {
        for (const Voice& voice : cell.voices) {
          if (voice.against || voice.hypothesis != hypothesis || voice.item == away.item) continue;
          favour.hardest = std::min(favour.hardest, voice.spoofability);
          favour.aspects.insert(row_of(cell.kind).aspect);
          if (is_withheld(cell.kind)) continue;
          favour.disclosed = true;
          if (step == 0) favour.own_disclosed = true;
        }
      }
    }
    hypothesis = rung.above_hypothesis;
  }
  return favour;
}

Findings findings_for(const Model& model, std::size_t rung, std::size_t hypothesis, const std::vector<PoolGain>& gains) {
  const std::vector<std::size_t> chain = model.chain(rung);
  Findings found;
  double all_gain = 0, soft_gain = 0, heaviest = 0;
  for (const PoolGain& gain : gains) {
    const Favour favour = favour_of(model, chain, hypothesis, gain.pool);
    if (gain.gain > heaviest) {
      heaviest = gain.gain;
      found.heaviest_pool = gain.pool;
    }
    if (gain.gain > 0) all_gain += gain.gain;
    if (gain.gain > 0 && favour.hardest >= kSoftFrom) soft_gain += gain.gain;
    const bool hard = favour.hardest <= kHardTo;
    if (hard && favour.own >= kSupport) {
      ++found.own_hard;
      if (favour.own_disclosed) ++found.own_hard_disclosed;
    }
    if (gain.gain < kSupport) continue;
    ++found.support;
    if (hard) ++found.hard;
    found.aspects.insert(favour.aspects.begin(), favour.aspects.end());
  }
  found.soft_share = all_gain > 0 ? soft_gain / all_gain : 1;
  found.carried = all_gain > 0 ? heaviest / all_gain : 1;
  return found;
}

std::string plural(std::size_t n, std::string_view one) { return fmt::format("{} {}{}", n, one, n == 1 ? "" : "s"); }

/// Whether one source carries more of the support than this level accepts.
ConfidenceReason carried_by_one(const Findings& f, ConfidenceLevel level, double accepted) {
  ConfidenceReason reason;
  reason.level = level;
  reason.met = f.carried <= accepted;
  reason.criterion = f.heaviest_pool.empty() ? ConfidenceCriterion::kNothing : ConfidenceCriterion::kCarried;
  reason.text = f.heaviest_pool.empty() ? std::string("nothing speaks for the answer")
                                        : fmt::format("{} alone carries {:.0f} % of the support (at most {:.0f} % accepted for {})",
                                                      f.heaviest_pool, f.carried * 100, accepted * 100, name_of(level));
  reason.found = f.carried;
  reason.needed = accepted;
  reason.source = f.heaviest_pool;
  return reason;
}

ConfidenceReason soft_support(const Findings& f, ConfidenceLevel level, double accepted) {
  return {level, f.soft_share <= accepted,
          fmt::format("{:.0f} % of the support is easy to fake (at most {:.0f} % accepted for {})", f.soft_share * 100, accepted * 100, name_of(level)),
          ConfidenceCriterion::kSoft, f.soft_share, accepted, ""};
}

using C = ConfidenceCriterion;

std::vector<ConfidenceReason> high_criteria(const Findings& f) {
  constexpr auto kHigh = ConfidenceLevel::kHigh;
  const auto count = [](std::size_t n) { return static_cast<double>(n); };
  return {
      {kHigh, f.hard >= kHighHard,
       fmt::format("{} with evidence that is hard to fake ({} needed for high)", plural(f.hard, "independent source"), kHighHard),
       C::kHard, count(f.hard), count(kHighHard), ""},
      {kHigh, f.own_hard >= kHighOwn,
       fmt::format("{} with such evidence on this very question ({} needed for high)", plural(f.own_hard, "independent source"), kHighOwn),
       C::kOwn, count(f.own_hard), count(kHighOwn), ""},
      {kHigh, f.own_hard_disclosed >= 1,
       f.own_hard_disclosed >= 1 ? "at least one of them shows its evidence" : "none of them shows its evidence (one needed for high)",
       C::kDisclosed, count(f.own_hard_disclosed), 1, ""},
      {kHigh, f.aspects.size() >= kHighAspects,
       fmt::format("evidence of {} agrees ({} needed for high)", plural(f.aspects.size(), "kind"), kHighAspects),
       C::kAspects, count(f.aspects.size()), count(kHighAspects), ""},
      carried_by_one(f, kHigh, kHighCarried), soft_support(f, kHigh, kHighSoft)};
}

std::vector<ConfidenceReason> moderate_criteria(const Findings& f, bool above_is_high) {
  constexpr auto kModerate = ConfidenceLevel::kModerate;
  const auto count = [](std::size_t n) { return static_cast<double>(n); };
  return {
      {kModerate, f.own_hard >= kModerateOwn,
       fmt::format("{} with evidence on this very question that is hard to fake ({} needed for moderate)", plural(f.own_hard, "independent source"),
                   kModerateOwn),
       C::kOwn, count(f.own_hard), count(kModerateOwn), ""},
      {kModerate, f.support >= kModerateSupport || above_is_high,
       above_is_high ? "the question above is answered on broad evidence"
                     : fmt::format("{} the answer ({} needed for moderate)", f.support == 1 ? "1 independent source supports"
                                                                              : fmt::format("{} independent sources support", f.support),
                                   kModerateSupport),
       above_is_high ? C::kAbove : C::kSupport, count(f.support), count(kModerateSupport), ""},
      carried_by_one(f, kModerate, kModerateCarried), soft_support(f, kModerate, kModerateSoft)};
}

std::vector<double> less(std::vector<double> from, std::span<const double> taken) {
  for (std::size_t s = 0; s < from.size(); ++s) from[s] -= taken[s];
  return from;
}

std::vector<double> net_without(const Rung& rung, const Pool& pool, const TakenAway& away) {
  const bool speaks = std::binary_search(pool.items.begin(), pool.items.end(), away.item);
  return speaks ? pool_net(rung, pool, {.without_item = away.item}) : pool.net;
}

std::vector<double> weights_without(const Rung& rung, const TakenAway& away) {
  const Pool* pool = find_pool(rung, std::string(away.pool));
  if (pool != nullptr) return log_weights_with(rung, *pool, {});
  return away.item == kNone ? log_weights(rung) : log_weights_with(rung, {.without_item = away.item});
}

bool all_met(const std::vector<ConfidenceReason>& criteria) {
  return std::all_of(criteria.begin(), criteria.end(), [](const ConfidenceReason& c) { return c.met; });
}

}  // namespace

std::vector<PoolGain> pool_gains(const Model& model, std::size_t rung, std::size_t hypothesis, const TakenAway& away) {
  const std::vector<std::size_t> chain = model.chain(rung);
  std::set<std::string> ids;
  std::vector<std::vector<double>> weights, base;
  for (const std::size_t r : chain) {
    for (const Pool& pool : model.rungs[r].pools) ids.insert(pool.id);
    weights.push_back(weights_without(model.rungs[r], away));
    base.push_back(posterior_of(model.rungs[r], weights.back()).who);
  }
  ids.erase(std::string(away.pool));
  std::vector<PoolGain> gains;
  for (const std::string& id : ids) {
    PoolGain gain;
    gain.pool = id;
    double with = 1, without = 1;
    std::size_t h = hypothesis;
    for (std::size_t step = 0; step < chain.size(); ++step) {
      const Rung& r = model.rungs[chain[step]];
      const Pool* pool = find_pool(r, id);
      std::vector<double> dropped = pool == nullptr ? base[step] : posterior_of(r, less(weights[step], net_without(r, *pool, away))).who;
      with *= base[step][h];
      without *= dropped[h];
      if (step == 0) gain.conditional_without = std::move(dropped);
      h = r.above_hypothesis;
    }
    gain.gain = logit(with) - logit(without);
    gain.without = without;
    gains.push_back(std::move(gain));
  }
  return gains;
}

bool only_soft_support(const Model& model, std::size_t rung, std::size_t hypothesis, const TakenAway& away) {
  const std::vector<std::size_t> chain = model.chain(rung);
  bool supported = false;
  for (const PoolGain& gain : pool_gains(model, rung, hypothesis, away)) {
    if (gain.gain <= 0) continue;
    if (favour_of(model, chain, hypothesis, gain.pool, away).hardest < kSoftFrom) return false;
    supported = supported || gain.gain >= kSupport;
  }
  return supported;
}

Confidence confidence_in(const Model& model, std::size_t rung, std::size_t hypothesis, bool above_is_high) {
  const Findings found = findings_for(model, rung, hypothesis, pool_gains(model, rung, hypothesis));
  const auto high = high_criteria(found);
  const auto moderate = moderate_criteria(found, above_is_high);
  Confidence confidence;
  confidence.level = all_met(high) ? ConfidenceLevel::kHigh : all_met(moderate) ? ConfidenceLevel::kModerate : ConfidenceLevel::kLow;
  confidence.criteria = high;
  confidence.criteria.insert(confidence.criteria.end(), moderate.begin(), moderate.end());
  confidence.only_soft = only_soft_support(model, rung, hypothesis);
  const auto& deciding = confidence.level == ConfidenceLevel::kLow ? moderate : high;
  for (const ConfidenceReason& reason : deciding) {
    if (reason.met == (confidence.level == ConfidenceLevel::kHigh)) confidence.reasons.push_back(reason.text);
  }
  return confidence;
}

}  // namespace prova
