#pragma once
// The report as one file that can be mailed, printed and kept: no network, no script, no external font.

#include <string>

#include "report/case_report.h"

namespace prova::report {

/// Rows shown per artefact in the table of shared functions; the rest is counted. The JSON document holds all.
constexpr std::size_t kMaxFunctionRows = 25;
/// Families shown per artefact: more than a score of families with a share of the same program is a list, not a
/// finding.
constexpr std::size_t kMaxFamilyRows = 20;
/// Evidence items shown. Real cases hold tens; the engine accepts thousands.
constexpr std::size_t kMaxEvidenceRows = 500;
/// Contradictions and next steps shown: what a reader can act on; the rest is counted.
constexpr std::size_t kMaxHighlights = 12;
/// Rows shown of any other list that an input can make arbitrarily long (custody entries, failures, toolmarks).
constexpr std::size_t kMaxListRows = 200;

/// A complete HTML document with a strict content security policy. Deterministic. O(size of the report).
[[nodiscard]] std::string html_report(const CaseReport& report);

}  // namespace prova::report
