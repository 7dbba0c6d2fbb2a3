#pragma once
// Parts of prova/investigate/1 and prova/timeline/1 that say what was done, how bad it was, and how the answer came to be.

#include "report/case_report.h"
#include "report/json_values.h"

namespace prova::report {

/// {clusters, aims, losses} as far as their evidence stands on the day of the report.
[[nodiscard]] Json activity_fields(const CaseReport& report);
/// {nciss, ncsc, inputs}, or null when the case has none.
[[nodiscard]] Json severity_fields(const Case& input);
/// [{item, kind, repeats, earlier, roots}]
[[nodiscard]] Json reporting_fields(const Case& input, Day as_of);
/// [{day, new_items, answers}]
[[nodiscard]] Json change_fields(const std::vector<TimelineDay>& days);

}  // namespace prova::report
