// Matching steps 1 to 3 on programs small enough to score by hand. Weights are the stated defaults: every string
// feature weighs 10.6 · .81² = 6.955 nats.

#include <cmath>
#include <gtest/gtest.h>

#include "kinship/likelihood.h"
#include "kinship/match_test_support.h"
#include "kinship/pair_programs.h"

namespace prova {
namespace {

using testing::function;

const FeatureWeights kDefaults;
constexpr double kWeight = 6.955;

StoredSample program(std::vector<StoredFunction> functions) {
  return testing::sample("f", SampleRole::kMalware, 1, std::move(functions));
}

std::vector<std::pair<std::uint32_t, std::uint32_t>> partners(const StoredSample& a, const StoredSample& b,
                                                              const PairingOptions& options = {}) {
  const PreparedProgram left = prepare(a, kDefaults), right = prepare(b, kDefaults);
  std::vector<std::pair<std::uint32_t, std::uint32_t>> list;
  for (const AssignedPair& p : pair_programs(left, right, options)) {
    list.emplace_back(p.left, p.score.direct.right);
  }
  return list;
}

TEST(DirectScore, IsTheCosineOfTheSharedWeight) {
  // 8 features against 8 features, 4 in common, all in one function each, so undamped:
  // own = 4w / sqrt(8w · 8w) = 0.5; callees the same; total = (0.5 + 0.25) / 1.5 = 0.5; mass = 4w.
  const StoredSample a = program({function(0x1000, {{0, 8}})});
  const StoredSample b = program({function(0x2000, {{4, 8}})});
  const ProgramVectors left = make_vectors(a, kDefaults), right = make_vectors(b, kDefaults);
  const DirectScore s = DirectScorer(left, right).score(0, 0);
  EXPECT_NEAR(s.own, 0.5, 1e-9);
  EXPECT_NEAR(s.callees, 0.5, 1e-9);
  EXPECT_NEAR(s.total(), 0.5, 1e-9);
  EXPECT_NEAR(s.mass, 4 * kWeight, 1e-9);
}

TEST(DirectScore, DampsWhatIsCommonInTheTwoPrograms) {
  // Feature 0 lies in three functions of the right program: w / (1 + ln 3). Features 1 and 2 are each in one.
  // a0 = {0, 1}, b0 = {0, 2}: dot = w / (1 + ln 3), norms = w (1 + 1 / (1 + ln 3)) on both sides.
  const StoredSample a = program({function(0x1000, {{0, 2}})});
  const StoredSample b = program({function(0x2000, {{0, 1}, {2, 1}}), function(0x2100, {{0, 1}}),
                                  function(0x2200, {{0, 1}})});
  const ProgramVectors left = make_vectors(a, kDefaults), right = make_vectors(b, kDefaults);
  const double common = 1 / (1 + std::log(3.0));
  EXPECT_NEAR(DirectScorer(left, right).score(0, 0).own, common / (1 + common), 1e-9);
}

TEST(DirectScore, CandidatesAgreeWithScoringOnePair) {
  const StoredSample a = program({function(0x1000, {{0, 9}})});
  const StoredSample b = program({function(0x2000, {{8, 9}}), function(0x2100, {{2, 9}}), function(0x2200, {{50, 3}}),
                                  function(0x2300, {{0, 9}})});
  const ProgramVectors left = make_vectors(a, kDefaults), right = make_vectors(b, kDefaults);
  const DirectScorer scorer(left, right);
  const auto found = scorer.candidates(0, 10);
  ASSERT_EQ(found.size(), 3U);  // function 2 shares nothing
  EXPECT_EQ(found[0].right, 3U);
  EXPECT_EQ(found[1].right, 1U);
  EXPECT_EQ(found[2].right, 0U);
  for (const DirectScore& s : found) {
    EXPECT_DOUBLE_EQ(s.own, scorer.score(0, s.right).own);
    EXPECT_DOUBLE_EQ(s.callees, scorer.score(0, s.right).callees);
    EXPECT_DOUBLE_EQ(s.mass, scorer.score(0, s.right).mass);
  }
  EXPECT_EQ(scorer.candidates(0, 1).size(), 1U);
}

TEST(Assignment, GivesEachFunctionOnePartner) {
  // Both left functions like right function 0 best; the better one gets it, the other its second choice.
  const StoredSample a = program({function(0x1000, {{0, 10}}), function(0x1100, {{0, 8}, {20, 4}})});
  const StoredSample b = program({function(0x2000, {{0, 10}}), function(0x2100, {{20, 4}, {30, 6}})});
  PairingOptions no_order;
  no_order.propagation.order = 0;
  EXPECT_EQ(partners(a, b, no_order), (std::vector<std::pair<std::uint32_t, std::uint32_t>>{{0, 0}, {1, 1}}));
}

TEST(Assignment, BreaksTiesByIndex) {
  const PairTable table = {{{{0, 1, 1, 9}, 0, 0, 0, .5}, {{1, 1, 1, 9}, 0, 0, 0, .5}},
                           {{{0, 1, 1, 9}, 0, 0, 0, .5}, {{1, 1, 1, 9}, 0, 0, 0, .5}}};
  const auto pairs = assign_one_to_one(table, .1);
  ASSERT_EQ(pairs.size(), 2U);
  EXPECT_EQ(pairs[0].score.direct.right, 0U);
  EXPECT_EQ(pairs[1].score.direct.right, 1U);
  EXPECT_TRUE(assign_one_to_one(table, .6).empty());
}

/// Two twins with the same code, called by different, recognisable functions. Right twins lie in the other order.
TEST(Propagation, TellsTwinsApartByTheirCallers) {
  const StoredSample a = program({function(0x1000, {{0, 10}}), function(0x1100, {{0, 10}}),
                                  function(0x1200, {{100, 20}}, {0}), function(0x1300, {{200, 20}}, {1})});
  const StoredSample b = program({function(0x2000, {{0, 10}}), function(0x2100, {{0, 10}}),
                                  function(0x2200, {{200, 20}}, {0}), function(0x2300, {{100, 20}}, {1})});
  PairingOptions calls;
  calls.propagation.order = 0;
  EXPECT_EQ(partners(a, b, calls),
            (std::vector<std::pair<std::uint32_t, std::uint32_t>>{{0, 1}, {1, 0}, {2, 3}, {3, 2}}));
  PairingOptions none;
  none.propagation.rounds = 0;
  EXPECT_EQ(partners(a, b, none),
            (std::vector<std::pair<std::uint32_t, std::uint32_t>>{{0, 0}, {1, 1}, {2, 3}, {3, 2}}));
}

TEST(Propagation, FindsAFunctionThatSharesNothingButItsContext) {
  // Function 0 was rewritten: no feature in common, but its caller and its callee are the same on both sides.
  const StoredSample a = program({function(0x1000, {{0, 10}}, {2}), function(0x1100, {{100, 20}}, {0}),
                                  function(0x1200, {{200, 20}})});
  const StoredSample b = program({function(0x2000, {{50, 10}}, {2}), function(0x2100, {{100, 20}}, {0}),
                                  function(0x2200, {{200, 20}})});
  PairingOptions calls;
  calls.propagation.order = 0;
  const auto found = partners(a, b, calls);
  EXPECT_EQ(found, (std::vector<std::pair<std::uint32_t, std::uint32_t>>{{0, 0}, {1, 1}, {2, 2}}));
  // Being in the right place is no evidence of the same origin by itself.
  const PreparedProgram left = prepare(a, kDefaults), right = prepare(b, kDefaults);
  const auto pairs = pair_programs(left, right, calls);
  EXPECT_EQ(similarity_of(pairs[0].score.direct), 0.0);
}

TEST(Propagation, IgnoresEdgesThatLeadNowhere) {
  StoredSample a = program({function(0x1000, {{0, 10}}, {7, 0, 4'000'000'000U})});
  EXPECT_EQ(partners(a, a).size(), 1U);
}

TEST(Propagation, OrderTellsTwinsApartWhenAskedTo) {
  const auto build = [](std::uint64_t base) {
    return program({function(base, {{100, 20}}), function(base + 0x100, {{0, 10}}), function(base + 0x200, {{200, 20}}),
                    function(base + 0x300, {{0, 10}}), function(base + 0x400, {{300, 20}})});
  };
  StoredSample a = build(0x1000), b = build(0x2000);
  std::rotate(b.functions.begin(), b.functions.begin() + 3, b.functions.end());  // twin, 300, 100, twin, 200
  const auto found = partners(a, b);
  EXPECT_EQ(found, (std::vector<std::pair<std::uint32_t, std::uint32_t>>{{0, 2}, {1, 3}, {2, 4}, {3, 0}, {4, 1}}));
}

TEST(Similarity, TinyFunctionsNeverScoreHigh) {
  // Three features alike: mass 3 · 6.955 = 20.9, held down to 1 - exp(-20.9 / 25) = .566, although the cosine is 1.
  EXPECT_NEAR(similarity_of({0, 1, 1, 3 * kWeight}), 0.566, 0.001);
  // Sixty features alike: 417 nats, nothing left to doubt.
  EXPECT_NEAR(similarity_of({0, 1, 1, 60 * kWeight}), 1.0, 1e-6);
  EXPECT_EQ(similarity_of({0, 0, 0, 0}), 0.0);
}

TEST(Likelihood, TinyFunctionsWeighLessThanLargeOnes) {
  const PairEvidence tiny{1, 1, 7, 0, 0}, large{1, 1, 300, 0, 0};
  EXPECT_LT(function_log10_lr(tiny), function_log10_lr(large));
  EXPECT_LT(function_log10_lr(tiny), 1.0);
  EXPECT_GT(function_log10_lr(large), 1.0);
}

TEST(Likelihood, NothingSharedSpeaksAgainst) {
  EXPECT_LE(family_log10_lr(0, 100), 0.0);
  EXPECT_LE(function_log10_lr({0, 0, 0, 0, 0}), 0.0);
}

TEST(Likelihood, ProgramStatisticAddsOnlyWhatSpeaks) {
  // max(0, 2 - .5) + max(0, .4 - .5) + max(0, -3 - .5) + max(0, 1.5 - .5) = 2.5
  const double lrs[] = {2, .4, -3, 1.5};
  EXPECT_DOUBLE_EQ(program_statistic(lrs), 2.5);
}

TEST(Likelihood, WordsFollowTheEnfsiBounds) {
  EXPECT_EQ(verbal_support(-1), "no support");
  EXPECT_EQ(verbal_support(0.3), "no support");
  EXPECT_EQ(verbal_support(0.31), "weak support");
  EXPECT_EQ(verbal_support(1), "moderate support");
  EXPECT_EQ(verbal_support(2), "moderately strong support");
  EXPECT_EQ(verbal_support(3), "strong support");
  EXPECT_EQ(verbal_support(4), "very strong support");
  EXPECT_EQ(verbal_support(6), "extremely strong support");
}

}  // namespace
}  // namespace prova
