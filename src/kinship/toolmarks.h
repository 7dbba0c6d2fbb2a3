#pragma once
// Matching step 6, "toolmarks": traces of tools and people, which families carry the same, and whether they fit the
// code. They are cheap to forge and carry no likelihood ratio until one has been measured.

#include <vector>

#include "kinship/candidates.h"
#include "kinship/learn.h"
#include "kinship/match_report.h"

namespace prova {

/// One result per distinct mark of the sample, in the order of (kind, value); contradictions are notes on the mark
/// that does not fit. A false flag of this kind is on record: the 2018 Olympic Destroyer samples carried the Rich
/// header of another group's tool on code that another compiler had built.
[[nodiscard]] std::vector<ToolmarkResult> compare_toolmarks(const AnalyzedSample& sample, const SampleList& known);

}  // namespace prova
