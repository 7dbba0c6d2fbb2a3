#pragma once
// Who else lays claim to a partner: a function that a compiler inlined lives on inside its callers, so that its best
// match, where its counterpart is gone, is the counterpart of a caller.

#include <vector>

#include "kinship/assign.h"
#include "kinship/relations.h"

namespace prova {

/// Rival claims on a pair (f, g), relative to its own scores and capped at kMaxClaim; 0 where nobody claims.
/// With S a score, h over the callers of f and d over the callers of g (f and g themselves left out):
/// max(max S(h, g), max S(f, d)) / S(f, g); the same over callees.
struct Claims {
  double callers = 0, callees = 0;          ///< S: the total.
  double callers_own = 0, callees_own = 0;  ///< S: the similarity of their own features.
};
/// Beyond twice the pair's own score a claim says no more. This cap is ours.
constexpr double kMaxClaim = 2;
/// Callers or callees of one function that are asked: a function that half of the program calls was not inlined. This cap is ours.
constexpr std::size_t kMaxClaimants = 64;

/// The claims on each of `pairs`, in their order. O(pairs · kMaxClaimants · candidates per function).
[[nodiscard]] std::vector<Claims> rival_claims(const PairTable& table, const Relations& left, const Relations& right,
                                               const std::vector<AssignedPair>& pairs);

}  // namespace prova
