#pragma once
// A statement on a case, apart from how it is set: sections of sentences, lists and tables in one language, for one
// audience. markdown.h and html_statement.h set it; every sentence in it has passed the linter's rules or is listed.

#include <string>
#include <string_view>
#include <vector>

#include "report/case_report.h"
#include "report/linter.h"
#include "report/phrases.h"

namespace prova::report {

/// Public: sentences and their evidence, in words. Technical: the same, and every number that led there.
enum class Audience : std::uint8_t { kPublic, kTechnical };
[[nodiscard]] std::string_view name_of(Audience audience);

struct StatementTable {
  std::vector<std::string> head;
  std::vector<std::vector<std::string>> rows;   ///< Plain text; as wide as the head.
  std::vector<std::string> ids;                 ///< Evidence ids that the rows are about; empty, or one per row.
  std::size_t left_out = 0;                     ///< Rows beyond the cap.
};

/// One piece of a section. Which member is filled says what it is.
struct StatementBlock {
  Sentence sentence;            ///< A paragraph, or an entry of a list when `bullet`.
  bool bullet = false;
  std::string subheading;
  StatementTable table;
  std::string figure;           ///< SVG of our own making, for HTML; `figure_text` says the same in words.
  std::string figure_text;
};

struct StatementSection {
  std::string id, heading;
  std::vector<StatementBlock> blocks;
};

struct Statement {
  Language language{};
  Audience audience{};
  std::string title, kind, tlp, as_of, notice, summary;
  std::vector<StatementSection> sections;
};

struct StatementOptions {
  Language language = Language::kEnglish;
  Audience audience = Audience::kPublic;
};

/// The statement. The texts of the case in `report` are those of the language wanted (evidence/case_texts.h).
/// O(size of the report).
[[nodiscard]] Statement statement_of(const CaseReport& report, const StatementOptions& options);

/// What the linter says of every sentence of the statement: "what-we-say: undefined_hedge 'possible': ...".
[[nodiscard]] std::vector<std::string> lint(const Statement& statement);

}  // namespace prova::report
