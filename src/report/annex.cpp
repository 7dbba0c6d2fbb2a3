// The tables of the technical annex.

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

#include "report/html_parts.h"
#include "report/sentences.h"
#include "report/statement_parts.h"

namespace prova::report::parts {
namespace {

constexpr std::size_t kMaxRows = 200;
/// Rows of a matrix that a reader takes in; the most diagnostic come first.
constexpr std::size_t kMaxMatrixRows = 40;

void add_row(StatementTable& table, std::vector<std::string> row) {
  if (table.rows.size() < kMaxRows) table.rows.push_back(std::move(row));
  else ++table.left_out;
}

std::vector<std::string> head(const Wording& words, std::initializer_list<Phrase> columns) {
  std::vector<std::string> out;
  for (const Phrase column : columns) out.push_back(words.say(column));
  return out;
}

StatementTable answer_table(const QuestionResult& question, const Wording& words) {
  StatementTable rows;
  rows.head = head(words, {Phrase::kColAnswer, Phrase::kColProbability, Phrase::kColInterval, Phrase::kColPhia, Phrase::kColBefore,
                           Phrase::kColPosed});
  for (const HypothesisResult& h : question.hypotheses) {
    const std::string low = words.percent(h.probability.low), high = words.percent(h.probability.high);
    const std::string interval = low == high ? low : words.say(Phrase::kRange, {{"low", low}, {"high", high}});
    const std::string term = h.terms.phia.empty() ? words.say(Phrase::kNoTerm) : words.term(h.terms.phia) + (h.terms.phia_in_gap ? "*" : "");
    add_row(rows, {label_of(question, h.id, words), words.percent(h.probability.mid),
                   interval, term, words.percent(h.prior), h.imitable ? words.percent(h.posing) : "–"});
  }
  return rows;
}

/// What the items of one question do to each hypothesis, the sum over what is not said already.
using Weights = std::map<std::string, std::map<std::string, double>>;
Weights weights_of(const QuestionResult& question) {
  Weights weights;
  for (const ItemContribution& item : question.items) {
    if (!item.absorbed) weights[item.item][item.hypothesis] += item.log10_weight;
  }
  return weights;
}

/// The marks of an ACH matrix, from measured weights: a factor of 3 is strong, a visible one is weak.
std::string mark(double log10_weight) {
  constexpr double kStrong = 0.48, kWeak = 0.05;
  if (log10_weight >= kStrong) return "++";
  if (log10_weight >= kWeak) return "+";
  if (log10_weight <= -kStrong) return "−−";
  if (log10_weight <= -kWeak) return "−";
  return "0";
}

double spread(const QuestionResult& question, const std::map<std::string, double>& weights) {
  double low = 0, high = 0;
  for (const HypothesisResult& h : question.hypotheses) {
    const auto found = weights.find(h.id);
    const double weight = found == weights.end() ? 0 : found->second;
    low = std::min(low, weight);
    high = std::max(high, weight);
  }
  return high - low;
}

StatementTable matrix_table(const QuestionResult& question, const Wording& words) {
  StatementTable rows;
  rows.head = {words.say(Phrase::kColItem)};
  for (const HypothesisResult& h : question.hypotheses) {
    if (h.id != kUnknownId) rows.head.push_back(label_of(question, h.id, words));
  }
  const Weights weights = weights_of(question);
  std::vector<std::pair<double, std::string>> order;
  for (const auto& [item, of] : weights) order.emplace_back(-spread(question, of), item);
  std::sort(order.begin(), order.end());
  for (const auto& [diagnosticity, item] : order) {
    if (rows.rows.size() == kMaxMatrixRows) {
      ++rows.left_out;
      continue;
    }
    std::vector<std::string> row = {item};
    const auto& of = weights.at(item);
    for (const HypothesisResult& h : question.hypotheses) {
      if (h.id != kUnknownId) row.push_back(of.contains(h.id) ? mark(of.at(h.id)) : "0");
    }
    rows.rows.push_back(std::move(row));
    rows.ids.push_back(item);
  }
  return rows;
}

std::string status_of(const CaseReport& report, const OtherAssessment& other, const Wording& words) {
  for (const SilentItem& silent : report.assessment.silent) {
    if (silent.item == other.item) return words.silence(silent, other.echo_of);
  }
  return words.say(other.counted ? Phrase::kCounts : Phrase::kCountsNot);
}

std::string roots_of(const CaseReport& report, const std::vector<std::string>& ids, const Wording& words) {
  std::vector<std::string> labels;
  for (const std::string& id : ids) {
    const Root* root = report.input.find_root(id);
    labels.push_back(root != nullptr && !root->label.empty() ? root->label : id);
  }
  return words.semicolons(labels);
}

const QuestionResult* question_named(const Assessment& assessment, const std::string& id) {
  for (const QuestionResult& question : assessment.questions) {
    if (question.id == id) return &question;
  }
  return nullptr;
}

}  // namespace

StatementSection all_answers(const CaseReport& report, const Wording& words) {
  StatementSection section{"answers", words.say(Phrase::kHeadAnswers), {}};
  for (const QuestionResult& question : report.assessment.questions) {
    section.blocks.push_back(subheading(question.ask));
    if (!question.assessed) {
      section.blocks.push_back(paragraph(SentenceKind::kUnknown, words.say(Phrase::kNotAssessed, {{"why", ""}})));
      continue;
    }
    if (const HypothesisResult* shown = shown_hypothesis(question)) {
      StatementBlock figure;
      figure.figure = html::interval_bar(shown->probability, false);
      section.blocks.push_back(std::move(figure));
    }
    section.blocks.push_back(table(answer_table(question, words)));
  }
  return section;
}

StatementSection others_table(const CaseReport& report, const Wording& words) {
  StatementSection section{"others", words.say(Phrase::kHeadOthers), {}};
  if (report.assessment.others.empty()) return section;
  StatementTable rows;
  rows.head = head(words, {Phrase::kColDate, Phrase::kColWho, Phrase::kColWords, Phrase::kColTheirScale, Phrase::kColRoot, Phrase::kColHere});
  for (const OtherAssessment& other : report.assessment.others) {
    std::string scale = other.yardstick_range.empty() ? "–" : fmt::format("{} ({})", other.yardstick_range, other.yardstick);
    add_row(rows, {words.short_date(day_text(other.known_from)), fmt::format("{} [{}]", issuer_of(report, other.item), other.item),
                   other.wording.empty() ? "–" : words.quoted(other.wording), std::move(scale), roots_of(report, other.roots, words),
                   status_of(report, other, words)});
  }
  section.blocks.push_back(table(std::move(rows)));
  return section;
}

StatementSection reporting_graph(const CaseReport& report, const Wording& words) {
  StatementSection section{"graph", words.say(Phrase::kHeadGraph), {}};
  StatementBlock figure;
  figure.figure = draw_reporting(report, words);
  if (figure.figure.empty()) return section;
  section.blocks.push_back(paragraph(SentenceKind::kUnknown, words.say(Phrase::kGraphNote)));
  section.blocks.push_back(std::move(figure));
  for (const OtherAssessment& other : report.assessment.others) {
    if (!other.echo_of.empty()) section.blocks.push_back(bullet(echo_sentence(other, words.language())));
  }
  return section;
}

StatementSection matrix(const CaseReport& report, const Wording& words) {
  StatementSection section{"matrix", words.say(Phrase::kHeadMatrix), {}};
  for (const QuestionResult& question : report.assessment.questions) {
    StatementTable rows = matrix_table(question, words);
    if (rows.rows.empty()) continue;
    if (section.blocks.empty()) section.blocks.push_back(paragraph(SentenceKind::kUnknown, words.say(Phrase::kMatrixNote)));
    section.blocks.push_back(subheading(question.ask));
    section.blocks.push_back(table(std::move(rows)));
  }
  return section;
}

StatementSection sensitivity(const CaseReport& report, const Wording& words) {
  StatementSection section{"sensitivity", words.say(Phrase::kHeadSensitivity), {}};
  constexpr std::size_t kShown = 8;
  constexpr double kVisible = 0.01;
  for (const QuestionResult& question : report.assessment.questions) {
    StatementTable rows;
    rows.head = head(words, {Phrase::kColTaken, Phrase::kColOdds, Phrase::kColThen, Phrase::kColEffect});
    for (const SensitivityEntry& entry : report.assessment.sensitivity) {
      if (entry.question != question.id || rows.rows.size() == kShown) continue;
      if (std::abs(entry.log10_odds) < kVisible && !entry.decisive) continue;
      const bool item = entry.of == SensitivityEntry::Of::kItem;
      rows.rows.push_back({item ? entry.id : entry.label.empty() ? entry.id : entry.label, words.signed_decimal(entry.log10_odds, 2),
                           words.percent(entry.probability_without), entry.decisive ? words.say(Phrase::kChangesAnswer) : ""});
    }
    if (rows.rows.empty()) continue;
    section.blocks.push_back(subheading(question.ask));
    section.blocks.push_back(table(std::move(rows)));
  }
  return section;
}

StatementSection contradictions(const CaseReport& report, const Wording& words) {
  StatementSection section{"contradictions", words.say(Phrase::kHeadContradictions), {}};
  constexpr std::size_t kShown = 12;
  // One sentence per item and question, naming all that it clashes with: nine lines about one item are read as nine problems.
  std::vector<std::pair<const Contradiction*, std::vector<std::string>>> clashes;
  for (const Contradiction& one : report.assessment.contradictions) {
    if (one.item_b.empty()) continue;  // A disproved item stands among those that do not count.
    const auto same = std::find_if(clashes.begin(), clashes.end(), [&](const auto& clash) {
      return clash.first->question == one.question && clash.first->item_a == one.item_a;
    });
    if (same == clashes.end()) clashes.push_back({&one, {one.item_b}});
    else if (std::find(same->second.begin(), same->second.end(), one.item_b) == same->second.end()) same->second.push_back(one.item_b);
  }
  for (const auto& [one, others] : clashes) {
    if (section.blocks.size() == kShown) break;
    const QuestionResult* question = question_named(report.assessment, one->question);
    std::vector<std::string> ids = others;
    ids.insert(ids.begin(), one->item_a);
    section.blocks.push_back(bullet({SentenceKind::kFinding,
                                     words.say(Phrase::kContradicts, {{"a", one->item_a}, {"b", words.list(others)},
                                                                      {"ask", Wording::quotable(question == nullptr ? one->question : question->ask)}}),
                                     std::move(ids)}));
  }
  return section;
}

StatementSection next_steps(const CaseReport& report, const Wording& words) {
  StatementSection section{"next", words.say(Phrase::kHeadNext), {}};
  StatementTable rows;
  rows.head = head(words, {Phrase::kColStep, Phrase::kColQuestion, Phrase::kColBits});
  for (const NextEvidence* next : worth_collecting(report.assessment)) {
    const QuestionResult* question = question_named(report.assessment, next->question);
    add_row(rows, {next->action, question == nullptr ? next->question : question->ask,
                   fmt::format("{} / {}", words.decimal(next->bits, 2), words.decimal(next->entropy_bits, 2))});
  }
  if (!rows.rows.empty()) section.blocks.push_back(table(std::move(rows)));
  return section;
}

StatementSection code(const CaseReport& report, const Wording& words) {
  StatementSection section{"code", words.say(Phrase::kHeadCode), {}};
  for (const ArtifactResult& artifact : report.artifacts) {
    if (!artifact.analysed) continue;
    const std::size_t before = section.blocks.size();
    for (const MatchReport& match : artifact.matches) {
      for (const FamilyResult& family : match.families) {
        for (Sentence& sentence : family_sentences(report, artifact, match, family, words.language())) {
          section.blocks.push_back(bullet(std::move(sentence)));
        }
      }
    }
    if (section.blocks.size() == before) section.blocks.push_back(bullet(nothing_shared_sentence(artifact, words.language())));
    if (!artifact.stand_in.empty()) {
      section.blocks.push_back(paragraph(SentenceKind::kUnknown,
                                         words.say(Phrase::kStandIn, {{"name", Wording::quotable(artifact.path)}, {"what", Wording::quotable(artifact.stand_in)}}),
                                         {artifact.path}));
    }
  }
  return section;
}

}  // namespace prova::report::parts
