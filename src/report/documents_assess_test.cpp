#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "report/documents.h"
#include "report/golden_test_support.h"
#include "report/sample_reports_test_support.h"

namespace prova::report {
namespace {

TEST(AssessDocument, HoldsEveryFieldOfItsSpecification) {
  expect_golden("assess.json", assess_document(small_case_report().assessment, small_case_report().input));
}

TEST(AssessDocument, AQuestionThatWasNotAssessedHasNoNumbers) {
  const auto document = nlohmann::json::parse(assess_document(small_case_report().assessment, small_case_report().input));
  const auto& question = document["questions"][2];
  EXPECT_FALSE(question["assessed"].get<bool>());
  EXPECT_TRUE(question["leading"].is_null());
  EXPECT_TRUE(question["hypotheses"][0]["probability"]["mid"].is_null());
  EXPECT_TRUE(question["hypotheses"][0]["terms"]["phia"].is_null());
}

TEST(AssessDocument, AnEmptyCaseWithoutADayIsADocument) {
  const auto document = nlohmann::json::parse(assess_document({}, {}));
  EXPECT_EQ(document["schema"], "prova/assess/1");
  EXPECT_TRUE(document["as_of"].is_null());
  EXPECT_TRUE(document["questions"].empty());
}

TEST(InvestigateDocument, HoldsEveryFieldOfItsSpecification) {
  expect_golden("investigate.json", investigate_document(small_case_report()));
}

TEST(InvestigateDocument, HostileTextIsCarriedAsValidUtf8) {
  const std::string document = investigate_document(hostile_case_report());
  EXPECT_EQ(document, valid_utf8(document));
  EXPECT_EQ(document.find('\x1b'), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(document)["case"]["title"], valid_utf8(kHostile));
}

TEST(InvestigateDocument, AnEmptyReportIsADocument) {
  EXPECT_EQ(nlohmann::json::parse(investigate_document({}))["schema"], "prova/investigate/1");
}

}  // namespace
}  // namespace prova::report
