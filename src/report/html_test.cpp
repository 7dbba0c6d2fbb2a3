#include "report/html.h"

#include <gtest/gtest.h>

#include "base/escape.h"
#include "report/golden_test_support.h"
#include "report/sample_reports_test_support.h"

namespace prova::report {
namespace {

TEST(Html, IsTheGoldenFile) { expect_golden("report.html", html_report(small_case_report())); }

TEST(Html, HostileTextIsNeverMarkup) {
  const std::string page = html_report(hostile_case_report());
  EXPECT_EQ(page.find("<script"), std::string::npos);
  EXPECT_EQ(page.find('\x1b'), std::string::npos);
  EXPECT_EQ(page.find("href=\"javascript:"), std::string::npos);
  EXPECT_EQ(page.find("\xe2\x80\xae"), std::string::npos) << "no bidirectional override";
  EXPECT_EQ(page, valid_utf8(page));
}

TEST(Html, LoadsNothingAndRunsNothing) {
  const std::string page = html_report(small_case_report());
  EXPECT_NE(page.find("content=\"default-src 'none'; style-src 'sha256-"), std::string::npos);
  for (const std::string_view forbidden :
       {"<script", "<link", "<img", "<iframe", "url(", "@import", " style=\"", " onclick"}) {
    EXPECT_EQ(page.find(forbidden), std::string::npos) << forbidden;
  }
}

TEST(Html, EveryInternalLinkHasATarget) {
  const std::string page = html_report(small_case_report());
  std::size_t links = 0;
  for (std::size_t at = page.find("href=\"#"); at != std::string::npos; at = page.find("href=\"#", at + 1)) {
    const std::size_t begin = at + 7, end = page.find('"', begin);
    const std::string target = "id=\"" + page.substr(begin, end - begin) + "\"";
    EXPECT_NE(page.find(target), std::string::npos) << target;
    ++links;
  }
  EXPECT_GT(links, 20U);
}

TEST(Html, TheStandInNoticeStandsOnTopAndBesideEachStandIn) {
  const std::string page = html_report(small_case_report());
  EXPECT_LT(page.find("harmless stand-ins that were built"), page.find("class=\"question\""));
  EXPECT_NE(page.find("Stand-in: harmless stand-in for ROADSWEEP"), std::string::npos);
  EXPECT_NE(page.find("Stand-in: harmless stand-in for CHIMNEYSWEEP"), std::string::npos);
}

TEST(Html, AnEmptyCaseSaysWhatIsMissing) {
  const std::string page = html_report({});
  for (const std::string_view said :
       {"Case without a title", "The day of this assessment is not known", "asks no question yet", "holds no artefacts",
        "holds no evidence yet", "Nothing has been recorded"}) {
    EXPECT_NE(page.find(said), std::string::npos) << said;
  }
  EXPECT_EQ(page.find("1970"), std::string::npos);
}

TEST(Html, TenThousandSharedFunctionsAreCutAndCounted) {
  CaseReport report = small_case_report();
  MatchReport& match = report.artifacts[0].matches[0];
  const FunctionResult shared = match.functions[0];
  match.functions.assign(10'000, shared);
  match.functions[7777].address = VirtualAddress{0xabcdef};
  match.functions[7777].matches[0].log10_lr = 9;
  const std::string page = html_report(report);
  EXPECT_LT(page.size(), 200'000U);
  EXPECT_NE(page.find("9\xc2\xa0"
                      "975 more shared functions are left out here"),
            std::string::npos);
  EXPECT_NE(page.find("0xabcdef"), std::string::npos) << "the strongest is shown";
}

TEST(Html, LikelihoodAndConfidenceStandInDifferentParagraphs) {
  const std::string page = html_report(small_case_report());
  const std::size_t answer = page.find("is the answer that the evidence favours");
  const std::size_t confidence = page.find("Confidence in this answer");
  ASSERT_NE(answer, std::string::npos);
  ASSERT_NE(confidence, std::string::npos);
  EXPECT_NE(page.substr(answer, confidence - answer).find("</p>"), std::string::npos);
}

}  // namespace
}  // namespace prova::report
