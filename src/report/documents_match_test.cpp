#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "base/escape.h"
#include "report/documents.h"
#include "report/golden_test_support.h"
#include "report/sample_reports_test_support.h"

namespace prova::report {
namespace {

TEST(MatchDocument, OneReportGivesItsFieldsAtTheTop) {
  const MatchReport report = small_match_report();
  const FailedFile failed[] = {{"b.bin", "offset 0x0: not a format that is read here"}};
  expect_golden("match.json", match_document({&report, 1}, failed));
}

TEST(MatchDocument, SeveralReportsOrNoneAreAList) {
  const MatchReport two[] = {small_match_report(), small_match_report()};
  const auto both = nlohmann::json::parse(match_document(two));
  EXPECT_EQ(both["reports"].size(), 2U);
  EXPECT_FALSE(both.contains("sample"));
  const auto none = nlohmann::json::parse(match_document({}));
  EXPECT_TRUE(none["reports"].empty());
  EXPECT_EQ(none["schema"], "prova/match/1");
}

TEST(MatchDocument, OptionsLeaveOutNamesWeakMatchesAndAllButTheBest) {
  const MatchReport report = small_match_report();
  const auto plain = nlohmann::json::parse(match_document({&report, 1}));
  EXPECT_EQ(plain["functions"][0]["name"], "walk_files");
  EXPECT_EQ(plain["functions"][1]["matches"].size(), 2U);
  const auto cut = nlohmann::json::parse(match_document({&report, 1}, {}, {.names = false, .top = 1}));
  EXPECT_TRUE(cut["functions"][0]["name"].is_null());
  EXPECT_TRUE(cut["functions"][0]["matches"][0]["name"].is_null());
  EXPECT_EQ(cut["functions"][1]["matches"].size(), 1U);
  const auto strong = nlohmann::json::parse(match_document({&report, 1}, {}, {.min_similarity = 0.9}));
  EXPECT_EQ(strong["functions"][1]["matches"].size(), 1U);
  EXPECT_EQ(strong["functions"][1]["matches"][0]["family"], "Older Tool");
}

TEST(MatchDocument, LibrariesAreNotWeighedAndAddressesAreIntegers) {
  const MatchReport report = small_match_report();
  const auto document = nlohmann::json::parse(match_document({&report, 1}));
  EXPECT_TRUE(document["families"][2]["log10_lr"].is_null());
  EXPECT_TRUE(document["families"][0]["log10_lr"].is_number());
  EXPECT_EQ(document["functions"][0]["matches"][0]["address"], 0x140001200ULL);
  MatchReport high = report;
  high.functions[0].address = VirtualAddress{~0ULL};
  EXPECT_EQ(nlohmann::json::parse(match_document({&high, 1}))["functions"][0]["address"], ~0ULL);
}

TEST(MatchDocument, HostileTextIsCarriedAsValidUtf8) {
  const MatchReport report = hostile_match_report();
  const std::string document = match_document({&report, 1});
  EXPECT_EQ(document, valid_utf8(document));
  for (const char c : document) EXPECT_TRUE(c == '\n' || static_cast<unsigned char>(c) >= 0x20);
  EXPECT_EQ(document.find("\xe2\x80\xae"), std::string::npos) << "a bidirectional override must be escaped";
  EXPECT_NE(document.find("\\u202e"), std::string::npos);
  EXPECT_EQ(nlohmann::json::parse(document)["families"][0]["family"], valid_utf8(kHostile));
}

TEST(MatchDocument, NumbersThatAreNotFiniteAreNull) {
  MatchReport report = small_match_report();
  report.families[0].log10_lr = std::numeric_limits<double>::infinity();
  report.functions[0].matches[0].similarity = std::numeric_limits<double>::quiet_NaN();
  const auto document = nlohmann::json::parse(match_document({&report, 1}));
  EXPECT_TRUE(document["families"][0]["log10_lr"].is_null());
  EXPECT_TRUE(document["functions"][0]["matches"][0]["similarity"].is_null());
}

}  // namespace
}  // namespace prova::report
