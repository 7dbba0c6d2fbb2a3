#include "report/html.h"

#include <fmt/format.h>

#include "report/html_page.h"
#include "report/html_parts.h"
#include "report/html_statement.h"
#include "report/statement_parts.h"

namespace prova::report {
namespace {

std::string section(const CaseReport& report, const StatementSection& value) {
  if (value.blocks.empty()) return {};
  return fmt::format("<h2 id=\"{}\">{}</h2>\n{}", value.id, html::esc(value.heading), html::section_body(report, value));
}

/// What was done, what was lost, how serious it is: in the words of the statement.
std::string activity_sections(const CaseReport& report) {
  const Wording words(Language::kEnglish);
  std::string out;
  if (!report.input.clusters.empty()) out += section(report, parts::activity(report, words));
  out += section(report, parts::losses(report, words)) + section(report, parts::leaked(report, words));
  if (report.input.severity) out += section(report, parts::severity(report, words, Audience::kTechnical));
  return out;
}

std::string challenge_sections(const CaseReport& report) {
  const Wording words(Language::kEnglish);
  StatementSection changes = parts::changes_over_time(report, words, Audience::kTechnical);
  std::erase_if(changes.blocks, [](const StatementBlock& block) { return !block.figure.empty(); });  // They stand above.
  changes.id = "changes";
  changes.heading = "What changed the assessment, and by how much";
  return section(report, parts::reporting_graph(report, words)) + section(report, parts::second(report, words, Audience::kTechnical)) +
         section(report, parts::matrix(report, words)) + section(report, changes);
}

std::string footer(const CaseReport& report) {
  return fmt::format("<footer><p>{}{}{}</p></footer>\n", html::esc(report.tlp.empty() ? "" : report.tlp + " · "),
                     html::esc(report.tool_version),
                     html::esc(report.generated_at.empty() ? "" : ", " + report.generated_at));
}

}  // namespace

std::string html::document_head(std::string_view language, std::string_view title) {
  const std::string_view style = style_sheet();
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"{}\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n",
      language, security_policy(style), esc(title), style);
}

std::string html_report(const CaseReport& report) {
  return html::document_head("en", report.shown_title()) + "<body>\n<main>\n" + html::summary(report) + activity_sections(report) + html::code(report) + html::answers(report) +
         html::evidence(report) + html::challenge(report) + challenge_sections(report) + html::records(report) + "</main>\n" + footer(report) +
         "</body>\n</html>\n";
}

}  // namespace prova::report
