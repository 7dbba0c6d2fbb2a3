#pragma once
// Matching step 3, "assignment": each function of either program gets at most one partner in the other.

#include <vector>

#include "kinship/propagate.h"

namespace prova {

struct AssignedPair {
  std::uint32_t left = 0;
  PairScore score;
  /// How far its total stands above that of the best other candidate of the left function, and of the right one; negative
  /// when that one ranked higher and was taken by somebody else.
  double row_margin = 0, column_margin = 0;
};

/// Takes pairs by descending total, ties by (left, right), skipping functions already taken and totals below
/// `least`. Greedy, because the best pair of two rivals is what an analyst would show, and because the optimum would
/// move with every unrelated function. Result ascending by left. O(pairs · log pairs).
[[nodiscard]] std::vector<AssignedPair> assign_one_to_one(const PairTable& table, double least);

}  // namespace prova
