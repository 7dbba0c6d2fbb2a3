#include "report/markdown.h"

#include <fmt/format.h>

#include "base/escape.h"
#include "report/html_parts.h"
#include "report/statement_parts.h"

namespace prova::report {
namespace {

/// Quotation marks need no entity outside attributes, and read badly as one in the source.
std::string without_quote_entities(const std::string& escaped) {
  std::string out;
  for (std::size_t i = 0; i < escaped.size();) {
    const std::string_view rest = std::string_view(escaped).substr(i);
    const bool single = rest.starts_with("&#39;"), twice = rest.starts_with("&quot;");
    out += single ? '\'' : twice ? '"' : escaped[i];
    i += single ? 5 : twice ? 6 : 1;
  }
  return out;
}

/// Text as CommonMark text: HTML is escaped, and so is every character that begins markup; newlines become spaces, and
/// what moves a cursor or turns the reading direction is made visible.
std::string plain(std::string_view text) {
  constexpr std::string_view kMarkup = "\\`*_{}[]()#+!|~";
  std::string out;
  for (const char c : without_quote_entities(escape_html(text))) {
    if (c == '\n' || c == '\r' || c == '\t') {
      out += ' ';
    } else {
      if (kMarkup.find(c) != std::string_view::npos && c != '(' && c != ')' && c != '+' && c != '#') out += '\\';
      out += c;
    }
  }
  return out;
}

/// Text at the start of a line: "- x", "# x", "1. x" must not begin a block.
std::string paragraph_text(std::string_view text) {
  std::string out = plain(text);
  const bool begins_block = !out.empty() && (out[0] == '-' || out[0] == '+' || out[0] == '#' || out[0] == '>' || out[0] == '=');
  std::size_t digits = 0;
  while (digits < out.size() && out[digits] >= '0' && out[digits] <= '9') ++digits;
  const bool numbered = digits > 0 && digits < out.size() && (out[digits] == '.' || out[digits] == ')');
  if (numbered) return fmt::format("{}\\{}", out.substr(0, digits), out.substr(digits));
  return begins_block ? fmt::format("\\{}", out) : out;
}

std::string references(const CaseReport& report, const Sentence& sentence) {
  constexpr std::size_t kMaxReferences = 6;
  std::string out;
  for (std::size_t i = 0; i < sentence.evidence.size() && i < kMaxReferences; ++i) {
    const std::string& id = sentence.evidence[i];
    const bool item = parts::stands(report, id);
    out += item ? fmt::format(" [{}](#{})", plain(id), html::anchor("e-", id)) : fmt::format(" {}", plain(id));
  }
  if (sentence.evidence.size() > kMaxReferences) out += fmt::format(" [+{}](#evidence)", sentence.evidence.size() - kMaxReferences);
  return out;
}

std::string table_text(const StatementTable& table) {
  std::string out = "|", rule = "|";
  for (const std::string& cell : table.head) {
    out += fmt::format(" {} |", plain(cell));
    rule += " --- |";
  }
  out += "\n" + rule + "\n";
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    out += "|";
    for (std::size_t c = 0; c < table.rows[r].size(); ++c) {
      const bool anchored = c == 0 && r < table.ids.size() && table.head.size() == 6;
      out += anchored ? fmt::format(" <a id=\"{}\"></a>{} |", html::anchor("e-", table.ids[r]), plain(table.rows[r][c]))
                      : fmt::format(" {} |", plain(table.rows[r][c]));
    }
    out += "\n";
  }
  if (table.left_out > 0) out += fmt::format("\n(+{})\n", table.left_out);
  return out + "\n";
}

std::string block_text(const CaseReport& report, const StatementBlock& block) {
  if (!block.subheading.empty()) return fmt::format("### {}\n\n", plain(block.subheading));
  if (!block.table.head.empty()) return table_text(block.table);
  if (block.sentence.text.empty()) return {};  // A figure: the tables say the same.
  const std::string refs = references(report, block.sentence);
  if (block.bullet) return fmt::format("- {}{}\n", plain(block.sentence.text), refs);
  return fmt::format("{}{}\n\n", paragraph_text(block.sentence.text), refs);
}

}  // namespace

std::string markdown(const CaseReport& report, const Statement& statement) {
  const Wording words(statement.language);
  std::string out;
  if (!statement.tlp.empty()) out += fmt::format("**{}**\n\n", plain(statement.tlp));
  out += fmt::format("# {}\n\n**{}.** {}\n\n", plain(statement.title), plain(statement.kind), plain(statement.as_of));
  if (!statement.notice.empty()) out += fmt::format("> **{}.** {}\n\n", words.say(Phrase::kPleaseNote), plain(statement.notice));
  if (!statement.summary.empty()) out += paragraph_text(statement.summary) + "\n\n";
  for (const StatementSection& section : statement.sections) {
    out += fmt::format("## <a id=\"{}\"></a>{}\n\n", section.id, plain(section.heading));
    bool in_list = false;
    for (const StatementBlock& block : section.blocks) {
      if (in_list && !block.bullet) out += "\n";
      in_list = block.bullet;
      out += block_text(report, block);
    }
    if (in_list) out += "\n";
  }
  if (!report.tool_version.empty()) out += fmt::format("{}\n", words.say(Phrase::kGeneratedBy, {{"tool", plain(report.tool_version)}}));
  if (!statement.tlp.empty()) out += fmt::format("\n**{}**\n", plain(statement.tlp));
  return out;
}

}  // namespace prova::report
