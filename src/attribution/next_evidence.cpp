#include "attribution/next_evidence.h"

#include <algorithm>
#include <cmath>

#include "attribution/likelihood.h"

namespace prova {
namespace {

/// Used when the case names no actions. `find` is a guess that the analyst sees and may replace.
std::vector<CollectionAction> default_actions() {
  using K = EvidenceKind;
  const auto action = [](std::string text, K kind, std::string root, double find) {
    CollectionAction made;
    made.action = std::move(text);
    made.kind = kind;
    made.root = std::move(root);
    made.find = find;
    return made;
  };
  return {action("full forensics of the intrusion (access, dwell time, tools)", K::kForensics, "new.victim", .7),
          action("telemetry of the same cluster on other victims", K::kTelemetry, "new.telemetry", .5),
          action("seize or image the control servers", K::kControlServer, "new.servers", .3),
          action("ask an ally for its all-source view", K::kAllSource, "new.ally", .6),
          action("look for shared code that was never public", K::kCodePrivate, "new.samples", .5),
          action("look for rare keys and certificates", K::kKeyRare, "new.keys", .3),
          action("language and style of notes and claims", K::kLanguage, "new.language", .9),
          action("working hours in the logs", K::kWorkTime, "new.hours", .9)};
}

double entropy_bits(const std::vector<double>& p) {
  double bits = 0;
  for (const double x : p) bits -= x > 0 ? x * std::log2(x) : 0;
  return bits;
}

/// Weight that the engine would add on hypothesis `x` for a new strong statement of the action's kind.
double added_weight(const Model& model, const Rung& rung, const CollectionAction& action, std::size_t x) {
  EvidenceItem item;
  item.kind = action.kind;
  item.roots = {action.root};
  item.credibility = action.credibility;
  const bool known_root = model.input->find_root(action.root) != nullptr;
  double sound = soundness(*model.input, item);
  if (!known_root && action.kind == EvidenceKind::kAllSource) sound = .9;  // no record yet: nine in ten
  if (!known_root && action.kind != EvidenceKind::kAllSource) sound = probability_sound(action.grade);
  Voice voice;
  voice.item = kNone - 1;
  voice.hypothesis = x;
  voice.log_ratio = std::log(row_of(action.kind).cap);
  voice.rho = sound * probability_holds(action.credibility);
  voice.planted = probability_planted(row_of(action.kind).spoofability);
  voice.spoofability = row_of(action.kind).spoofability;
  voice.weight = weigh(voice);
  const std::string pool_id = known_root ? model.input->find_root(action.root)->pool_id() : action.root;
  Pool pool{pool_id, {}, {}, {}, {}};
  for (const Pool& existing : rung.pools) {
    if (existing.id == pool_id) pool = existing;
  }
  const std::vector<double> before = pool.cells.empty() ? std::vector<double>(rung.states.size()) : pool.net;
  bool placed = false;
  for (Cell& cell : pool.cells) {
    if (cell.root != action.root || cell.kind != action.kind || !cell.fact.empty()) continue;
    cell.voices.push_back(voice);
    placed = true;
  }
  if (!placed) pool.cells.push_back({action.root, action.kind, {}, {voice}, {}});
  const std::vector<double> after = pool_net(rung, pool);
  for (std::size_t s = 0; s < rung.states.size(); ++s) {
    if (rung.states[s].who == x && rung.states[s].posing == kNone) return std::max(0.0, after[s] - before[s]);
  }
  return 0;
}

/// A finding points at x with P(x | h) = find (e^w(x) if h = x, else 1) / sum; otherwise nothing is found.
double information_of_search(const Model& model, const Rung& rung, const CollectionAction& action, const std::vector<double>& p) {
  const std::size_t m = rung.hypotheses.size();
  std::vector<double> factor(m);
  for (std::size_t x = 0; x < m; ++x) factor[x] = std::exp(added_weight(model, rung, action, x));
  const double open = entropy_bits(p);
  double left = (1 - action.find) * open;
  for (std::size_t x = 0; x < m; ++x) {
    std::vector<double> joint(p.size());
    double total = 0;
    for (std::size_t h = 0; h < p.size(); ++h) {
      const double sum = h < m ? factor[h] + static_cast<double>(m) - 1 : static_cast<double>(m);
      joint[h] = p[h] * action.find * (h == x ? factor[x] : 1) / sum;
      total += joint[h];
    }
    if (total <= 0) continue;
    for (double& q : joint) q /= total;
    left += total * entropy_bits(joint);
  }
  return std::max(0.0, open - left);
}

/// A check of a doubtful item confirms it (credibility 1) or removes it, with the engine's belief that it holds:
/// information = H(q with + (1 - q) without) - q H(with) - (1 - q) H(without), never negative because H is concave.
double information_of_check(const Model& model, const Rung& rung, std::size_t item) {
  const double holds = probability_holds(model.input->evidence[item].credibility);
  std::vector<double> confirmed_weight = log_weights(rung);
  bool speaks = false;
  for (const Pool& pool : rung.pools) {
    Pool confirmed = pool;
    bool here = false;
    for (Cell& cell : confirmed.cells) {
      for (Voice& voice : cell.voices) {
        if (voice.item != item) continue;
        voice.rho = std::min(voice.rho / holds, 1.0) * probability_holds(1);
        voice.weight = weigh(voice);
        here = true;
      }
    }
    if (!here) continue;
    speaks = true;
    const std::vector<double> net = pool_net(rung, confirmed);
    for (std::size_t s = 0; s < net.size(); ++s) confirmed_weight[s] += net[s] - pool.net[s];
  }
  if (!speaks) return 0;
  const std::vector<double> with = posterior_of(rung, confirmed_weight).who;
  const std::vector<double> without = posterior_of(rung, log_weights_with(rung, {.without_item = item})).who;
  std::vector<double> expected(with.size());
  for (std::size_t h = 0; h < with.size(); ++h) expected[h] = holds * with[h] + (1 - holds) * without[h];
  return std::max(0.0, entropy_bits(expected) - holds * entropy_bits(with) - (1 - holds) * entropy_bits(without));
}

std::size_t item_index(const Case& input, const std::string& id) {
  for (std::size_t i = 0; i < input.evidence.size(); ++i) {
    if (input.evidence[i].id == id) return i;
  }
  return kNone;
}

}  // namespace

std::vector<NextEvidence> next_evidence_for(const Model& model) {
  const std::vector<CollectionAction> actions = model.input->collect.empty() ? default_actions() : model.input->collect;
  std::vector<NextEvidence> all;
  for (const Question& question : model.input->questions) {
    const Rung& rung = model.rungs[model.rung_of(question.id)];
    const std::vector<double> p = posterior_of(rung, log_weights(rung)).who;
    std::vector<NextEvidence> list;
    for (const CollectionAction& action : actions) {
      if (!action.question.empty() && action.question != question.id) continue;
      NextEvidence next{question.id, action.action, action.kind, 0, entropy_bits(p), action.find, !action.confirms.empty(), action.confirms};
      if (next.confirms) {
        const std::size_t item = item_index(*model.input, action.confirms);
        if (item == kNone || !model.status[item].counts) continue;  // not known, or already silent
        next.kind = model.input->evidence[item].kind;
        next.find = 1;
        next.bits = information_of_check(model, rung, item);
        if (next.bits == 0) continue;
      } else {
        next.bits = information_of_search(model, rung, action, p);
      }
      list.push_back(std::move(next));
    }
    std::stable_sort(list.begin(), list.end(), [](const NextEvidence& a, const NextEvidence& b) {
      return std::make_tuple(-a.bits, std::string_view(a.action)) < std::make_tuple(-b.bits, std::string_view(b.action));
    });
    std::move(list.begin(), list.end(), std::back_inserter(all));
  }
  return all;
}

}  // namespace prova
