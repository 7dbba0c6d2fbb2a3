#pragma once
// Ranking is not deciding. How surely the partner of a function is its counterpart, the same function built again, and not
// just the best of a bad lot: learned on pairs of programs in which half of the counterparts were missing. This is about
// which function it is (names to carry over, what changed); whether two programs share an origin is likelihood.h.

#include <array>

#include "kinship/assign.h"
#include "kinship/claims.h"

namespace prova {

/// Terms of the decision model, in the order of its coefficients; the first is constant. Margins count: a function that is
/// there stands clear of the next best, a substitute seldom does; and so do claims: a substitute is often the counterpart of a
/// caller into which the function was inlined.
constexpr std::size_t kDecisionTerms = 17;
[[nodiscard]] std::array<double, kDecisionTerms> decision_terms(const AssignedPair& pair, const Claims& claims, const Fingerprint& left,
                                                                const Fingerprint& right);

/// Log odds that the partner is the counterpart, when counterpart and substitute are equally likely beforehand. Fitted
/// numbers: likelihood_table.h; what it finds: docs/benchmarks.md, "Deciding".
[[nodiscard]] double counterpart_log_odds(const AssignedPair& pair, const Claims& claims, const Fingerprint& left, const Fingerprint& right);

}  // namespace prova
