#include <fmt/format.h>

#include "report/html_parts.h"
#include "report/statement_parts.h"

namespace prova::report::html {
namespace {

/// Colour class of a TLP 2.0 label (FIRST, https://www.first.org/tlp/): text colour on black.
std::string_view tlp_class(std::string_view tlp) {
  if (tlp.starts_with("TLP:RED")) return "red";
  if (tlp.starts_with("TLP:AMBER")) return "amber";
  if (tlp.starts_with("TLP:GREEN")) return "green";
  return "clear";
}

std::string title_block(const CaseReport& report) {
  std::string out;
  if (!report.tlp.empty()) out += fmt::format("<p class=\"tlp {}\">{}</p>\n", tlp_class(report.tlp), esc(report.tlp));
  const std::string& title = report.shown_title();
  out += fmt::format("<h1>{}</h1>\n", title.empty() ? "Case without a title" : esc(title));
  const std::string day = day_text(report.assessment.as_of);
  out += fmt::format("<p class=\"meta\">{}", day.empty() ? std::string("The day of this assessment is not known.")
                                                         : fmt::format("As known on <strong>{}</strong>", day));
  if (!report.authors.empty()) {
    out += " · ";
    for (const std::string& author : report.authors)
      out += (&author == &report.authors.front() ? "" : ", ") + esc(author);
  }
  out += "</p>\n";
  if (!report.input.notice.empty()) {
    out += fmt::format("<div class=\"notice\"><strong>Please note</strong>{}</div>\n", esc(report.input.notice));
  }
  if (!report.input.summary.empty()) out += fmt::format("<p class=\"lead\">{}</p>\n", esc(report.input.summary));
  return out;
}

std::string headline(const QuestionResult& question) {
  const HypothesisResult* shown = shown_hypothesis(question);
  if (shown == nullptr) return "Not assessed";
  if (!question.leading) return "Open";
  return fmt::format("{} <small>{}</small>", esc(shown->label), esc(shown->terms.phia));
}

std::string question_card(const CaseReport& report, const QuestionResult& question, bool labelled) {
  std::string out =
      fmt::format("<section class=\"question\" id=\"{}\">\n<p class=\"ask\">{}</p>\n<p class=\"answer\">{}</p>\n",
                  anchor("q-", question.id), esc(question.ask), headline(question));
  if (question.leading) {
    if (const HypothesisResult* shown = shown_hypothesis(question)) out += interval_bar(shown->probability, labelled);
  }
  out += sentence(report, answer_sentence(question, report.assessment.as_of));
  out += sentence(report, confidence_sentence(question), "conf");
  return out + "</section>\n";
}

std::string unknown_list(const CaseReport& report) {
  std::string out;
  for (const QuestionResult& question : report.assessment.questions) {
    std::string own;
    const auto open = open_sentences(question);
    if (!question.leading) own += sentence(report, answer_sentence(question, report.assessment.as_of));
    for (const Sentence& value : open) own += sentence(report, value);
    if (!own.empty()) out += fmt::format("<h4>{}</h4>\n{}", esc(question.ask), own);
  }
  std::string rest;
  for (const Sentence& value : limits_of(report)) rest += sentence(report, value);
  if (!rest.empty()) out += "<h4>Evidence</h4>\n" + rest;
  if (out.empty()) out = "<p>No question is open and every file could be analysed.</p>\n";
  return "<h2 id=\"unknown\">What is unknown</h2>\n" + out;
}

constexpr std::string_view kContents =
    "<p class=\"toc\"><a href=\"#unknown\">What is unknown</a> <a href=\"#losses\">What was lost</a> <a href=\"#code\">Whose code</a> "
    "<a href=\"#answers\">All answers</a> <a href=\"#evidence\">Evidence</a> <a href=\"#others\">What others say</a> "
    "<a href=\"#challenge\">What would change it</a> <a href=\"#records\">Files and custody</a> "
    "<a href=\"#method\">Method</a></p>\n";

}  // namespace

std::string summary(const CaseReport& report) {
  std::string out = "<header>\n" + title_block(report) + "</header>\n";
  if (report.assessment.questions.empty()) out += "<p>This case asks no question yet.</p>\n";
  bool labelled = true;  // The names of the ranges stand once, on the first bar.
  for (const QuestionResult& question : report.assessment.questions) {
    out += question_card(report, question, labelled);
    if (question.leading) labelled = false;
  }
  const Sentence note = parts::reading_note(report, Wording(Language::kEnglish)).sentence;
  if (!note.text.empty()) out += sentence(report, note);
  return out + std::string(kContents) + unknown_list(report);
}

}  // namespace prova::report::html
