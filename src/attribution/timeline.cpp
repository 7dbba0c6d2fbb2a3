#include "attribution/timeline.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace prova {
namespace {

double log10_odds(double p) { return std::log10(p / (1 - p)); }

const HypothesisResult* hypothesis_named(const QuestionResult& question, const std::string& id) {
  for (const HypothesisResult& h : question.hypotheses) {
    if (h.id == id) return &h;
  }
  return nullptr;
}

const QuestionResult* question_named(const Assessment& assessment, const std::string& id) {
  for (const QuestionResult& q : assessment.questions) {
    if (q.id == id) return &q;
  }
  return nullptr;
}

/// P of the hypothesis in that assessment; -1 where the question was not assessed then.
double probability_in(const Assessment& assessment, const std::string& question, const std::string& hypothesis) {
  const QuestionResult* q = question_named(assessment, question);
  const HypothesisResult* h = q == nullptr || !q->assessed ? nullptr : hypothesis_named(*q, hypothesis);
  return h == nullptr ? -1 : h->probability.mid;
}

TimelineAnswer answer_of(const QuestionResult& question) {
  TimelineAnswer answer;
  answer.question = question.id;
  answer.assessed = question.assessed;
  if (!question.assessed) return answer;
  const auto top = std::max_element(question.hypotheses.begin(), question.hypotheses.end(),
                                    [](const auto& a, const auto& b) { return a.probability.mid < b.probability.mid; });
  const HypothesisResult* shown = question.leading ? hypothesis_named(question, *question.leading) : &*top;
  answer.hypothesis = shown->id;
  answer.label = shown->label;
  answer.separable = question.separable;
  answer.resolved = question.resolved;
  answer.probability = shown->probability;
  answer.phia = shown->terms.phia;
  answer.confidence = question.confidence.level;
  return answer;
}

class Timeline {
 public:
  Timeline(const Case& input, std::span<const KinshipMeasurement> kinship) : input_(input), kinship_(kinship) {}

  TimelineDay on(Day day, const Assessment* before) {
    now_ = assess(input_, kinship_, {day, false});
    TimelineDay out;
    out.day = day;
    for (const QuestionResult& question : now_.questions) out.answers.push_back(answer_of(question));
    out.questions = now_.questions;
    if (before != nullptr) add_changes(*before, out);
    for (std::size_t i = 0; i < input_.evidence.size(); ++i) {
      if (input_.evidence[i].known_from.last != day) continue;
      out.new_items.push_back(input_.evidence[i].id);
      const bool speaks = input_.evidence[i].derived_from.empty();
      if (speaks && moved_++ < kMaxMovedItems) add_moves(i, day, out);
    }
    for (TimelineAnswer& answer : out.answers) {
      std::sort(answer.moves.begin(), answer.moves.end(), [](const TimelineMove& a, const TimelineMove& b) {
        return std::make_pair(-std::abs(a.log10_odds), std::string_view(a.item)) <
               std::make_pair(-std::abs(b.log10_odds), std::string_view(b.item));
      });
    }
    return out;
  }
  [[nodiscard]] Assessment take() { return std::move(now_); }

 private:
  /// Before anybody has spoken on the question, with everything it is asked given as it stands.
  [[nodiscard]] double prior_of(const TimelineAnswer& answer) const {
    const QuestionResult* question = question_named(now_, answer.question);
    return hypothesis_named(*question, answer.hypothesis)->prior * question->given_probability.value_or(1);
  }

  static void add_changes(const Assessment& before, TimelineDay& out) {
    for (TimelineAnswer& answer : out.answers) {
      const double was = answer.assessed ? probability_in(before, answer.question, answer.hypothesis) : -1;
      if (was > 0) answer.log10_change = log10_odds(answer.probability.mid) - log10_odds(was);
    }
  }

  /// The day without one item: as if it had become known on the day after.
  void add_moves(std::size_t item, Day day, TimelineDay& out) {
    Case without = input_;
    without.evidence[item].known_from.last = day + std::chrono::days(1);
    const Assessment other = assess(without, kinship_, {day, false});
    for (TimelineAnswer& answer : out.answers) {
      if (!answer.assessed) continue;
      double p = probability_in(other, answer.question, answer.hypothesis);
      if (p <= 0) p = prior_of(answer);  // Nobody else has spoken: the item does all of it.
      const double move = log10_odds(answer.probability.mid) - log10_odds(p);
      if (std::abs(move) >= kVisibleMove) answer.moves.push_back({input_.evidence[item].id, move});
    }
  }

  const Case& input_;
  std::span<const KinshipMeasurement> kinship_;
  Assessment now_;
  std::size_t moved_ = 0;
};

}  // namespace

std::vector<TimelineDay> timeline_of(const Case& input, std::span<const KinshipMeasurement> kinship, Day last,
                                     std::size_t limit) {
  std::set<Day> days;
  for (const EvidenceItem& item : input.evidence) {
    if (item.known_from.last <= last) days.insert(item.known_from.last);
  }
  while (days.size() > limit) days.erase(days.begin());
  std::vector<TimelineDay> out;
  std::optional<Assessment> before;
  Timeline timeline(input, kinship);
  for (const Day day : days) {
    out.push_back(timeline.on(day, before ? &*before : nullptr));
    before = timeline.take();
  }
  return out;
}

}  // namespace prova
