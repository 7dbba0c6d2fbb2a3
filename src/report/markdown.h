#pragma once
// A statement as Markdown (CommonMark with the tables of GitHub), for mail, wikis and version control.

#include <string>

#include "report/statement.h"

namespace prova::report {

/// Every sentence links to its evidence: `[A04a](#e-A04a)`, an anchor in the evidence table. Untrusted text is escaped:
/// none of it becomes markup, a link or HTML. Deterministic. O(size of the statement).
[[nodiscard]] std::string markdown(const CaseReport& report, const Statement& statement);

}  // namespace prova::report
