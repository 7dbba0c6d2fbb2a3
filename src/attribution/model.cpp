#include "attribution/model.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>

#include "attribution/likelihood.h"
#include "attribution/posterior.h"

namespace prova {
namespace {

/// A proof of forgery is itself wrong at this share of the ordinary unreliability: anyone can repeat a proof.
constexpr double kFalseProofShare = 0.1;

/// A statement on its way to a cell.
struct Pending {
  Voice voice;
  std::vector<std::string> roots;
  EvidenceKind kind{};
  std::string fact;
};

struct CellKey {
  std::string pool, root;
  EvidenceKind kind{};
  std::string fact;
  friend auto operator<=>(const CellKey&, const CellKey&) = default;
};

std::vector<double> full_priors(const Rung& rung) {
  double stated = rung.question->prior_unknown;
  std::size_t open = 0;
  for (const Hypothesis* h : rung.hypotheses) {
    if (h->prior) stated += *h->prior;
    if (!h->prior) ++open;
  }
  const double share = open == 0 ? 0 : (1 - stated) / static_cast<double>(open);
  std::vector<double> prior;
  for (const Hypothesis* h : rung.hypotheses) prior.push_back(h->prior.value_or(share));
  prior.push_back(rung.question->prior_unknown);
  return prior;
}

Rung empty_rung(const Question& question) {
  Rung rung;
  rung.question = &question;
  for (const Hypothesis& h : question.hypotheses) rung.hypotheses.push_back(&h);
  std::sort(rung.hypotheses.begin(), rung.hypotheses.end(),
            [](const Hypothesis* a, const Hypothesis* b) { return a->id < b->id; });
  rung.prior = full_priors(rung);
  for (std::size_t who = 0; who <= rung.unknown(); ++who) {
    rung.states.push_back({who, kNone});
    for (std::size_t x = 0; x < rung.unknown(); ++x) {
      if (x != who && rung.hypotheses[x]->imitable) rung.states.push_back({who, x});
    }
  }
  rung.index_states();
  rung.log_prior = log_priors(rung, rung.prior, kDeceptionRate);
  return rung;
}

void link_rungs(Model& model) {
  for (Rung& rung : model.rungs) {
    if (rung.question->given_question.empty()) continue;
    rung.above = model.rung_of(rung.question->given_question);
    if (rung.above == kNone) continue;
    rung.above_hypothesis = model.rungs[rung.above].position(rung.question->given_hypothesis);
    if (rung.above_hypothesis == kNone) rung.above = kNone;
  }
}

/// Identity of what an item says, apart from the words: shared by duplicates and by the parts of a split item.
std::string source_key(const EvidenceItem& item) {
  return fmt::format("{}|{}|{}|{}", fmt::join(item.roots, ","), static_cast<int>(item.kind), item.fact, item.credibility);
}

/// Collects the statements of every counting item, and what they imply for the rungs above.
class Collector {
 public:
  explicit Collector(Model& model) : model_(model), pending_(model.rungs.size()) {
    for (std::size_t i = 0; i < model.input->evidence.size(); ++i) {
      if (model.status[i].counts) collect(i);
    }
    number_voices();
  }
  std::vector<std::vector<Pending>> take() && { return std::move(pending_); }

 private:
  void collect(std::size_t i) {
    const EvidenceItem& item = model_.input->evidence[i];
    for (std::size_t k = 0; k < item.says.size(); ++k) {
      const Statement& said = item.says[k];
      const Strength strength = strength_of(item, said, model_.status[i].measurement);
      if (strength.log_ratio == 0) continue;
      std::size_t rung = model_.rung_of(said.question);
      if (rung == kNone) continue;
      std::size_t hypothesis = model_.rungs[rung].position(said.hypothesis);
      const std::string key = fmt::format("{}|{}|{}|{}", source_key(item), said.question, said.hypothesis, strength.log_ratio < 0);
      for (bool implied = false; rung != kNone && hypothesis != kNone; implied = true) {
        add(rung, hypothesis, i, k, strength.log_ratio, implied, key);
        if (strength.log_ratio < 0 || !item.speaks_for_ancestors) break;
        hypothesis = model_.rungs[rung].above_hypothesis;
        rung = model_.rungs[rung].above;
      }
    }
  }

  void add(std::size_t rung, std::size_t hypothesis, std::size_t i, std::size_t k, double log_ratio, bool implied,
           const std::string& key) {
    const EvidenceItem& item = model_.input->evidence[i];
    Pending pending;
    pending.roots = item.roots;
    pending.kind = item.kind;
    pending.fact = item.fact;
    Voice& voice = pending.voice;
    voice.item = i;
    voice.statement = k;
    voice.hypothesis = hypothesis;
    voice.log_ratio = std::abs(log_ratio);
    voice.against = log_ratio < 0;
    voice.rho = reliability(*model_.input, item);
    voice.planted = probability_planted(item.spoofability);
    voice.spoofability = item.spoofability;
    voice.implied = implied;
    rungs_of_[{Number::Kind::kWord, key}].insert(rung);
    rungs_of_[{Number::Kind::kReliability, source_key(item)}].insert(rung);
    keys_.push_back({rung, pending_[rung].size(), key, source_key(item)});
    pending_[rung].push_back(std::move(pending));
  }

  void number_voices() {
    std::map<std::pair<Number::Kind, std::string>, std::size_t> index;
    for (const auto& [key, rungs] : rungs_of_) {
      index.emplace(key, model_.numbers.size());
      model_.numbers.push_back({key.first, key.second, {rungs.begin(), rungs.end()}});
    }
    for (const Keys& keys : keys_) {
      Voice& voice = pending_[keys.rung][keys.at].voice;
      voice.word_number = index.at({Number::Kind::kWord, keys.word});
      voice.rho_number = index.at({Number::Kind::kReliability, keys.source});
    }
  }

  struct Keys {
    std::size_t rung, at;
    std::string word, source;
  };
  Model& model_;
  std::vector<std::vector<Pending>> pending_;
  std::map<std::pair<Number::Kind, std::string>, std::set<std::size_t>> rungs_of_;
  std::vector<Keys> keys_;
};

double weight_of(const Pending& p) { return effective_weight(p.voice.log_ratio, p.voice.rho); }

/// The root of an item with several: the one that already carries the largest single word on this rung, so that the
/// item adds least. Only items with one root count for that, which keeps the choice independent of order.
std::string home_of(const Pending& p, const std::map<std::string, double>& loads) {
  std::string home = p.roots[0];
  double best = -1;
  for (const std::string& root : p.roots) {  // ascending: ties go to the smallest id
    const auto found = loads.find(root);
    const double load = found == loads.end() ? 0 : found->second;
    if (load > best) {
      best = load;
      home = root;
    }
  }
  return home;
}

/// What the roots already carry on one rung, counted over items with one root only.
struct RootLoads {
  std::map<std::string, double> heaviest;                        ///< Largest single weight.
  std::map<std::string, std::set<std::size_t>> heaviest_items;   ///< Who carries it.
  std::map<std::string, std::set<std::size_t>> showing;          ///< Items that show evidence.

  explicit RootLoads(const std::vector<Pending>& pending) {
    for (const Pending& p : pending) {
      if (p.roots.size() != 1) continue;
      const std::string& root = p.roots[0];
      const double weight = weight_of(p);
      double& load = heaviest[root];
      if (weight > load) heaviest_items[root].clear();
      load = std::max(load, weight);
      if (weight == load) heaviest_items[root].insert(p.voice.item);
      // An opinion beside the evidence that its own root shows is that evidence over again.
      if (!is_withheld(p.kind) && !p.voice.implied) showing[root].insert(p.voice.item);
    }
  }
};

/// The items on which the choice of roots, or the covering of assessments, depends alone.
std::vector<std::size_t> keystones_of(const RootLoads& loads, const std::set<std::string>& shared,
                                      const std::set<std::string>& covering) {
  std::set<std::size_t> keystones;
  for (const std::string& root : shared) {
    const auto found = loads.heaviest_items.find(root);
    if (found != loads.heaviest_items.end() && found->second.size() == 1) keystones.insert(*found->second.begin());
  }
  for (const std::string& root : covering) {
    const std::set<std::size_t>& items = loads.showing.at(root);
    if (items.size() == 1) keystones.insert(*items.begin());
  }
  return {keystones.begin(), keystones.end()};
}

/// Sorts the statements of one rung into cells and pools.
void fill_rung(const Case& input, Rung& rung, const std::vector<Pending>& pending) {
  const RootLoads loads(pending);
  std::set<std::string> shared, covering;
  std::map<CellKey, std::vector<Voice>> cells;
  std::set<std::size_t> covered;
  for (const Pending& p : pending) {
    const std::string home = home_of(p, loads.heaviest);
    if (p.roots.size() > 1) shared.insert(p.roots.begin(), p.roots.end());
    if (p.kind == EvidenceKind::kAssessment && loads.showing.contains(home)) {
      covered.insert(p.voice.item);
      covering.insert(home);
      continue;
    }
    const Root* root = input.find_root(home);
    cells[{root == nullptr ? home : root->pool_id(), home, p.kind, p.fact}].push_back(p.voice);
  }
  rung.covered.assign(covered.begin(), covered.end());
  rung.keystones = keystones_of(loads, shared, covering);
  for (auto& [key, voices] : cells) {
    if (rung.pools.empty() || rung.pools.back().id != key.pool) rung.pools.push_back({key.pool, {}, {}, {}, {}});
    rung.pools.back().cells.push_back({key.root, key.kind, key.fact, std::move(voices), {}});
  }
}

Pool& pool_named(Rung& rung, const std::string& id) {
  const auto place = std::lower_bound(rung.pools.begin(), rung.pools.end(), id,
                                      [](const Pool& pool, const std::string& key) { return pool.id < key; });
  if (place != rung.pools.end() && place->id == id) return *place;
  return *rung.pools.insert(place, {id, {}, {}, {}, {}});
}

/// The cell for (root, kind, fact), made if needed; cells stay in order.
Cell& cell_named(Pool& pool, const std::string& root, EvidenceKind kind, const std::string& fact) {
  const auto key = std::tie(root, kind, fact);
  const auto place = std::find_if(pool.cells.begin(), pool.cells.end(),
                                  [&](const Cell& c) { return !(std::tie(c.root, c.kind, c.fact) < key); });
  if (place != pool.cells.end() && std::tie(place->root, place->kind, place->fact) == key) return *place;
  return *pool.cells.insert(place, {root, kind, fact, {}, {}});
}

/// Hypotheses of the rung that the exposed items pointed at.
std::vector<std::size_t> framed(const Model& model, const Rung& rung, const std::vector<std::size_t>& items) {
  std::set<std::size_t> targets;
  for (const std::size_t i : items) {
    const EvidenceItem& item = model.input->evidence[i];
    if (!item.derived_from.empty()) continue;  // an echo points nowhere that its original does not
    for (const Statement& said : item.says) {
      if (said.question != rung.question->id) continue;
      const std::size_t at = rung.position(said.hypothesis);
      if (at == kNone || !rung.hypotheses[at]->imitable) continue;
      if (strength_of(item, said, model.status[i].measurement).log_ratio > 0) targets.insert(at);
    }
  }
  return {targets.begin(), targets.end()};
}

/// A proof of forgery speaks for everyone who poses as the one that the forgery pointed at.
void add_exposures(Model& model) {
  for (std::size_t i = 0; i < model.status.size(); ++i) {
    const ItemStatus& status = model.status[i];
    if (!status.counts || status.forged.empty()) continue;
    const EvidenceItem& proof = model.input->evidence[i];
    const double penalty = -std::log(kFalseProofShare * (1 - reliability(*model.input, proof)));
    for (Rung& rung : model.rungs) {
      std::vector<std::size_t> targets = framed(model, rung, status.forged);
      if (targets.empty()) continue;
      const std::string& home = proof.roots[0];
      const Root* root = model.input->find_root(home);
      Cell& cell = cell_named(pool_named(rung, root == nullptr ? home : root->pool_id()), home, proof.kind, proof.fact);
      cell.exposures.push_back({i, std::move(targets), penalty});
    }
  }
}

}  // namespace

void Rung::index_states() {
  const std::size_t m = hypotheses.size();
  index_.assign((m + 1) * (m + 1), kNone);
  reach.assign(m, {});
  for (std::size_t s = 0; s < states.size(); ++s) {
    const State& state = states[s];
    index_[state.who * (m + 1) + (state.posing == kNone ? m : state.posing)] = s;
    if (state.who < m) reach[state.who].push_back(s);
    if (state.posing != kNone) reach[state.posing].push_back(s);
  }
}

std::size_t Rung::position(std::string_view hypothesis) const {
  for (std::size_t i = 0; i < hypotheses.size(); ++i) {
    if (hypotheses[i]->id == hypothesis) return i;
  }
  return kNone;
}

std::size_t Model::rung_of(std::string_view question) const {
  for (std::size_t i = 0; i < rungs.size(); ++i) {
    if (rungs[i].question->id == question) return i;
  }
  return kNone;
}

std::vector<std::size_t> Model::chain(std::size_t rung) const {
  std::vector<std::size_t> chain;
  for (; rung != kNone && chain.size() <= rungs.size(); rung = rungs[rung].above) chain.push_back(rung);
  return chain;
}

std::vector<double> log_priors(const Rung& rung, std::span<const double> prior, double deception) {
  std::vector<double> log_prior;
  log_prior.reserve(rung.states.size());
  for (const State& state : rung.states) {
    std::size_t masks = 0;
    for (std::size_t x = 0; x < rung.unknown(); ++x) {
      if (x != state.who && rung.hypotheses[x]->imitable) ++masks;
    }
    double p = prior[state.who];
    if (masks > 0) p *= state.posing == kNone ? 1 - deception : deception / static_cast<double>(masks);
    log_prior.push_back(std::log(p));
  }
  return log_prior;
}

Model build_model(const Case& input, Day day, std::span<const KinshipMeasurement> kinship, const EvidenceItem* without) {
  Model model;
  model.input = &input;
  model.deception = kDeceptionRate;
  model.status = select_items(input, day, kinship, without);
  for (const Question& question : input.questions) model.rungs.push_back(empty_rung(question));
  std::sort(model.rungs.begin(), model.rungs.end(),
            [](const Rung& a, const Rung& b) { return a.question->id < b.question->id; });
  link_rungs(model);
  const std::vector<std::vector<Pending>> pending = Collector(model).take();
  for (std::size_t r = 0; r < model.rungs.size(); ++r) fill_rung(input, model.rungs[r], pending[r]);
  add_exposures(model);
  for (Rung& rung : model.rungs) weigh(rung);
  return model;
}

}  // namespace prova
