#pragma once
// Matching step 6, "toolmarks": traces of tools and people, which families carry the same, what that is worth where it
// was measured, and whether they fit the code. They are cheap to forge: their weight is capped, and they do not enter the
// likelihood ratios of families. They are not independent of each other either: numbers of several marks do not add up.

#include <vector>

#include "kinship/candidates.h"
#include "kinship/learn.h"
#include "kinship/match_report.h"

namespace prova {

/// One result per distinct mark of the sample, in the order of (kind, value); contradictions are notes on the mark
/// that does not fit, and such a mark has a log10 LR of 0 at most. A false flag of this kind is on record: the 2018 Olympic Destroyer samples carried the Rich
/// header of another group's tool on code that another compiler had built.
[[nodiscard]] std::vector<ToolmarkResult> compare_toolmarks(const AnalyzedSample& sample, const SampleList& known);

}  // namespace prova
