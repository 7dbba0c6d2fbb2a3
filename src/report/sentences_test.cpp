#include "report/sentences.h"

#include <gtest/gtest.h>

#include "report/golden_test_support.h"
#include "report/sample_reports_test_support.h"

namespace prova::report {
namespace {

/// Every sentence that a report on this case holds.
std::vector<Sentence> all_sentences(const CaseReport& report) {
  std::vector<Sentence> out;
  const auto add = [&](std::vector<Sentence> more) { out.insert(out.end(), more.begin(), more.end()); };
  for (const QuestionResult& question : report.assessment.questions) {
    out.push_back(answer_sentence(question, report.assessment.as_of));
    if (Sentence confidence = confidence_sentence(question); !confidence.text.empty()) out.push_back(confidence);
    add(open_sentences(question));
    add(robustness_sentences(report, question));
  }
  add(limits_of(report));
  for (const ArtifactResult& artifact : report.artifacts) {
    for (const MatchReport& match : artifact.matches) {
      for (const FamilyResult& family : match.families) add(family_sentences(report, artifact, match, family));
    }
    if (artifact.matches.empty()) out.push_back(nothing_shared_sentence(artifact));
  }
  for (const OtherAssessment& other : report.assessment.others) {
    if (!other.echo_of.empty()) out.push_back(echo_sentence(other));
  }
  return out;
}

TEST(Sentences, AreThoseOfTheGoldenFileAndPassTheLinter) {
  std::string text;
  for (const Sentence& sentence : all_sentences(small_case_report())) {
    for (const LintFinding& finding : lint(sentence)) {
      ADD_FAILURE() << sentence.text << ": " << name_of(finding.rule) << " " << finding.word;
    }
    text += sentence.text + "  [";
    for (const std::string& id : sentence.evidence) text += (&id == &sentence.evidence.front() ? "" : " ") + id;
    text += "]\n";
  }
  expect_golden("sentences.txt", text);
}

TEST(Sentences, EveryTemplatePassesTheLinter) {
  for (std::size_t i = 0; i < kSentencePhrases; ++i) {
    const Sentence sentence{SentenceKind::kFinding, phrase(static_cast<Phrase>(i)), {"A01"}};
    EXPECT_TRUE(lint(sentence).empty()) << sentence.text;
  }
}

TEST(Sentences, AnAnswerInAGapOfTheYardstickSaysSo) {
  CaseReport report = small_case_report();
  report.assessment.questions[0].hypotheses[0].terms.phia_in_gap = true;
  const Sentence sentence = answer_sentence(report.assessment.questions[0], report.assessment.as_of);
  EXPECT_NE(sentence.text.find("the nearer of the two terms"), std::string::npos);
}

TEST(Sentences, QuotationMarksInALabelCannotEndTheQuotation) {
  CaseReport report = small_case_report();
  report.assessment.questions[0].hypotheses[0].label = "A” is certain, “B";
  const Sentence sentence = answer_sentence(report.assessment.questions[0], report.assessment.as_of);
  EXPECT_TRUE(sentence.text.starts_with("“A' is certain, 'B” is the answer"));
}

TEST(Sentences, HostileTextBreaksNoTemplate) {
  for (const Sentence& sentence : all_sentences(hostile_case_report())) EXPECT_FALSE(sentence.text.empty());
}

TEST(Sentences, NumbersAreShownWithoutFalsePrecision) {
  EXPECT_EQ(percent(0.69), "69\xc2\xa0%");
  EXPECT_EQ(percent(0.004), "under 1\xc2\xa0%");
  EXPECT_EQ(percent(0.9951), "over 99\xc2\xa0%");
  EXPECT_EQ(percent(0.99), "99\xc2\xa0%");
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1234567),
            "1\xc2\xa0"
            "234\xc2\xa0"
            "567");
  EXPECT_EQ(factor_text(0.79), "6.2");  // 10^0.79 = 6.166
  EXPECT_EQ(factor_text(3.25),
            "1\xc2\xa0"
            "800");                   // 10^3.25 = 1778.3
  EXPECT_EQ(factor_text(1.5), "32");  // 10^1.5 = 31.6
  EXPECT_EQ(factor_text(7), "a million or more");
}

}  // namespace
}  // namespace prova::report
