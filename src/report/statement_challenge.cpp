// Sections that argue against the answer, say how bad the incident is, and how the answer came to be.

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "report/html_parts.h"
#include "report/sentences.h"
#include "report/statement_parts.h"

namespace prova::report::parts {
namespace {

constexpr std::size_t kMaxItems = 5;
/// Weights below this do not change a whole per cent.
constexpr double kVisibleWeight = 0.01;

/// The most probable hypothesis beside the leader; null when there is none worth a sentence.
const HypothesisResult* rival_of(const QuestionResult& question) {
  const HypothesisResult* rival = nullptr;
  for (const HypothesisResult& h : question.hypotheses) {
    if (h.id == *question.leading) continue;
    if (rival == nullptr || h.probability.mid > rival->probability.mid) rival = &h;
  }
  return rival;
}

/// Items whose weight on the hypothesis has this sign, strongest first.
std::vector<std::string> items_for(const QuestionResult& question, std::string_view hypothesis, bool favour) {
  std::vector<std::string> ids;
  for (const ItemContribution& item : question.items) {
    const double weight = favour ? item.log10_weight : -item.log10_weight;
    if (item.hypothesis != hypothesis || item.absorbed || weight < kVisibleWeight) continue;
    if (std::find(ids.begin(), ids.end(), item.item) == ids.end()) ids.push_back(item.item);
  }
  return ids;
}

void add_items(const CaseReport& report, const Wording& words, Phrase phrase, std::vector<std::string> ids, StatementSection& section) {
  if (ids.empty()) return;
  std::vector<std::string> shown;
  for (std::size_t i = 0; i < ids.size() && i < kMaxItems; ++i) shown.push_back(item_text(report.input, ids[i], words));
  section.blocks.push_back(bullet({SentenceKind::kFinding, words.say(phrase, {{"items", words.semicolons(shown)}}), std::move(ids)}));
}

/// Items whose removal lets the rival lead.
std::vector<std::string> decisive_for(const Assessment& assessment, const QuestionResult& question, std::string_view rival) {
  std::vector<std::string> ids;
  for (const SensitivityEntry& entry : assessment.sensitivity) {
    if (entry.question == question.id && entry.of == SensitivityEntry::Of::kItem && entry.leader_without == rival) ids.push_back(entry.id);
  }
  return ids;
}

void add_rival(const CaseReport& report, const QuestionResult& question, const Wording& words, StatementSection& section) {
  const HypothesisResult* rival = rival_of(question);
  if (rival == nullptr) return;
  const bool unknown = rival->id == kUnknownId;
  section.blocks.push_back(paragraph(SentenceKind::kUnknown,
                                     words.say(unknown ? Phrase::kSecondUnknown : Phrase::kSecond,
                                               {{"ask", Wording::quotable(question.ask)},
                                                {"leader", Wording::quotable(label_of(question, *question.leading, words))},
                                                {"second", Wording::quotable(label_of(question, rival->id, words))},
                                                {"mid", words.percent(rival->probability.mid)}})));
  const auto favouring = items_for(question, rival->id, true);
  if (favouring.empty()) section.blocks.push_back(bullet({SentenceKind::kUnknown, words.say(Phrase::kSecondForNone), {}}));
  add_items(report, words, Phrase::kSecondFor, favouring, section);
  add_items(report, words, Phrase::kSecondAgainst, items_for(question, *question.leading, false), section);
  add_items(report, words, Phrase::kSecondNeeds, items_for(question, *question.leading, true), section);
  add_items(report, words, Phrase::kSecondWithout, decisive_for(report.assessment, question, rival->id), section);
}

bool on_a_ladder_of_clusters(const CaseReport& report, const std::string& question) {
  return std::any_of(report.input.clusters.begin(), report.input.clusters.end(), [&](const ActivityCluster& cluster) {
    return std::find(cluster.questions.begin(), cluster.questions.end(), question) != cluster.questions.end();
  });
}

StatementTable severity_table(const CaseReport& report, const SeverityInputs& inputs, const Wording& words) {
  StatementTable rows;
  rows.head = {words.say(Phrase::kColInput), words.say(Phrase::kColChosen), words.say(Phrase::kColPoints), words.say(Phrase::kHeadEvidence)};
  for (const SeverityInputRow& row : severity_inputs()) {
    const auto at = static_cast<std::size_t>(row.input);
    rows.rows.push_back({words.name(row.input), words.name(row, inputs.chosen[at]),
                         fmt::format("{} × {}", row.weight, option_score(row, inputs.chosen[at]).value_or(0)),
                         fmt::format("{}", fmt::join(standing(report, inputs.evidence[at]), ", "))});
  }
  return rows;
}

std::vector<std::string> severity_evidence(const CaseReport& report, const SeverityInputs& inputs) {
  std::vector<std::string> ids;
  for (const auto& some : inputs.evidence) {
    for (const std::string& id : standing(report, some)) {
      if (std::find(ids.begin(), ids.end(), id) == ids.end()) ids.push_back(id);
    }
  }
  return ids;
}

/// What moved an answer: by how much for the annex, what for the public.
std::string moves_text(const TimelineAnswer& answer, const Wording& words, Audience audience) {
  constexpr std::size_t kShown = 4;
  std::vector<std::string> moves;
  if (audience == Audience::kPublic) {
    for (std::size_t i = 0; i < answer.moves.size() && i < kShown; ++i) moves.push_back(answer.moves[i].item);
    return moves.empty() ? words.say(Phrase::kMovedByNothing) : words.say(Phrase::kBecauseOf, {{"items", words.list(moves)}});
  }
  for (std::size_t i = 0; i < answer.moves.size() && i < kShown; ++i) {
    moves.push_back(words.say(Phrase::kMovedBy, {{"item", answer.moves[i].item}, {"log10", words.signed_decimal(answer.moves[i].log10_odds, 2)}}));
  }
  return moves.empty() ? words.say(Phrase::kMovedByNothing) : fmt::format("{}", fmt::join(moves, ", "));
}

/// One entry per day on which the answer to a question moved by a whole per cent or changed.
void add_changes(const CaseReport& report, const QuestionResult& question, const Wording& words, Audience audience,
                 StatementSection& section) {
  std::string before, was;
  std::vector<StatementBlock> blocks;
  for (const TimelineDay& day : report.changes) {
    const auto answer = std::find_if(day.answers.begin(), day.answers.end(), [&](const TimelineAnswer& a) { return a.question == question.id; });
    if (answer == day.answers.end() || !answer->separable) continue;
    const std::string now = words.percent(answer->probability.mid);
    if (answer->hypothesis == before && now == was) continue;
    std::vector<std::string> ids;
    for (const TimelineMove& move : answer->moves) ids.push_back(move.item);
    if (ids.empty()) ids = day.new_items;
    blocks.push_back(bullet({SentenceKind::kLikelihood,
                             words.say(before == answer->hypothesis ? Phrase::kNewAnswer : Phrase::kFirstAnswer,
                                       {{"day", words.day(day.day)},
                                        {"label", Wording::quotable(answer->label)},
                                        {"term", words.term(answer->phia)},
                                        {"from", was},
                                        {"mid", now},
                                        {"moves", moves_text(*answer, words, audience)}}),
                             ids}));
    before = answer->hypothesis;
    was = now;
  }
  if (blocks.empty()) return;
  section.blocks.push_back(subheading(question.ask));
  std::move(blocks.begin(), blocks.end(), std::back_inserter(section.blocks));
}

}  // namespace

StatementSection second(const CaseReport& report, const Wording& words, Audience audience) {
  StatementSection section{"second", words.say(Phrase::kHeadSecond), {}};
  for (const QuestionResult& question : report.assessment.questions) {
    // Whose cluster did which phase is for the annex; a public reader asks who is responsible.
    if (audience == Audience::kPublic && on_a_ladder_of_clusters(report, question.id)) continue;
    if (question.leading) add_rival(report, question, words, section);
  }
  return section;
}

StatementSection severity(const CaseReport& report, const Wording& words, Audience audience) {
  StatementSection section{"severity", words.say(Phrase::kHeadSeverity), {}};
  if (!report.input.severity) {
    section.blocks.push_back(paragraph(SentenceKind::kUnknown, words.say(Phrase::kNoSeverity)));
    return section;
  }
  const SeverityInputs& inputs = *report.input.severity;
  const Severity result = severity_of(inputs);
  const std::vector<std::string> ids = severity_evidence(report, inputs);
  const SentenceKind kind = ids.empty() ? SentenceKind::kUnknown : SentenceKind::kFinding;
  section.blocks.push_back(paragraph(kind, words.say(Phrase::kNciss, {{"score", words.decimal(result.score, 1)}, {"level", words.name(result.level)}, {"meaning", words.meaning(result.level)}}), ids));
  section.blocks.push_back(paragraph(kind,
                                     words.say(Phrase::kNcissWithout, {{"score", words.decimal(result.score_without_actor, 1)},
                                                                       {"level", words.name(result.level_without_actor)},
                                                                       {"moved", words.decimal(std::abs(result.score - result.score_without_actor), 1)}}),
                                     ids));
  if (result.ncsc_category) {
    section.blocks.push_back(paragraph(kind,
                                       words.say(Phrase::kNcsc, {{"category", fmt::format("{}", *result.ncsc_category)},
                                                                 {"meaning", words.ncsc_meaning(*result.ncsc_category)}}),
                                       ids));
  }
  if (audience == Audience::kTechnical) section.blocks.push_back(table(severity_table(report, inputs, words)));
  return section;
}

StatementSection changes_over_time(const CaseReport& report, const Wording& words, Audience audience) {
  StatementSection section{"timeline", words.say(Phrase::kHeadTimeline), {}};
  for (const QuestionResult& question : report.assessment.questions) add_changes(report, question, words, audience, section);
  if (section.blocks.empty() || audience == Audience::kPublic) return section;
  StatementBlock figure;
  figure.figure = html::timeline_charts(report);
  if (!figure.figure.empty()) section.blocks.push_back(std::move(figure));
  return section;
}

}  // namespace prova::report::parts
