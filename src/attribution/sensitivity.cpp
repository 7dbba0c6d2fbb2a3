#include "attribution/sensitivity.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>

#include "attribution/confidence.h"
#include "attribution/likelihood.h"

namespace prova {
namespace {

/// Items that speak on a rung, proofs of forgery included.
std::set<std::size_t> items_on(const Rung& rung) {
  std::set<std::size_t> items;
  for (const Pool& pool : rung.pools) {
    for (const Cell& cell : pool.cells) {
      for (const Voice& voice : cell.voices) items.insert(voice.item);
      for (const Exposure& exposure : cell.exposures) items.insert(exposure.item);
    }
  }
  return items;
}

/// Which rungs an item speaks on, and whether others depend on it.
struct ItemPlaces {
  std::vector<std::size_t> rungs;
  bool keystone = false;
};

std::map<std::size_t, ItemPlaces> places_of(const Model& model) {
  std::map<std::size_t, ItemPlaces> places;
  for (std::size_t r = 0; r < model.rungs.size(); ++r) {
    for (const std::size_t i : items_on(model.rungs[r])) places[i].rungs.push_back(r);
    for (const std::size_t i : model.rungs[r].keystones) places[i].keystone = true;
  }
  for (std::size_t i = 0; i < model.status.size(); ++i) {
    const EvidenceItem& item = model.input->evidence[i];
    const bool known = model.status[i].counts || model.status[i].reason == SilentItem::Reason::kEcho;
    if (known && (!item.disproves.empty() || !item.replaces.empty())) places[i].keystone = true;
  }
  return places;
}

/// What was taken away, and from which model: one built without an item that others depend on, or the full one less an item or
/// a pool.
struct Change {
  const Model* model = nullptr;
  TakenAway away;
};

class Table {
 public:
  Table(const Model& model, const std::vector<RungAnswer>& answers) : model_(model), answers_(answers), entries_(model.rungs.size()) {
    for (const Rung& rung : model.rungs) base_.push_back(believe(rung, log_weights(rung)));
    for (std::size_t r = 0; r < answers.size(); ++r) {
      const RungAnswer& answer = answers[r];
      resolved_.push_back(reaches_half(answer.joint[answer.top], answer) && !only_soft_support(model, r, answer.top));
    }
  }

  /// Adds one entry per question that the change reaches. `moved` holds the new answers of the rungs that changed; `change` what
  /// was changed.
  void add(SensitivityEntry::Of of, const std::string& id, const std::string& label, const Beliefs& moved, const Change& change) {
    for (std::size_t r = 0; r < model_.rungs.size(); ++r) {
      const std::vector<std::size_t> chain = model_.chain(r);
      const bool spoken = std::all_of(chain.begin(), chain.end(), [&](std::size_t c) { return model_.rungs[c].spoken(); });
      const bool reached = std::any_of(chain.begin(), chain.end(), [&](std::size_t c) { return !moved[c].who.empty(); });
      if (reached && spoken) push(r, of, id, label, joint_answer(model_, base_, moved, r), change);
    }
  }

  void add_effects() {
    for (const RungAnswer& answer : answers_) {
      for (const IntervalEffect& effect : answer.effects) {
        const Rung& rung = model_.rungs[effect.rung];
        const double moved = effect.log_odds / std::log(10.0);
        if (std::abs(moved) < kLeastMove || !rung.spoken()) continue;
        SensitivityEntry entry;
        entry.question = rung.question->id;
        entry.hypothesis = rung.hypotheses[answer.top]->id;
        entry.of = SensitivityEntry::Of::kAssumption;
        name(effect, entry);
        entry.log10_odds = moved;
        entry.probability_without = effect.up;
        entry.leader_without = entry.hypothesis;
        entries_[effect.rung].push_back(std::move(entry));
      }
    }
  }

  std::vector<SensitivityEntry> take() && {
    std::vector<SensitivityEntry> all;
    for (const Question& question : model_.input->questions) {
      auto& list = entries_[model_.rung_of(question.id)];
      std::sort(list.begin(), list.end(), [](const SensitivityEntry& a, const SensitivityEntry& b) {
        return std::make_tuple(a.of, -std::abs(a.log10_odds), std::string_view(a.id)) <
               std::make_tuple(b.of, -std::abs(b.log10_odds), std::string_view(b.id));
      });
      std::move(list.begin(), list.end(), std::back_inserter(all));
    }
    return all;
  }

 private:
  void push(std::size_t r, SensitivityEntry::Of of, const std::string& id, const std::string& label,
            const std::vector<double>& here, const Change& change) {
    const RungAnswer& answer = answers_[r];
    const Rung& rung = model_.rungs[r];
    const double joint = here[answer.top];
    const double moved = (logit(joint) - logit(answer.joint[answer.top])) / std::log(10.0);
    if (std::abs(moved) < kLeastMove) return;
    const auto end = here.begin() + static_cast<std::ptrdiff_t>(rung.unknown());
    const auto leader = static_cast<std::size_t>(std::max_element(here.begin(), end) - here.begin());
    const bool is_resolved = reaches_half(joint, answer) && !only_soft_support(*change.model, r, answer.top, change.away);
    entries_[r].push_back({rung.question->id, rung.hypotheses[answer.top]->id, of, id, label, moved, joint,
                           rung.hypotheses[leader]->id, leader != answer.top || resolved_[r] != is_resolved});
  }

  /// Whether the interval around `joint` starts at one half or above. The spread is that of the full case: it changes little.
  static bool reaches_half(double joint, const RungAnswer& answer) {
    return interval_of(joint, answer.joint_variance[answer.top]).low >= .5;
  }

  /// Id and label of an assumption; those of words and grades name the items that share it.
  void name(const IntervalEffect& effect, SensitivityEntry& entry) const {
    switch (effect.of) {
      case IntervalEffect::Of::kPrior: {
        const Rung& rung = model_.rungs[effect.prior_rung];
        const std::string h = effect.hypothesis < rung.unknown() ? rung.hypotheses[effect.hypothesis]->id : std::string(kUnknownId);
        entry.id = fmt::format("prior:{}:{}", rung.question->id, h);
        entry.label = fmt::format("prior of {} in {}, times {:.2f}", h, rung.question->id, std::exp(kSigmaLogPrior));
        return;
      }
      case IntervalEffect::Of::kDeception:
        entry.id = "deception";
        entry.label = fmt::format("rate of deception {:.2f}, times {:.2f}", model_.deception, std::exp(kSigmaLogDeception));
        return;
      case IntervalEffect::Of::kPlanted:
        entry.id = fmt::format("planted:{}", effect.level);
        entry.label = fmt::format("chance {:.2f} that evidence of spoofability {} was planted by an imitator",
                                  probability_planted(effect.level), effect.level);
        return;
      case IntervalEffect::Of::kWord:
      case IntervalEffect::Of::kReliability: break;
    }
    const bool word = effect.of == IntervalEffect::Of::kWord;
    const std::string ids = carriers(effect.number);
    entry.id = fmt::format("{}:{}", word ? "strength" : "reliability", ids);
    entry.label = word ? fmt::format("strength of what {} says, a quarter more", ids)
                       : fmt::format("reliability of {}, half a step up", ids);
  }

  /// Up to three ids of the items that share a number.
  std::string carriers(std::size_t number) const {
    constexpr std::size_t kShown = 3;
    std::set<std::string> ids;
    for (const std::size_t r : model_.numbers[number].rungs) {
      for (const Pool& pool : model_.rungs[r].pools) {
        for (const Cell& cell : pool.cells) {
          for (const Voice& voice : cell.voices) {
            if (voice.word_number == number || voice.rho_number == number) ids.insert(model_.input->evidence[voice.item].id);
          }
        }
      }
    }
    std::vector<std::string> shown(ids.begin(), ids.size() > kShown ? std::next(ids.begin(), kShown) : ids.end());
    if (ids.size() > kShown) shown.emplace_back("others");
    return fmt::format("{}", fmt::join(shown, "+"));
  }

  const Model& model_;
  const std::vector<RungAnswer>& answers_;
  Beliefs base_;
  std::vector<bool> resolved_;  ///< Per rung, with nothing taken away.
  std::vector<std::vector<SensitivityEntry>> entries_;
};

void drop_items(const Model& model, Table& table, Day day, std::span<const KinshipMeasurement> kinship) {
  for (const auto& [i, place] : places_of(model)) {
    const EvidenceItem& item = model.input->evidence[i];
    Beliefs moved(model.rungs.size());
    Change change{&model, {.item = i, .pool = {}}};
    Model rebuilt;
    if (place.keystone) {
      rebuilt = build_model(*model.input, day, kinship, &item);
      change = {&rebuilt, {}};
      for (std::size_t r = 0; r < moved.size(); ++r) {
        moved[r] = believe(rebuilt.rungs[r], log_weights(rebuilt.rungs[r]));
      }
    } else {
      for (const std::size_t r : place.rungs) {
        const Rung& rung = model.rungs[r];
        moved[r] = believe(rung, log_weights_with(rung, {.without_item = i}));
      }
    }
    table.add(SensitivityEntry::Of::kItem, item.id, item.claim.empty() ? item.note : item.claim, moved, change);
  }
}

std::string label_of_pool(const Case& input, const std::string& pool) {
  std::vector<std::string> labels;
  for (const Root& root : input.roots) {
    if (root.pool_id() == pool) labels.push_back(root.label.empty() ? root.id : root.label);
  }
  std::sort(labels.begin(), labels.end());
  return fmt::format("{}", fmt::join(labels, " and "));
}

void drop_pools(const Model& model, Table& table) {
  std::set<std::string> ids;
  for (const Rung& rung : model.rungs) {
    for (const Pool& pool : rung.pools) ids.insert(pool.id);
  }
  for (const std::string& id : ids) {
    Beliefs moved(model.rungs.size());
    for (std::size_t r = 0; r < moved.size(); ++r) {
      const Rung& rung = model.rungs[r];
      for (const Pool& pool : rung.pools) {
        if (pool.id == id) moved[r] = believe(rung, log_weights_with(rung, pool, {}));
      }
    }
    table.add(SensitivityEntry::Of::kPool, id, label_of_pool(*model.input, id), moved, {&model, {.item = kNone, .pool = id}});
  }
}

/// The strongest statement of one root for or against one hypothesis.
struct Spokesman {
  double weight = 0;
  std::string item;
};

/// Below a factor of 1.2 a statement is too weak to contradict anyone.
const double kLeastContradiction = std::log(1.2);

using SpokesmanKey = std::tuple<std::size_t, bool, std::string>;  // hypothesis, against, root

std::map<SpokesmanKey, Spokesman> spokesmen(const Model& model, const Rung& rung) {
  std::map<SpokesmanKey, Spokesman> best;
  for (const Pool& pool : rung.pools) {
    for (const Cell& cell : pool.cells) {
      for (const Voice& voice : cell.voices) {
        const double weight = effective_weight(voice.log_ratio, voice.rho);
        const std::string& id = model.input->evidence[voice.item].id;
        if (weight < kLeastContradiction) continue;
        Spokesman& kept = best[{voice.hypothesis, voice.against, cell.root}];
        if (weight > kept.weight || (weight == kept.weight && id < kept.item)) kept = {weight, id};
      }
    }
  }
  return best;
}

using Speaker = std::pair<const SpokesmanKey, Spokesman>;

struct Clash {
  double weight;  ///< Of the weaker side.
  const Speaker* a;
  const Speaker* b;
};

bool clash(const Speaker& a, const Speaker& b) {
  const auto& [ha, against_a, root_a] = a.first;
  const auto& [hb, against_b, root_b] = b.first;
  if (a.second.item == b.second.item) return false;
  return ha == hb ? against_a != against_b : !against_a && !against_b;
}

std::string clash_text(const Rung& rung, const Speaker& a, const Speaker& b) {
  const auto& [ha, against_a, root_a] = a.first;
  const auto& [hb, against_b, root_b] = b.first;
  const std::string& id = rung.hypotheses[ha]->id;
  if (ha == hb) return fmt::format("{} speaks for {}, {} against it", a.second.item, id, b.second.item);
  return fmt::format("{} speaks for {}, {} for {}", a.second.item, id, b.second.item, rung.hypotheses[hb]->id);
}

/// The strongest clashes of a rung. O(s^2) in the spokesmen, at most two per root and hypothesis.
std::vector<Contradiction> contradictions_on(const Model& model, const Rung& rung) {
  const auto best = spokesmen(model, rung);
  std::vector<Clash> clashes;
  for (auto a = best.begin(); a != best.end(); ++a) {
    for (auto b = std::next(a); b != best.end(); ++b) {
      if (clash(*a, *b)) clashes.push_back({std::min(a->second.weight, b->second.weight), &*a, &*b});
    }
  }
  const auto end = clashes.begin() + static_cast<std::ptrdiff_t>(std::min(clashes.size(), kMaxContradictions));
  std::partial_sort(clashes.begin(), end, clashes.end(), [](const Clash& x, const Clash& y) {
    if (x.weight != y.weight) return x.weight > y.weight;
    return std::tie(x.a->second.item, x.b->second.item, x.a->first, x.b->first) <
           std::tie(y.a->second.item, y.b->second.item, y.a->first, y.b->first);
  });
  std::vector<Contradiction> list;
  for (auto c = clashes.begin(); c != end; ++c) {
    list.push_back({rung.question->id, c->a->second.item, c->b->second.item, clash_text(rung, *c->a, *c->b)});
  }
  return list;
}

}  // namespace

std::vector<SensitivityEntry> sensitivity_of(const Model& model, const std::vector<RungAnswer>& answers, Day day,
                                             std::span<const KinshipMeasurement> kinship) {
  Table table(model, answers);
  drop_items(model, table, day, kinship);
  drop_pools(model, table);
  table.add_effects();
  return std::move(table).take();
}

std::vector<Contradiction> contradictions_in(const Model& model) {
  std::vector<Contradiction> all;
  for (const Question& question : model.input->questions) {
    for (Contradiction& found : contradictions_on(model, model.rungs[model.rung_of(question.id)])) all.push_back(std::move(found));
  }
  for (std::size_t i = 0; i < model.status.size(); ++i) {
    if (model.status[i].counts || model.status[i].reason != SilentItem::Reason::kDisproved) continue;
    const EvidenceItem& item = model.input->evidence[i];
    all.push_back({item.says.empty() ? std::string() : item.says[0].question, item.id, {},
                   fmt::format("{} was {}", item.id, model.status[i].text)});
  }
  return all;
}

}  // namespace prova
