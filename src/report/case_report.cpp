#include "report/case_report.h"

#include <algorithm>

namespace prova::report {

std::vector<FailedFile> not_analysed(const CaseReport& report) {
  std::vector<FailedFile> out = report.failed;
  for (const ArtifactResult& artifact : report.artifacts) {
    if (!artifact.analysed) out.push_back({artifact.path, artifact.error});
  }
  std::stable_sort(out.begin(), out.end(), [](const FailedFile& a, const FailedFile& b) { return a.path < b.path; });
  return out;
}

std::string day_text(Day day) { return day == Day{} ? std::string() : to_string(day); }

const HypothesisResult* find_hypothesis(const QuestionResult& question, std::string_view id) {
  const auto it = std::find_if(question.hypotheses.begin(), question.hypotheses.end(),
                               [&](const HypothesisResult& h) { return h.id == id; });
  return it == question.hypotheses.end() ? nullptr : &*it;
}

const HypothesisResult* shown_hypothesis(const QuestionResult& question) {
  if (!question.assessed || question.hypotheses.empty()) return nullptr;
  if (question.leading) {
    if (const HypothesisResult* leader = find_hypothesis(question, *question.leading)) return leader;
  }
  return &*std::max_element(
      question.hypotheses.begin(), question.hypotheses.end(),
      [](const HypothesisResult& a, const HypothesisResult& b) { return a.probability.mid < b.probability.mid; });
}

std::vector<const NextEvidence*> worth_collecting(const Assessment& assessment) {
  std::vector<const NextEvidence*> out;
  for (const NextEvidence& next : assessment.next_evidence) {
    if (next.bits >= kWorthCollecting) out.push_back(&next);
  }
  std::stable_sort(out.begin(), out.end(),
                   [](const NextEvidence* a, const NextEvidence* b) { return a->bits > b->bits; });
  return out;
}

}  // namespace prova::report
