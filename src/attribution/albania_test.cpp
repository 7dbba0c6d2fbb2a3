// The seven slices of the Albanian case: what could honestly be said on each day, on examples/albania-2022/case.yaml.

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>

#include "attribution/assess.h"

namespace prova {
namespace {

class Albania : public ::testing::Test {
 protected:
  void SetUp() override {
    CaseReading reading = read_case(std::string(PROVA_SOURCE_DIR) + "/examples/albania-2022/case.yaml");
    ASSERT_TRUE(reading.parsed) << to_string(reading.errors, "case.yaml");
    case_ = *std::move(reading.parsed);
  }

  Assessment on(const char* date, std::span<const KinshipMeasurement> kinship = {}) const {
    return assess(case_, kinship, {.as_of = parse_day(date).value()});
  }
  static const QuestionResult& question(const Assessment& a, std::string_view id) {
    return *std::find_if(a.questions.begin(), a.questions.end(), [&](const auto& q) { return q.id == id; });
  }
  static const HypothesisResult& answer(const Assessment& a, std::string_view id, std::string_view h) {
    const QuestionResult& q = question(a, id);
    return *std::find_if(q.hypotheses.begin(), q.hypotheses.end(), [&](const auto& x) { return x.id == h; });
  }
  static const SilentItem* silent(const Assessment& a, std::string_view id) {
    const auto found = std::find_if(a.silent.begin(), a.silent.end(), [&](const auto& s) { return s.item == id; });
    return found == a.silent.end() ? nullptr : &*found;
  }

  Case case_;
};

TEST_F(Albania, CaseHasEveryPublicItem) {
  for (int n = 1; n <= 25; ++n) {
    const std::string id = fmt::format("A{:02}", n);
    EXPECT_TRUE(std::any_of(case_.evidence.begin(), case_.evidence.end(), [&](const auto& i) { return i.id.starts_with(id); })) << id;
  }
  for (const EvidenceItem& item : case_.evidence) EXPECT_FALSE(item.source.text.empty()) << item.id;
}

TEST_F(Albania, FirstDayIsNotSeparable) {
  const Assessment a = on("2022-07-17");
  EXPECT_FALSE(question(a, "nexus").separable);
  EXPECT_EQ(question(a, "nexus").leading, std::nullopt);
  EXPECT_EQ(answer(a, "nexus", "iran").terms.phia, "");
  EXPECT_FALSE(question(a, "direction").assessed);
  EXPECT_FALSE(a.next_evidence.empty());
}

TEST_F(Albania, AfterAWeekRealisticPossibilityToLikelyAtLowConfidence) {
  const Assessment a = on("2022-07-23");
  EXPECT_EQ(answer(a, "nexus", "iran").terms.phia, "realistic possibility");
  EXPECT_EQ(answer(a, "nexus", "iran").terms.phia_high, "likely");
  EXPECT_EQ(question(a, "nexus").confidence.level, ConfidenceLevel::kLow);
}

TEST_F(Albania, FourthAugustLikelyAtModerateConfidenceAndNoDirection) {
  const Assessment a = on("2022-08-04");
  EXPECT_EQ(answer(a, "nexus", "iran").terms.phia, "likely");
  EXPECT_EQ(answer(a, "nexus", "iran").terms.icd203, "likely");
  EXPECT_EQ(question(a, "nexus").confidence.level, ConfidenceLevel::kModerate);
  EXPECT_FALSE(question(a, "direction").assessed);
  EXPECT_FALSE(question(a, "organ").assessed);
  EXPECT_EQ(silent(a, "A06b")->reason, SilentItem::Reason::kEcho);
  EXPECT_EQ(silent(a, "K06")->reason, SilentItem::Reason::kNotMeasured);
}

TEST_F(Albania, SeventhSeptemberRaisesTheStateThroughSourcesOnly) {
  const Assessment a = on("2022-09-07");
  const QuestionResult& q = question(a, "direction");
  ASSERT_TRUE(q.assessed);
  EXPECT_EQ(answer(a, "direction", "state").terms.phia, "likely");
  for (const PoolContribution& pool : q.pools) EXPECT_TRUE(pool.withheld) << pool.pool;
  const auto shown = std::count_if(a.others.begin(), a.others.end(), [](const auto& o) { return o.item == "A07" || o.item == "A08"; });
  EXPECT_EQ(shown, 2);
}

TEST_F(Albania, EighthSeptemberAlmostCertainAndTheOrganLikely) {
  const Assessment a = on("2022-09-08");
  EXPECT_EQ(answer(a, "direction", "state").terms.phia, "almost certain");
  EXPECT_EQ(question(a, "direction").confidence.level, ConfidenceLevel::kHigh);
  EXPECT_EQ(answer(a, "organ", "mois").terms.phia, "likely");
  EXPECT_EQ(question(a, "organ").confidence.level, ConfidenceLevel::kModerate);
  EXPECT_EQ(silent(a, "A10")->reason, SilentItem::Reason::kEcho);
  EXPECT_NE(silent(a, "A18"), nullptr) << "a denial weighs nothing";
}

TEST_F(Albania, LateSeptemberHighlyLikelyAndTheSecondWaveLikely) {
  const Assessment a = on("2022-09-23");
  EXPECT_EQ(answer(a, "organ", "mois").terms.phia, "highly likely");
  EXPECT_EQ(question(a, "organ").confidence.level, ConfidenceLevel::kModerate);
  EXPECT_EQ(answer(a, "wave2", "same").terms.phia, "likely");
  EXPECT_LE(question(a, "wave2").confidence.level, ConfidenceLevel::kModerate);
}

TEST_F(Albania, TwoYearsLaterAlmostCertainAndTheClustersAreTold) {
  const Assessment a = on("2024-12-31");
  EXPECT_EQ(answer(a, "organ", "mois").terms.phia, "almost certain");
  EXPECT_EQ(question(a, "organ").confidence.level, ConfidenceLevel::kHigh);
  EXPECT_EQ(question(a, "impact").leading, "dev0842");
  EXPECT_EQ(question(a, "access").leading, "dev0861");
  EXPECT_LT(answer(a, "impact", "hexane").probability.mid, .05);
  EXPECT_EQ(silent(a, "A25")->reason, SilentItem::Reason::kEcho);
}

TEST_F(Albania, MeasurementsReplaceTheirWordsAndKeepTheSlicesInRange) {
  const std::vector<KinshipMeasurement> measured = {{"encryptor.exe", "aa", "older-tool", 4.2, {}},
                                                    {"wiper-2022.exe", "bb", "older-wiper", 5.0, {}}};
  const Assessment a = on("2022-08-04", measured);
  EXPECT_EQ(silent(a, "A06a")->text, "replaced by the measurement K06");
  EXPECT_EQ(silent(a, "A03")->text, "replaced by the measurement K03");
  EXPECT_EQ(silent(a, "K06"), nullptr);
  EXPECT_EQ(answer(a, "nexus", "iran").terms.phia, "likely");
  EXPECT_EQ(question(a, "nexus").confidence.level, ConfidenceLevel::kModerate);
  // ln L is limited to ln 1000; rho = .99 x .75 = .7425; e = -ln(.7425/1000 + .2575) = 1.354 nats = log10 0.588
  const auto& items = question(a, "nexus").items;
  const auto k06 = std::find_if(items.begin(), items.end(), [](const auto& i) { return i.item == "K06"; });
  ASSERT_NE(k06, items.end());
  EXPECT_NEAR(k06->log10_weight, .588, .0005);
  EXPECT_EQ(k06->note, "measured log10 LR 4.20, limited to 1000 by what the calibration can show");
}

TEST_F(Albania, WhatToCollectOnTheFourthOfAugust) {
  const Assessment a = on("2022-08-04");
  ASSERT_FALSE(a.next_evidence.empty());
  EXPECT_EQ(a.next_evidence[0].action, "Telemetry of the same cluster on other victims");
  EXPECT_NEAR(a.next_evidence[0].bits, .19, .02);
  EXPECT_NEAR(a.next_evidence[0].entropy_bits, 1.57, .02);
  if (std::getenv("PROVA_SHOW") != nullptr) {
    for (const NextEvidence& n : a.next_evidence) fmt::print("{:10} {:.3f} bit  {}\n", n.question, n.bits, n.action);
  }
}

}  // namespace
}  // namespace prova
