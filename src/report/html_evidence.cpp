#include <fmt/format.h>

#include <algorithm>

#include "report/html.h"
#include "report/html_parts.h"

namespace prova::report::html {
namespace {

std::string label_of(const QuestionResult& question, const std::string& hypothesis) {
  const HypothesisResult* found = find_hypothesis(question, hypothesis);
  return esc(found != nullptr ? found->label : hypothesis);
}

const SilentItem* silent(const CaseReport& report, const std::string& id) {
  for (const SilentItem& item : report.assessment.silent) {
    if (item.item == id) return &item;
  }
  return nullptr;
}

/// What the item does to each hypothesis it speaks about, in log10 units after reliability.
std::string weights(const CaseReport& report, const EvidenceItem& item) {
  std::string out;
  for (const QuestionResult& question : report.assessment.questions) {
    for (const ItemContribution& part : question.items) {
      if (part.item != item.id) continue;
      const std::string_view remark = part.absorbed  ? " <span class=\"small\">(already said)</span>"
                                      : part.implied ? " <span class=\"small\">(implied)</span>"
                                                     : "";
      out += fmt::format("<li><span class=\"nowrap\">{}</span> {}{}</li>", signed_number(part.log10_weight),
                         label_of(question, part.hypothesis), remark);
    }
  }
  if (const SilentItem* why = silent(report, item.id)) {
    out += fmt::format("<li class=\"small\">0: {}</li>", esc(why->text));
  }
  return out.empty() ? std::string("<span class=\"small\">0</span>") : "<ul>" + out + "</ul>";
}

std::string roots(const CaseReport& report, const EvidenceItem& item) {
  std::string out;
  for (const std::string& id : item.roots) {
    const Root* root = report.input.find_root(id);
    const char grade = root != nullptr ? static_cast<char>(root->grade) : '?';
    out += fmt::format("<li>{} <span class=\"nowrap\">({}{})</span></li>",
                       esc(root != nullptr && !root->label.empty() ? root->label : id), grade, item.credibility);
  }
  return "<ul>" + out + "</ul>";
}

std::string source(const EvidenceItem& item) {
  std::string out = esc(item.issuer);
  if (!item.wording.empty()) out += (out.empty() ? "“" : ": “") + esc(item.wording) + "”";
  if (!item.source.text.empty()) out += (out.empty() ? "" : ". ") + esc(item.source.text);
  constexpr std::size_t kShown = 3;
  for (std::size_t i = 0; i < item.source.urls.size() && i < kShown; ++i) out += "<br>" + web_link(item.source.urls[i]);
  return out.empty() ? out : "<br><span class=\"small\">" + out + "</span>";
}

/// "2021-05 to 2022-07": a line may break between the two days, not within one.
std::string event_days(std::string_view written) {
  const std::size_t dots = written.find("..");
  if (dots == std::string_view::npos) return fmt::format("<span class=\"nowrap\">{}</span>", esc(written));
  return fmt::format("<span class=\"nowrap\">{}</span> to <span class=\"nowrap\">{}</span>",
                     esc(written.substr(0, dots)), esc(written.substr(dots + 2)));
}

std::string evidence_row(const CaseReport& report, const EvidenceItem& item) {
  std::string when = fmt::format("<span class=\"nowrap\">{}</span>", esc(item.known_from.text));
  if (item.event_date)
    when += fmt::format("<br><span class=\"small\">happened {}</span>", event_days(item.event_date->text));
  return fmt::format(
      "<tr id=\"{}\"><td><strong>{}</strong><br>{}</td><td>{}{}</td><td>{}{}"
      "<span class=\"small\">spoofable {} of 5</span></td><td>{}</td></tr>\n",
      anchor("e-", item.id), esc(item.id), when, esc(item.claim), source(item), esc(row_of(item.kind).label),
      roots(report, item), item.spoofability, weights(report, item));
}

std::string hypothesis_row(const HypothesisResult& h, bool assessed, bool leading) {
  const std::string name = leading ? "<strong>" + esc(h.label) + "</strong>" : esc(h.label);
  if (!assessed) return fmt::format("<tr><td>{}</td><td colspan=\"5\" class=\"small\">not assessed</td></tr>\n", name);
  const std::string_view none = "no term";
  return fmt::format(
      "<tr><td>{}</td><td class=\"n\">{} <br><span class=\"small\">{} to {}</span></td><td>{}</td><td>{}</td>"
      "<td class=\"n\">{}</td><td class=\"n\">{}</td></tr>\n",
      name, percent(h.probability.mid), percent(h.probability.low), percent(h.probability.high),
      h.terms.phia.empty() ? std::string(none) : esc(h.terms.phia) + (h.terms.phia_in_gap ? "*" : ""),
      h.terms.icd203.empty() ? std::string(none) : esc(h.terms.icd203), percent(h.prior),
      h.imitable ? percent(h.posing) : std::string("n/a"));
}

std::string criteria(const Confidence& confidence) {
  if (confidence.criteria.empty()) return {};
  std::string rows;
  for (const ConfidenceReason& reason : confidence.criteria) {
    rows += fmt::format("<li>{} {}: {}</li>",
                        reason.met ? "<span class=\"good\">met</span>" : "<span class=\"bad\">not met</span>",
                        name_of(reason.level), esc(reason.text));
  }
  return fmt::format("<p class=\"small\">Criteria of confidence</p>\n<ul class=\"criteria\">{}</ul>\n", rows);
}

/// "Asked given that ... is the answer to ...", in the words of the case.
std::string condition(const Assessment& assessment, const QuestionResult& question) {
  if (question.given_question.empty()) return {};
  std::string ask = esc(question.given_question), answer = esc(question.given_hypothesis);
  for (const QuestionResult& other : assessment.questions) {
    if (other.id != question.given_question) continue;
    ask = esc(other.ask);
    answer = label_of(other, question.given_hypothesis);
  }
  return fmt::format("<p class=\"small\">Asked given that “{}” is the answer to “{}”{}.</p>\n", answer, ask,
                     question.given_probability ? fmt::format(", which is at {}", percent(*question.given_probability))
                                                : std::string());
}

std::string question_block(const Assessment& assessment, const QuestionResult& question) {
  std::string rows;
  for (const HypothesisResult& h : question.hypotheses) {
    rows += hypothesis_row(h, question.assessed, question.leading && *question.leading == h.id);
  }
  return fmt::format(
      "<h3>{}</h3>\n{}<div class=\"scroll\"><table class=\"answers\"><thead><tr><th>Answer</th><th "
      "class=\"n\">Probability<br>80 % "
      "interval</th><th>UK PHIA</th>"
      "<th>US ICD 203</th><th class=\"n\">Before evidence</th><th class=\"n\">Posed as</th></tr></thead><tbody>\n{}"
      "</tbody></table></div>\n{}",
      esc(question.ask), condition(assessment, question), rows, criteria(question.confidence));
}

}  // namespace

std::string answers(const CaseReport& report) {
  std::string out =
      "<h2 id=\"answers\">All answers</h2>\n<p class=\"small\">“Posed as” is the probability that someone else only "
      "poses "
      "as this answer. A star marks a value in a gap of the yardstick, given the nearer term.</p>\n";
  for (const QuestionResult& question : report.assessment.questions) out += question_block(report.assessment, question);
  return out + timeline(report);
}

std::string evidence(const CaseReport& report) {
  const auto& items = report.input.evidence;
  std::string rows;
  const std::size_t shown = std::min(items.size(), kMaxEvidenceRows);
  for (std::size_t i = 0; i < shown; ++i) rows += evidence_row(report, items[i]);
  if (rows.empty()) return "<h2 id=\"evidence\">Evidence</h2>\n<p>The case holds no evidence yet.</p>\n";
  return fmt::format(
      "<h2 id=\"evidence\">Evidence</h2>\n<p class=\"small\">{} known on this day, {} of them counted. The grade is "
      "that of the "
      "Admiralty code: source A to F, information 1 to 6. Weights are log₁₀ of the factor by which the item alone "
      "moves the odds, after reliability; items of one root do not add up.</p>\n"
      "<div class=\"scroll\"><table class=\"evidence\"><thead><tr><th>Item, known from</th><th>What it "
      "says</th><th>Kind, root (grade)</th><th>Weight</th></tr></thead><tbody>\n{}"
      "</tbody></table></div>\n{}",
      counted(report.assessment.items_known, "item", "items"), report.assessment.items_counted, rows,
      left_out(items.size(), shown, "items"));
}

}  // namespace prova::report::html
