#pragma once
// Matching step 5, "families": what the functions say together about each family.

#include <vector>

#include "kinship/explain.h"

namespace prova {

/// Families with at least one match of kLeastEvidence: malware by descending log10_lr, then libraries and goodware by
/// descending bytes; ties by name. A family is as close as its closest sample, since samples of one family repeat each
/// other; a function shared by k malware families counts 1/k towards each likelihood ratio. Deterministic.
[[nodiscard]] std::vector<FamilyResult> weigh_families(const StoredSample& query,
                                                       const std::vector<PairedSample>& paired,
                                                       const std::vector<Verdict>& verdicts);

}  // namespace prova
