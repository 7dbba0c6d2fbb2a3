#pragma once
// Ranking is not deciding: how many counterparts are found and also stand clear of wrong answers, when half of the
// queries have no counterpart at all.

#include <array>
#include <string>
#include <vector>

#include "kinship/decision.h"
#include "recall.h"

namespace prova::bench {

/// The partner that the engine assigned to one eligible query.
struct Decision {
  bool present = false;   ///< Its counterpart is in the pool.
  bool assigned = false;
  bool right = false;     ///< ... and is the partner.
  double z = 0;           ///< Log odds by the decision model.
  std::string name, partner;   ///< Of the query and of its partner.
  std::array<double, kDecisionTerms> terms{};
};

/// Removes the counterparts of every second query (by a hash of the source name), with all their parts and copies, from the
/// pool, pairs the programs, and notes
/// each query's partner. With `order` the order of functions takes part in choosing the partner, and so in its margins.
[[nodiscard]] std::vector<Decision> decide_with_absent(const StoredSample& query, const StoredSample& pool, bool order);

struct Deciding {
  std::size_t present = 0, found = 0, decided = 0;  ///< Queries with counterpart; partner right; right and above the bar.
  double threshold = 0;                             ///< 99th percentile of z over wrong partners.
};
[[nodiscard]] Deciding summarise(const std::vector<Decision>& decisions);

}  // namespace prova::bench
