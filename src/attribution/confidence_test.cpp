// Likelihood and confidence are separate axes: each of the pairs below must be able to come out.

#include <gtest/gtest.h>

#include "attribution/assess.h"

namespace prova {
namespace {

/// One question, hypotheses a and b. `sources`: one root each, of the given kind, for the given hypothesis.
struct Source {
  const char* kind;
  const char* speaks_for;
};
QuestionResult answer(const std::vector<Source>& sources) {
  std::string yaml =
      "schema: prova/case/1\nname: axes\nquestions:\n  - {id: who, hypotheses: [a, b]}\nroots:\n";
  for (std::size_t i = 0; i < sources.size(); ++i) yaml += "  - {id: R" + std::to_string(i) + ", grade: B}\n";
  yaml += "evidence:\n";
  for (std::size_t i = 0; i < sources.size(); ++i) {
    yaml += "  - {id: E" + std::to_string(i) + ", kind: " + sources[i].kind + ", known_from: 2022-01-01, roots: [R" +
            std::to_string(i) + "], credibility: 2, says: {who: {" + sources[i].speaks_for + ": ++}}}\n";
  }
  const CaseReading reading = parse_case(yaml);
  return assess(reading.parsed.value()).questions.at(0);
}

TEST(Confidence, BroadContestedEvidenceIsLikelyAtHighConfidence) {
  // Four hard roots for a, three for b: nobody is near certainty, and no source carries the answer.
  const QuestionResult q = answer({{"forensics", "a"}, {"code_private", "a"}, {"behaviour", "a"}, {"telemetry", "a"}, {"forensics", "b"}, {"code_private", "b"}, {"telemetry", "b"}});
  EXPECT_EQ(q.hypotheses[0].terms.phia, "likely") << q.hypotheses[0].probability.mid;
  EXPECT_EQ(q.confidence.level, ConfidenceLevel::kHigh);
}

TEST(Confidence, OneStrongSourceIsNeverMoreThanLow) {
  const QuestionResult q = answer({{"custody", "a"}});
  EXPECT_GT(q.hypotheses[0].probability.mid, .75);
  EXPECT_EQ(q.confidence.level, ConfidenceLevel::kLow);
}

TEST(Confidence, EasyToFakeEvidenceStaysLowHoweverMuchThereIs) {
  const QuestionResult q = answer({{"motive", "a"}, {"victimology", "a"}, {"language", "a"}, {"worktime", "a"}, {"metadata", "a"}});
  EXPECT_EQ(q.confidence.level, ConfidenceLevel::kLow);
}

}  // namespace
}  // namespace prova
