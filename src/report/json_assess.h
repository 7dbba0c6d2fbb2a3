#pragma once
// The parts of documents that speak of an assessment. Internal to report/.

#include "report/case_report.h"
#include "report/json_values.h"

namespace prova::report {

/// The fields of `prova/assess/1`, without `schema`.
[[nodiscard]] Json assess_fields(const Assessment& assessment);
/// `questions` alone, as a timeline needs them: without items, pools and criteria.
[[nodiscard]] Json question_fields(const QuestionResult& question, bool with_terms_of_reasoning);
/// "YYYY-MM-DD", or null when no day is known.
[[nodiscard]] Json day(Day value);

}  // namespace prova::report
