#pragma once
// When taking something away is worth a sentence.

#include "report/case_report.h"

namespace prova::report {

/// Whether the answer to the question would no longer stand after the change: another hypothesis would lead, the question
/// would no longer be resolved, or nothing would be left of the evidence for it (its probability falls to its prior).
[[nodiscard]] bool changes_answer(const QuestionResult& question, const SensitivityEntry& entry);

}  // namespace prova::report
