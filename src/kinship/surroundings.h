#pragma once
// Explanation by callers: a library does not call the program that it is linked into, so what libraries call is library.

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

}  // namespace prova
