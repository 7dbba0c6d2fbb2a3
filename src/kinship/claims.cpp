#include "kinship/claims.h"

#include <algorithm>

namespace prova {
namespace {

/// Highest scores among some candidate pairs.
struct Best {
  double total = 0, own = 0;
  void offer(const PairScore& score) {
    total = std::max(total, score.total);
    own = std::max(own, score.direct.own);
  }
};

void offer_pair(const PairTable& table, std::uint32_t left, std::uint32_t right, Best& best) {
  for (const PairScore& score : table[left]) {
    if (score.direct.right == right) return best.offer(score);
  }
}

/// `of_left`: those related to f in the left program; `of_right`: those related to g in the right one.
Best best_claim(const PairTable& table, const std::vector<Link>& of_left, const std::vector<Link>& of_right, std::uint32_t f,
                std::uint32_t g) {
  Best best;
  for (std::size_t i = 0; i < of_left.size() && i < kMaxClaimants; ++i) {
    if (of_left[i].to != f) offer_pair(table, of_left[i].to, g, best);
  }
  for (std::size_t i = 0; i < of_right.size() && i < kMaxClaimants; ++i) {
    if (of_right[i].to != g) offer_pair(table, f, of_right[i].to, best);
  }
  return best;
}

double relative(double claim, double own) { return own <= 0 ? (claim > 0 ? kMaxClaim : 0) : std::min(kMaxClaim, claim / own); }

}  // namespace

std::vector<Claims> rival_claims(const PairTable& table, const Relations& left, const Relations& right,
                                 const std::vector<AssignedPair>& pairs) {
  std::vector<Claims> claims;
  claims.reserve(pairs.size());
  for (const AssignedPair& pair : pairs) {
    const std::uint32_t f = pair.left, g = pair.score.direct.right;
    const Best callers = best_claim(table, left.callers.of[f], right.callers.of[g], f, g);
    const Best callees = best_claim(table, left.callees.of[f], right.callees.of[g], f, g);
    claims.push_back({relative(callers.total, pair.score.total), relative(callees.total, pair.score.total),
                      relative(callers.own, pair.score.direct.own), relative(callees.own, pair.score.direct.own)});
  }
  return claims;
}

}  // namespace prova
