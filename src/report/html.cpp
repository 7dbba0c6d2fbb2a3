#include "report/html.h"

#include <fmt/format.h>

#include "report/html_page.h"
#include "report/html_parts.h"

namespace prova::report {
namespace {

std::string head(const CaseReport& report) {
  const std::string_view style = html::style_sheet();
  return fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
      "<meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
      "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n"
      "<title>{}</title>\n<style>{}</style>\n</head>\n",
      html::security_policy(style), html::esc(report.shown_title()), style);
}

std::string footer(const CaseReport& report) {
  return fmt::format("<footer><p>{}{}{}</p></footer>\n", html::esc(report.tlp.empty() ? "" : report.tlp + " · "),
                     html::esc(report.tool_version),
                     html::esc(report.generated_at.empty() ? "" : ", " + report.generated_at));
}

}  // namespace

std::string html_report(const CaseReport& report) {
  return head(report) + "<body>\n<main>\n" + html::summary(report) + html::code(report) + html::answers(report) +
         html::evidence(report) + html::challenge(report) + html::records(report) + "</main>\n" + footer(report) +
         "</body>\n</html>\n";
}

}  // namespace prova::report
