#pragma once
// Which items count on a given day, and why the others do not.

#include <span>
#include <string>
#include <vector>

#include "attribution/assessment.h"
#include "evidence/case.h"
#include "evidence/from_kinship.h"

namespace prova {

/// What became of one item of the case.
struct ItemStatus {
  bool counts = false;
  SilentItem::Reason reason{};                      ///< When it does not count.
  std::string text;
  const KinshipMeasurement* measurement = nullptr;  ///< For kinship items.
  std::vector<std::size_t> forged;                  ///< For known forgery proofs: the items they expose, ascending.
};

/// Status of every item as of `day`, parallel to input.evidence. `without`, if set, is treated as not there.
/// A disproof reaches the item, its exact copies (same kind, roots, fact, words, event, disproofs) and every item of the same
/// `fact`; an item that is itself disproved disproves nothing. O(items + links), apart from sorting.
[[nodiscard]] std::vector<ItemStatus> select_items(const Case& input, Day day,
                                                   std::span<const KinshipMeasurement> kinship,
                                                   const EvidenceItem* without = nullptr);

}  // namespace prova
