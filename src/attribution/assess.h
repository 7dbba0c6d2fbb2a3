#pragma once
// The one entry point of this folder. docs/methods/inference.md holds every formula.

#include <optional>
#include <span>

#include "attribution/assessment.h"
#include "evidence/case.h"
#include "evidence/from_kinship.h"

namespace prova {

struct AssessOptions {
  std::optional<Day> as_of;   ///< Only what was known by the end of that day; unset: the day of the newest item.
  bool sensitivity = true;    ///< The sensitivity table, contradictions and next evidence; off for timelines.
};

/// Answers the case's questions. Deterministic: the order of questions, hypotheses, roots and items in the case, and
/// duplicates or declared echoes among the items, change no probability, interval, confidence or pool weight, bit for
/// bit. REQUIRES: validate(input) is empty. O(statements x states of a question) with full sensitivity.
[[nodiscard]] Assessment assess(const Case& input, std::span<const KinshipMeasurement> kinship = {},
                                const AssessOptions& options = {});

}  // namespace prova
