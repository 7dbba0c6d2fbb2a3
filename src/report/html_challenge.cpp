#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "report/html.h"
#include "report/html_parts.h"

namespace prova::report::html {
namespace {

std::string others_row(const CaseReport& report, const OtherAssessment& other) {
  std::string words = other.wording.empty() ? std::string() : fmt::format("“{}”", esc(other.wording));
  if (!other.yardstick_range.empty())
    words += fmt::format("<br><span class=\"small\">{} on their yardstick ({})</span>", esc(other.yardstick_range),
                         esc(other.yardstick));
  if (!other.confidence.empty())
    words += fmt::format("<br><span class=\"small\">Confidence: {}</span>", esc(other.confidence));
  std::string roots;
  for (const std::string& id : other.roots) {
    const Root* root = report.input.find_root(id);
    roots +=
        fmt::format("{}{}", roots.empty() ? "" : ", ", esc(root != nullptr && !root->label.empty() ? root->label : id));
  }
  std::string status = other.counted ? "counts" : "does not count";
  if (!other.echo_of.empty()) {
    status = "<span class=\"badge\">Echo</span> repeats";
    for (const std::string& id : other.echo_of) status += fmt::format(" {}", reference(report, id));
  } else if (!other.why_not.empty()) {
    status += fmt::format(": {}", esc(other.why_not));
  }
  if (other.withheld) status += "<br><span class=\"small\">evidence not disclosed</span>";
  return fmt::format("<tr><td class=\"nowrap\">{}</td><td>{} {}</td><td>{}</td><td>{}</td><td>{}</td></tr>\n",
                     day_text(other.known_from), esc(other.issuer), reference(report, other.item), words, roots,
                     status);
}

std::string others(const CaseReport& report) {
  const auto& list = report.assessment.others;
  if (list.empty())
    return "<h2 id=\"others\">What others say</h2>\n<p>No assessment of others is part of this case.</p>\n";
  std::string rows;
  const std::size_t shown = std::min(list.size(), kMaxListRows);
  for (std::size_t i = 0; i < shown; ++i) rows += others_row(report, list[i]);
  return "<h2 id=\"others\">What others say</h2>\n<p class=\"small\">In their own words, on their own yardstick. An "
         "echo repeats what is "
         "already there and adds nothing.</p>\n<div "
         "class=\"scroll\"><table><thead><tr><th>Date</th><th>Who</th><th>Words</th><th>Resting on</th>"
         "<th>In this assessment</th></tr></thead><tbody>\n" +
         rows + "</tbody></table></div>\n" + left_out(list.size(), shown, "assessments");
}

std::string contradictions(const CaseReport& report) {
  const auto& list = report.assessment.contradictions;
  std::string out = "<h3 id=\"contradictions\">Contradictions</h3>\n";
  if (list.empty()) return out + "<p>No two items contradict each other.</p>\n";
  const std::size_t shown = std::min(list.size(), kMaxHighlights);
  for (std::size_t i = 0; i < shown; ++i) {
    out += sentence(report, {SentenceKind::kFinding, list[i].text + ".", {list[i].item_a, list[i].item_b}});
  }
  return out + left_out(list.size(), shown, "contradictions");
}

std::string label_of(const QuestionResult& question, const std::string& id) {
  const HypothesisResult* found = find_hypothesis(question, id);
  return esc(found != nullptr ? found->label : id);
}

/// The largest moves of one question: enough to see what carries the answer.
std::string sensitivity_rows(const CaseReport& report, const QuestionResult& question) {
  constexpr std::size_t kShown = 8;
  std::string rows;
  std::size_t shown = 0;
  for (const SensitivityEntry& entry : report.assessment.sensitivity) {
    if (entry.question != question.id || shown == kShown) continue;
    // Below this a move cannot be seen in a whole per cent.
    constexpr double kVisible = 0.01;
    if (std::abs(entry.log10_odds) < kVisible && !entry.decisive) continue;
    ++shown;
    const bool item = entry.of == SensitivityEntry::Of::kItem;
    const std::string name =
        (item ? reference(report, entry.id) + " " : std::string()) + esc(entry.label.empty() ? entry.id : entry.label);
    rows += fmt::format(
        "<tr><td>{}</td><td>{}</td><td class=\"n\">{}</td><td class=\"n\">{}</td><td class=\"nowrap\">{}</td></tr>\n",
        name, name_of(entry.of), signed_number(entry.log10_odds), percent(entry.probability_without),
        entry.decisive ? "<span class=\"bad\">changes the answer</span>" : "");
  }
  return rows;
}

std::string sensitivity(const CaseReport& report) {
  std::string out;
  for (const QuestionResult& question : report.assessment.questions) {
    const std::string rows = sensitivity_rows(report, question);
    if (rows.empty()) continue;
    const HypothesisResult* shown = shown_hypothesis(question);
    out += fmt::format("<h4>{} <span class=\"soft\">{}</span></h4>\n", esc(question.ask),
                       shown != nullptr ? label_of(question, shown->id) : "");
    for (const Sentence& value : robustness_sentences(report, question)) out += sentence(report, value);
    out +=
        "<div class=\"scroll\"><table><thead><tr><th>Taken away or moved</th><th>Kind</th><th class=\"n\">log₁₀ "
        "odds</th>"
        "<th class=\"n\">Then at</th><th>Effect</th></tr></thead><tbody>\n" +
        rows + "</tbody></table></div>\n";
  }
  return "<h3 id=\"sensitivity\">What moves the answer most</h3>\n" +
         (out.empty() ? std::string("<p>Nothing to move yet.</p>\n") : out);
}

std::string ask_of(const CaseReport& report, const std::string& id) {
  for (const QuestionResult& question : report.assessment.questions) {
    if (question.id == id) return esc(question.ask);
  }
  return esc(id);
}

std::string next_evidence(const CaseReport& report) {
  const auto list = worth_collecting(report.assessment);
  std::string out = "<h3 id=\"next\">What to collect next</h3>\n";
  if (report.assessment.next_evidence.empty()) return out + "<p>The case names nothing that could be collected.</p>\n";
  if (list.empty()) return out + "<p>Nothing that the case names would move an answer any more.</p>\n";
  std::string rows;
  const std::size_t shown = std::min(list.size(), kMaxHighlights);
  for (std::size_t i = 0; i < shown; ++i) {
    const NextEvidence& next = *list[i];
    rows += fmt::format(
        "<tr><td>{}{}</td><td>{}</td><td class=\"n\">{:.2f} of {:.2f}</td><td class=\"n\">{}</td></tr>\n",
        esc(next.action), next.confirms && !next.item.empty() ? fmt::format(" {}", reference(report, next.item)) : "",
        ask_of(report, next.question), next.bits, next.entropy_bits, percent(next.find));
  }
  return out +
         "<p class=\"small\">By expected information: how many bits of what is open each step is expected to settle. "
         "The chance that "
         "there is something to find is the analyst's guess.</p>\n<div "
         "class=\"scroll\"><table><thead><tr><th>Step</th><th>Question</th>"
         "<th class=\"n\">Bits</th><th class=\"n\">Chance to find</th></tr></thead><tbody>\n" +
         rows + "</tbody></table></div>\n" + left_out(list.size(), shown, "steps");
}

std::string warnings(const CaseReport& report) {
  if (report.assessment.warnings.empty()) return {};
  std::string rows;
  const std::size_t shown = std::min(report.assessment.warnings.size(), kMaxListRows);
  for (std::size_t i = 0; i < shown; ++i) rows += fmt::format("<li>{}</li>", esc(report.assessment.warnings[i]));
  return "<h3>Traps in how the case was written</h3>\n<ul>" + rows + "</ul>\n" +
         left_out(report.assessment.warnings.size(), shown, "warnings");
}

}  // namespace

std::string challenge(const CaseReport& report) {
  return others(report) + "<h2 id=\"challenge\">What would change it</h2>\n" + sensitivity(report) +
         contradictions(report) + next_evidence(report) + warnings(report);
}

}  // namespace prova::report::html
