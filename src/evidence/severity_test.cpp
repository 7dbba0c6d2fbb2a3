#include "evidence/severity.h"

#include <gtest/gtest.h>

namespace prova {
namespace {

SeverityInputs albania() {
  SeverityInputs inputs;
  inputs.chosen = {"denial_critical", "effect", "business_management", "apt_targeted",
                   "destruction_critical", "supplemented", "government", "high"};
  return inputs;
}

TEST(Severity, AlbaniaScoresByHand) {
  // 6x100 + 5x100 + 4x60 + 4x100 + 2x100 + 4x40 + 3x40 + 6x75 = 2670; (2670 - 325) / (3400 - 325) = .7626
  const Severity severity = severity_of(albania());
  EXPECT_NEAR(severity.score, 76.26, .01);
  EXPECT_EQ(severity.level, NcissLevel::kHigh);
  // The actor unknown: 4x50 instead of 4x100; (2470 - 325) / 3075 = .6976
  EXPECT_NEAR(severity.score_without_actor, 69.76, .01);
}

TEST(Severity, TheEndsOfTheScaleAreZeroAndAHundred) {
  SeverityInputs least, most;
  for (const SeverityInputRow& row : severity_inputs()) {
    least.chosen[static_cast<std::size_t>(row.input)] = row.options.front().name;
    most.chosen[static_cast<std::size_t>(row.input)] = row.options.back().name;
  }
  EXPECT_EQ(severity_of(least).score, 0);
  EXPECT_EQ(severity_of(most).score, 100);
  EXPECT_EQ(severity_of(most).level, NcissLevel::kEmergency);
  EXPECT_EQ(severity_of(least).level, NcissLevel::kNegligible);
}

TEST(Severity, OptionsAscend) {
  for (const SeverityInputRow& row : severity_inputs()) {
    for (std::size_t i = 1; i < row.options.size(); ++i) EXPECT_LE(row.options[i - 1].score, row.options[i].score) << row.name;
  }
}

TEST(Severity, TheWorstVictimDecidesTheUkCategory) {
  SeverityInputs inputs = albania();
  EXPECT_FALSE(severity_of(inputs).ncsc_category);
  inputs.ncsc_impact = NcscImpact::kSerious;
  inputs.ncsc_victims = {NcscVictim::kSmallOrganisation, NcscVictim::kCentralGovernment};
  EXPECT_EQ(severity_of(inputs).ncsc_category, 2);
  inputs.ncsc_impact = NcscImpact::kEarlySigns;
  EXPECT_EQ(severity_of(inputs).ncsc_category, 5);
}

}  // namespace
}  // namespace prova
