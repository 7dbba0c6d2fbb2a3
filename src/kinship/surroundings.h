#pragma once
// Explanation by surroundings: a library of another version, or built by another compiler, is recognised in part only;
// what calls it and what lies around it tells the rest. Both rules can only take evidence away, never add any.

#include <vector>

#include "kinship/explain.h"

namespace prova {

/// At least this many callers must be library or ordinary code. One is not enough: start-up code of the C runtime
/// calls `main`.
constexpr std::size_t kLeastExplainingCallers = 2;
/// Explanations spread over this many calls at most; further rounds found nothing more in bench/kinship.
constexpr int kMaxSpreadRounds = 8;

/// Turns the verdict of every function whose direct callers are, by strict majority and at least
/// kLeastExplainingCallers of them, library or goodware code into theirs. A library of another version, or built by
/// another compiler, is recognised in part only: this carries the recognition to the rest of it. Callbacks, which
/// libraries reach through pointers, are not direct calls. Deterministic: each round looks at the verdicts of the one
/// before. O(rounds x calls).
void explain_by_callers(const StoredSample& query, std::vector<Verdict>& verdicts);

/// Functions looked at on either side, how many of them must be library or ordinary code in all, and on each side. A linker
/// puts the objects of one library side by side, so a stretch of it is library throughout; the author's own functions lie in
/// stretches of their own, and at the border one of the two sides is theirs.
constexpr std::size_t kNeighboursPerSide = 4;
constexpr std::size_t kLeastExplainedNeighbours = 5;
constexpr std::size_t kLeastExplainedPerSide = 2;

/// Turns the verdict of every function that lies between library or goodware code, in address order, into that of the
/// nearest such function before it. What it costs: own code that is scattered among a library's (link-time
/// optimisation) is not counted as evidence. Deterministic, as above. O(rounds x functions).
void explain_by_neighbours(const StoredSample& query, std::vector<Verdict>& verdicts);

}  // namespace prova
