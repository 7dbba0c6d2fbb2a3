#pragma once
// What to collect next: expected information about each question. Private to this folder.
// docs/methods/inference.md, "What to collect next".

#include <vector>

#include "attribution/assessment.h"
#include "attribution/posterior.h"

namespace prova {

/// For every question and action: mutual information between the question and what the action would bring, in bits.
/// Actions come from the case; where it lists none, from a built-in list with sources nobody has tapped yet.
[[nodiscard]] std::vector<NextEvidence> next_evidence_for(const Model& model);

}  // namespace prova
