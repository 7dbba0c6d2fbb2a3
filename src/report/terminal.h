#pragma once
// What a person reads in a terminal, in the style of an analyst's note. Every name from an input is escaped: nothing
// in the text moves the cursor or recolours the screen except our own colours, and those only when asked for.

#include <span>
#include <string>

#include "report/case_report.h"
#include "report/documents.h"

namespace prova::report {

struct TerminalStyle {
  bool color = false;       ///< The caller decides: a terminal, and NO_COLOR is not set.
  std::size_t width = 80;   ///< Columns; longer lines are cut with "…" or wrapped.
  std::size_t height = 40;  ///< Lines of `case_text`; lists are shortened until it fits.
};

/// `prova investigate`: the case on one page of at most `style.height` lines (never fewer than the 12 that the
/// headings and one line of each list need).
[[nodiscard]] std::string case_text(const CaseReport& report, const TerminalStyle& style = {});

/// `prova match`: whose code each sample is. The strongest shared functions only; the document holds all.
[[nodiscard]] std::string match_text(std::span<const MatchReport> reports, std::span<const FailedFile> failed = {},
                                     const TerminalStyle& style = {}, const DocumentOptions& options = {});

/// `prova assess`: every question with its answers, what moves them and what to collect next.
[[nodiscard]] std::string assess_text(const Assessment& assessment, const TerminalStyle& style = {});

/// `prova assess --timeline`: per question, what was said on each day and what moved it.
[[nodiscard]] std::string timeline_text(const std::string& case_name, const std::vector<TimelineDay>& days,
                                        const TerminalStyle& style = {});

/// `prova functions`: one line per function.
[[nodiscard]] std::string functions_text(const FileIdentity& file, std::span<const Program* const> programs,
                                         const std::vector<Defect>& container_defects = {},
                                         const TerminalStyle& style = {}, const DocumentOptions& options = {});

/// `prova functions --disasm`: the instructions of each function, block by block, with what they refer to.
[[nodiscard]] std::string listing_text(const FileIdentity& file, std::span<const ListedFunction> listings,
                                       const TerminalStyle& style = {});

}  // namespace prova::report
