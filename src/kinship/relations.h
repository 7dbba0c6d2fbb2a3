#pragma once
// Who calls whom, and who lies beside whom, as weighted relations between the functions of one program.

#include <vector>

#include "kinship/fingerprint_store.h"

namespace prova {

struct Link {
  std::uint32_t to = 0;
  double weight = 0;
};

/// A relation over the functions of one program. `of[a]` are the functions that a is related to; `back[c]` the
/// functions that are related to c, with the same weights. Both ascending by `to`.
struct Relation {
  std::vector<std::vector<Link>> of, back;
  std::vector<double> norm2;  ///< By function a: sum of squared weights over of[a].
};

/// The context of every function of a program.
struct Relations {
  Relation callees, callers;
  std::vector<std::uint32_t> in_order;  ///< Functions without thunks and stubs, by address.
  std::vector<std::uint32_t> position;  ///< By function: its place in `in_order`; kNowhere for thunks and stubs.
  static constexpr std::uint32_t kNowhere = ~0U;
};

/// Direct calls weigh u(c) = √(ln(1 + N/(1 + deg c)) / ln(1 + N)), where deg c counts the functions related to c, so
/// that calling a rare function says more; calls over one function in between weigh half of that (inlining removes
/// such steps). O(calls · calls per function), capped.
[[nodiscard]] Relations make_relations(const StoredSample& sample);

}  // namespace prova
