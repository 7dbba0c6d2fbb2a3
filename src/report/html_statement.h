#pragma once
// A statement as one self-contained HTML file in the look of the report: no network, no script, printable.

#include <string>

#include "report/statement.h"

namespace prova::report {

[[nodiscard]] std::string html_statement(const CaseReport& report, const Statement& statement);

namespace html {
/// The blocks of a section as HTML, without its heading. `report` resolves references.
[[nodiscard]] std::string section_body(const CaseReport& report, const StatementSection& section);
/// Everything before <body>, with the security policy. `language` is a code, `title` untrusted.
[[nodiscard]] std::string document_head(std::string_view language, std::string_view title);
}  // namespace html

}  // namespace prova::report
