#pragma once
// `prova compare A B` for people and programs: what is in both programs, what only one has, and pairs side by side.

#include <string>
#include <vector>

#include "kinship/compare_programs.h"
#include "report/documents.h"
#include "report/terminal.h"

namespace prova::report {

/// One of the two programs. Refers to `program`, which must outlive it.
struct ComparedSide {
  FileIdentity file;
  const AnalyzedProgram* program = nullptr;
};

struct CompareReport {
  ComparedSide left, right;
  ProgramComparison comparison;
  std::vector<AlignedPair> aligned;  ///< The pairs shown side by side.
};

/// Pairs and lone functions listed in text and HTML; the JSON document holds all.
constexpr std::size_t kMaxComparedRows = 25;
/// Lines of one aligned pair in a terminal, and in HTML, where a browser still scrolls.
constexpr std::size_t kMaxTextAlignment = 160, kMaxHtmlAlignment = 4'000;
/// Blocks of a function whose control-flow graph is drawn: beyond it nobody can follow the lines.
constexpr std::size_t kMaxDrawnBlocks = 80;

/// `prova/compare/1`: docs/formats/compare.md. O(functions + aligned instructions).
[[nodiscard]] std::string compare_document(const CompareReport& report, const DocumentOptions& options = {});
/// The same with the aligned pairs only: `pairs` holds no others, and lone functions are left out.
[[nodiscard]] std::string compared_pair_document(const CompareReport& report, const DocumentOptions& options = {});
/// The same as an analyst reads it in a terminal.
[[nodiscard]] std::string compare_text(const CompareReport& report, const TerminalStyle& style = {},
                                       const DocumentOptions& options = {});
/// The same as one page: no network, no script; light and dark.
[[nodiscard]] std::string compare_html(const CompareReport& report, const DocumentOptions& options = {});

}  // namespace prova::report
