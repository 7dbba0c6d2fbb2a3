#include "attribution/assess.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

#include "attribution/confidence.h"
#include "attribution/interval.h"
#include "attribution/likelihood.h"
#include "attribution/next_evidence.h"
#include "attribution/sensitivity.h"
#include "attribution/words.h"
#include "evidence/corroboration.h"

namespace prova {
namespace {

/// A question is resolved when the interval of its leader lies above even odds and something that is hard to fake supports it.
constexpr double kResolved = .5;

Day newest_day(const Case& input) {
  Day newest{};
  for (const EvidenceItem& item : input.evidence) newest = std::max(newest, item.known_from.last);
  return newest;
}

double log10_of(double nats) { return nats / std::log(10.0); }

std::size_t own_state(const Rung& rung, std::size_t hypothesis) {
  for (std::size_t s = 0; s < rung.states.size(); ++s) {
    if (rung.states[s].who == hypothesis && rung.states[s].posing == kNone) return s;
  }
  return 0;
}

/// A rung is answered when somebody has spoken on it and on every rung above.
bool is_assessed(const Model& model, std::size_t rung) {
  const std::vector<std::size_t> chain = model.chain(rung);
  return std::all_of(chain.begin(), chain.end(), [&](std::size_t r) { return model.rungs[r].spoken(); });
}

HypothesisResult hypothesis_result(const Rung& rung, const RungAnswer& answer, const Posterior& posterior, std::size_t h) {
  HypothesisResult result;
  const bool named = h < rung.unknown();
  result.id = named ? rung.hypotheses[h]->id : std::string(kUnknownId);
  result.label = named ? rung.hypotheses[h]->label : "someone or something else";
  result.probability = interval_of(answer.joint[h], answer.joint_variance[h]);
  result.conditional = interval_of(answer.conditional[h], answer.conditional_variance[h]);
  result.prior = rung.prior[h];
  result.imitable = named && rung.hypotheses[h]->imitable;
  if (named) result.posing = posterior.posing[h];
  if (named) result.imitated_by_unknown = posterior.unknown_posing[h];
  return result;
}

/// Hypotheses in the case's order, the unknown last; words only where the evidence separates the leader.
void fill_hypotheses(const Rung& rung, const RungAnswer& answer, QuestionResult& result) {
  const Posterior posterior = posterior_of(rung, log_weights(rung));
  for (const Hypothesis& h : rung.question->hypotheses) {
    result.hypotheses.push_back(hypothesis_result(rung, answer, posterior, rung.position(h.id)));
  }
  result.hypotheses.push_back(hypothesis_result(rung, answer, posterior, rung.unknown()));
  for (HypothesisResult& h : result.hypotheses) {
    if (result.separable) h.terms = terms_for(h.probability);
    if (!result.separable) h.terms.why_none = "the evidence does not separate the hypotheses";
  }
}

std::vector<ItemContribution> item_contributions(const Model& model, const Rung& rung) {
  std::vector<ItemContribution> list;
  for (const Pool& pool : rung.pools) {
    for (const Cell& cell : pool.cells) {
      std::map<std::pair<std::size_t, bool>, std::pair<double, std::string_view>> strongest;  // ties: smallest id
      for (const Voice& voice : cell.voices) {
        const double weight = effective_weight(voice.log_ratio, voice.rho);
        const std::string_view id = model.input->evidence[voice.item].id;
        auto& best = strongest[{voice.hypothesis, voice.against}];
        if (best.second.empty() || weight > best.first || (weight == best.first && id < best.second)) best = {weight, id};
      }
      for (const Voice& voice : cell.voices) {
        const EvidenceItem& item = model.input->evidence[voice.item];
        const Statement& said = item.says[voice.statement];
        const double sign = voice.against ? -1 : 1;
        list.push_back({item.id, pool.id, cell.root, cell.kind, rung.hypotheses[voice.hypothesis]->id,
                        sign * log10_of(effective_weight(voice.log_ratio, voice.rho)), voice.implied,
                        strongest[{voice.hypothesis, voice.against}].second != item.id, said.written, voice.rho,
                        sign * log10_of(voice.log_ratio),
                        strength_of(item, said, model.status[voice.item].measurement).note});
      }
    }
  }
  std::sort(list.begin(), list.end(), [](const ItemContribution& a, const ItemContribution& b) {
    return std::make_tuple(std::string_view(a.hypothesis), -std::abs(a.log10_weight), std::string_view(a.item), a.implied, std::string_view(a.written)) <
           std::make_tuple(std::string_view(b.hypothesis), -std::abs(b.log10_weight), std::string_view(b.item), b.implied, std::string_view(b.written));
  });
  return list;
}

/// Roots and labels of a pool, in the order of their ids.
void describe_pool(const Case& input, PoolContribution& contribution) {
  std::map<std::string, std::string> roots;
  for (const Root& root : input.roots) {
    if (root.pool_id() == contribution.pool) roots.emplace(root.id, root.label.empty() ? root.id : root.label);
  }
  for (const auto& [id, label] : roots) {
    contribution.roots.push_back(id);
    contribution.label += (contribution.label.empty() ? "" : "; ") + label;
  }
}

std::vector<PoolContribution> pool_contributions(const Model& model, const Rung& rung) {
  std::vector<PoolContribution> list;
  for (const Pool& pool : rung.pools) {
    const PoolWeights weights = pool_weights(rung, pool);
    for (std::size_t h = 0; h < rung.hypotheses.size(); ++h) {
      const std::size_t s = own_state(rung, h);
      if (weights.favour[s] == 0 && weights.against[s] == 0) continue;
      PoolContribution contribution;
      contribution.pool = pool.id;
      contribution.hypothesis = rung.hypotheses[h]->id;
      contribution.log10_for = log10_of(weights.favour[s]);
      contribution.log10_against = log10_of(weights.against[s]);
      contribution.withheld = true;
      for (const Cell& cell : pool.cells) {
        for (const Voice& voice : cell.voices) {
          if (voice.hypothesis == h && !is_withheld(cell.kind)) contribution.withheld = false;
        }
        if (!cell.exposures.empty()) contribution.withheld = false;
      }
      describe_pool(*model.input, contribution);
      list.push_back(std::move(contribution));
    }
  }
  std::stable_sort(list.begin(), list.end(), [](const PoolContribution& a, const PoolContribution& b) {
    return std::make_tuple(std::string_view(a.hypothesis), -std::abs(a.log10_for - a.log10_against), std::string_view(a.pool)) <
           std::make_tuple(std::string_view(b.hypothesis), -std::abs(b.log10_for - b.log10_against), std::string_view(b.pool));
  });
  return list;
}

std::string why_not_assessed(const Model& model, std::size_t rung) {
  for (const std::size_t r : model.chain(rung)) {
    if (r != rung && !model.rungs[r].spoken()) {
      return fmt::format("the question '{}', which this one depends on, is not assessed", model.rungs[r].question->id);
    }
  }
  return "no evidence known by then speaks about it";
}

/// One rung as a result. `confidence_above` is the level of the rung above, if it has one.
QuestionResult question_result(const Model& model, std::size_t r, const std::vector<RungAnswer>& answers, bool above_is_high) {
  const Rung& rung = model.rungs[r];
  const RungAnswer& answer = answers[r];
  QuestionResult result;
  result.id = rung.question->id;
  result.ask = rung.question->ask;
  result.given_question = rung.question->given_question;
  result.given_hypothesis = rung.question->given_hypothesis;
  result.assessed = is_assessed(model, r);
  if (!result.assessed) {
    result.why_not = why_not_assessed(model, r);
    for (const Hypothesis& h : rung.question->hypotheses) result.hypotheses.push_back({h.id, h.label, {}, {}, 0, {}, h.imitable, 0, 0});
    result.hypotheses.push_back({std::string(kUnknownId), "someone or something else", {}, {}, 0, {}, false, 0, 0});
    for (HypothesisResult& h : result.hypotheses) h.terms.why_none = "not assessed";
    return result;
  }
  if (rung.above != kNone) result.given_probability = answers[rung.above].joint[rung.above_hypothesis];
  const ProbabilityInterval conditional = interval_of(answer.conditional[answer.top], answer.conditional_variance[answer.top]);
  const ProbabilityInterval joint = interval_of(answer.joint[answer.top], answer.joint_variance[answer.top]);
  result.separable = conditional.low > rung.prior[answer.top];
  if (result.separable) result.leading = rung.hypotheses[answer.top]->id;
  if (!result.separable) {
    result.why_not = fmt::format("the evidence does not separate the hypotheses: the interval of {} reaches down to its "
                                 "prior of {:.2f}", rung.hypotheses[answer.top]->id, rung.prior[answer.top]);
  }
  fill_hypotheses(rung, answer, result);
  result.confidence = confidence_in(model, r, answer.top, above_is_high);
  result.resolved = result.separable && joint.low >= kResolved && !result.confidence.only_soft;
  result.items = item_contributions(model, rung);
  result.pools = pool_contributions(model, rung);
  return result;
}

/// Every question, each after the one it depends on, then back in the case's order.
std::vector<QuestionResult> question_results(const Model& model, const std::vector<RungAnswer>& answers) {
  std::vector<std::size_t> order(model.rungs.size());
  for (std::size_t r = 0; r < order.size(); ++r) order[r] = r;
  std::stable_sort(order.begin(), order.end(),
                   [&](std::size_t a, std::size_t b) { return model.chain(a).size() < model.chain(b).size(); });
  std::map<std::string, QuestionResult> results;
  for (const std::size_t r : order) {
    const std::size_t above = model.rungs[r].above;
    const bool above_is_high =
        above != kNone && results.at(model.rungs[above].question->id).confidence.level == ConfidenceLevel::kHigh;
    results.emplace(model.rungs[r].question->id, question_result(model, r, answers, above_is_high));
  }
  std::vector<QuestionResult> list;
  for (const Question& question : model.input->questions) list.push_back(std::move(results.at(question.id)));
  return list;
}

/// On which questions an assessment is covered by the evidence that its own root shows; empty: on none.
std::vector<std::string> covered_on(const Model& model, std::size_t item) {
  std::vector<std::string> questions;
  for (const Rung& rung : model.rungs) {
    if (std::binary_search(rung.covered.begin(), rung.covered.end(), item)) questions.push_back(rung.question->id);
  }
  return questions;
}

/// Whether the item weighs anything on any rung.
std::vector<bool> weighing_items(const Model& model) {
  std::vector<bool> weighing(model.status.size(), false);
  for (const Rung& rung : model.rungs) {
    for (const Pool& pool : rung.pools) {
      for (const Cell& cell : pool.cells) {
        for (const Voice& voice : cell.voices) weighing[voice.item] = true;
        for (const Exposure& exposure : cell.exposures) weighing[exposure.item] = true;
      }
    }
  }
  return weighing;
}

std::vector<SilentItem> silent_items(const Model& model, const std::vector<bool>& weighing) {
  std::vector<SilentItem> list;
  for (std::size_t i = 0; i < model.status.size(); ++i) {
    const EvidenceItem& item = model.input->evidence[i];
    const ItemStatus& status = model.status[i];
    if (!status.counts) {
      list.push_back({item.id, status.reason, status.text});
    } else if (!weighing[i]) {
      const std::vector<std::string> covered = covered_on(model, i);
      if (covered.empty()) {
        list.push_back({item.id, SilentItem::Reason::kSaysNothing, "weighs nothing: its kind or its words carry no weight"});
      } else {
        list.push_back({item.id, SilentItem::Reason::kCovered,
                        fmt::format("an opinion beside the evidence that the same source shows on {}", fmt::join(covered, ", "))});
      }
    }
  }
  return list;
}

/// Whether an item is somebody's view of the case, to be shown beside ours.
bool is_assessment(const EvidenceItem& item) {
  switch (item.kind) {
    case EvidenceKind::kAssessment:
    case EvidenceKind::kAllSource:
    case EvidenceKind::kPolitical:
    case EvidenceKind::kDenial: return true;
    default: return !item.wording.empty();
  }
}

OtherAssessment other_assessment(const EvidenceItem& item) {
  OtherAssessment other;
  other.item = item.id;
  other.issuer = item.issuer;
  other.known_from = item.known_from.last;
  other.kind = item.kind;
  other.wording = item.wording;
  other.yardstick = item.yardstick.empty() ? "unstated" : item.yardstick;
  other.likelihood = item.issuer_likelihood;
  other.confidence = item.issuer_confidence;
  if (const auto range = issuer_range(item.yardstick, item.issuer_likelihood)) {
    other.yardstick_range = fmt::format("{:.0f}-{:.0f} %", range->low, range->high);
  }
  for (const Statement& said : item.says) other.says.push_back(fmt::format("{}: {} {}", said.question, said.hypothesis, said.written));
  other.roots = item.roots;
  other.echo_of = item.derived_from;
  other.withheld = is_withheld(item.kind);
  other.source = item.source.text;
  other.urls = item.source.urls;
  return other;
}

std::vector<OtherAssessment> other_assessments(const Model& model, const std::vector<bool>& weighing,
                                               const std::vector<SilentItem>& silent) {
  std::map<std::string_view, std::string_view> reasons;
  for (const SilentItem& item : silent) reasons.emplace(item.item, item.text);
  std::vector<OtherAssessment> list;
  for (std::size_t i = 0; i < model.status.size(); ++i) {
    const EvidenceItem& item = model.input->evidence[i];
    const bool known = model.status[i].counts || model.status[i].reason != SilentItem::Reason::kNotYetKnown;
    if (!known || !is_assessment(item)) continue;
    OtherAssessment other = other_assessment(item);
    other.counted = weighing[i];
    if (const auto found = reasons.find(item.id); found != reasons.end()) other.why_not = found->second;
    list.push_back(std::move(other));
  }
  std::sort(list.begin(), list.end(), [](const OtherAssessment& a, const OtherAssessment& b) {
    return std::tie(a.known_from, a.item) < std::tie(b.known_from, b.item);
  });
  return list;
}

}  // namespace

Assessment assess(const Case& written, std::span<const KinshipMeasurement> kinship, const AssessOptions& options) {
  Assessment result;
  const Day day = options.as_of.value_or(newest_day(written));
  // "Confirmed" is computed from the roots that were known by then, not taken from what was typed.
  const Case input = with_computed_credibility(written, day);
  result.case_name = input.name;
  result.summary = input.summary;
  result.notice = input.notice;
  result.as_of = day;

  // From here on nothing that became known later exists, and echoes and disproved items are silent.
  const Model model = build_model(input, result.as_of, kinship);
  // From here on the weights are fixed; what follows reads the model and moves copies of single numbers.
  const std::vector<RungAnswer> answers = answer_rungs(model, options.sensitivity);
  result.questions = question_results(model, answers);

  const std::vector<bool> weighing = weighing_items(model);
  result.silent = silent_items(model, weighing);
  result.others = other_assessments(model, weighing, result.silent);
  for (std::size_t i = 0; i < model.status.size(); ++i) {
    if (model.status[i].counts || model.status[i].reason != SilentItem::Reason::kNotYetKnown) ++result.items_known;
    if (weighing[i]) ++result.items_counted;
  }
  for (CaseError& trap : traps(written)) result.warnings.push_back(std::move(trap.message));
  if (!options.sensitivity) return result;

  result.sensitivity = sensitivity_of(model, answers, result.as_of, kinship);
  result.contradictions = contradictions_in(model);
  result.next_evidence = next_evidence_for(model);
  return result;
}

}  // namespace prova
