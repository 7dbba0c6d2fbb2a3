#include "report/html_statement.h"

#include <fmt/format.h>

#include "report/html_parts.h"
#include "report/statement_parts.h"

namespace prova::report {
namespace html {
namespace {

/// "2022-09-08": a line must not break within it.
bool is_day(std::string_view cell) { return cell.size() == 10 && cell[4] == '-' && cell[7] == '-'; }

std::string table_text(const StatementTable& table, bool anchors) {
  std::string head, rows;
  for (const std::string& cell : table.head) head += fmt::format("<th>{}</th>", esc(cell));
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    const bool named = anchors && r < table.ids.size();
    rows += named ? fmt::format("<tr id=\"{}\">", anchor("e-", table.ids[r])) : std::string("<tr>");
    for (const std::string& cell : table.rows[r]) rows += fmt::format("<td{}>{}</td>", is_day(cell) ? " class=\"nowrap\"" : "", esc(cell));
    rows += "</tr>\n";
  }
  const std::string more = table.left_out > 0 ? fmt::format("<p class=\"more\">+{}</p>\n", table.left_out) : std::string();
  return fmt::format("<div class=\"scroll\"><table{}><thead><tr>{}</tr></thead><tbody>\n{}</tbody></table></div>\n{}",
                     anchors ? " class=\"listing\"" : "", head, rows, more);
}

std::string block_text(const CaseReport& report, const StatementBlock& block, bool anchors) {
  if (!block.subheading.empty()) return fmt::format("<h4>{}</h4>\n", esc(block.subheading));
  if (!block.table.head.empty()) return table_text(block.table, anchors);
  if (!block.figure.empty()) return block.figure;
  if (block.bullet) return fmt::format("<li>{}</li>\n", inline_sentence(report, block.sentence, ""));
  return sentence(report, block.sentence);
}

}  // namespace

std::string section_body(const CaseReport& report, const StatementSection& section) {
  std::string out;
  bool in_list = false;
  for (const StatementBlock& block : section.blocks) {
    if (block.bullet != in_list) out += block.bullet ? "<ul class=\"said\">\n" : "</ul>\n";
    in_list = block.bullet;
    out += block_text(report, block, section.id == "evidence");
  }
  return in_list ? out + "</ul>\n" : out;
}

}  // namespace html

namespace {

/// Colour class of a TLP 2.0 label.
std::string_view tlp_class(std::string_view tlp) {
  if (tlp.starts_with("TLP:RED")) return "red";
  if (tlp.starts_with("TLP:AMBER")) return "amber";
  return tlp.starts_with("TLP:GREEN") ? "green" : "clear";
}

std::string header(const Statement& statement, const Wording& words) {
  std::string out = "<header>\n";
  if (!statement.tlp.empty()) out += fmt::format("<p class=\"tlp {}\">{}</p>\n", tlp_class(statement.tlp), html::esc(statement.tlp));
  out += fmt::format("<h1>{}</h1>\n<p class=\"meta\">{} · <strong>{}</strong></p>\n", html::esc(statement.title), html::esc(statement.kind),
                     html::esc(statement.as_of));
  if (!statement.notice.empty()) {
    out += fmt::format("<div class=\"notice\"><strong>{}</strong>{}</div>\n", words.say(Phrase::kPleaseNote), html::esc(statement.notice));
  }
  if (!statement.summary.empty()) out += fmt::format("<p class=\"lead\">{}</p>\n", html::esc(statement.summary));
  return out + "</header>\n";
}

}  // namespace

std::string html_statement(const CaseReport& report, const Statement& statement) {
  const Wording words(statement.language);
  std::string body = header(statement, words);
  for (const StatementSection& section : statement.sections) {
    body += fmt::format("<h2 id=\"{}\">{}</h2>\n{}", section.id, html::esc(section.heading), html::section_body(report, section));
  }
  const std::string made = report.tool_version.empty() ? std::string() : words.say(Phrase::kGeneratedBy, {{"tool", report.tool_version}});
  return html::document_head(code_of(statement.language), statement.title) + "<body>\n<main>\n" + body + "</main>\n" +
         fmt::format("<footer><p>{}{}</p></footer>\n</body>\n</html>\n",
                     html::esc(statement.tlp.empty() ? "" : statement.tlp + " · "), html::esc(made));
}

}  // namespace prova::report
