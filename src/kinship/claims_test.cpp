// Claims on programs small enough to score by hand.

#include "kinship/claims.h"

#include <gtest/gtest.h>

#include "kinship/match_test_support.h"
#include "kinship/pair_programs.h"

namespace prova {
namespace {

using testing::function;

const FeatureWeights kDefaults;

StoredSample program(std::vector<StoredFunction> functions) {
  return testing::sample("f", SampleRole::kMalware, 1, std::move(functions));
}

Claims claims_on(const StoredSample& a, const StoredSample& b, std::uint32_t left, std::uint32_t right) {
  const PreparedProgram x = prepare(a, kDefaults), y = prepare(b, kDefaults);
  PropagationOptions none;
  none.rounds = 0;
  const PairTable table = rank_pairs(x, y, none);
  AssignedPair pair;
  pair.left = left;
  for (const PairScore& score : table[left]) {
    if (score.direct.right == right) pair.score = score;
  }
  return rival_claims(table, x.relations, y.relations, {pair}).front();
}

// Function 1 calls function 0. In the other build 0 was inlined into 1: one function with the features of both.
const std::vector<StoredFunction> kApart = {function(0x1000, {{0, 8}}), function(0x1100, {{20, 24}}, {0})};
const std::vector<StoredFunction> kInlined = {function(0x2000, {{0, 8}, {20, 24}})};

TEST(Claims, TheCallerThatAFunctionWasInlinedIntoClaimsItsPartner) {
  // own(0) = 8 / sqrt(8 · 32) = .5, own(1) = 24 / sqrt(24 · 32) = .866: the caller's claim is 1.73 times as strong.
  const Claims claims = claims_on(program(kApart), program(kInlined), 0, 0);
  EXPECT_NEAR(claims.callers_own, 1.7320508, 1e-6);
  EXPECT_GT(claims.callers, 1);
  EXPECT_EQ(claims.callees, 0);
}

TEST(Claims, AreTheSameSeenFromTheOtherSide) {
  const Claims claims = claims_on(program(kInlined), program(kApart), 0, 0);
  EXPECT_NEAR(claims.callers_own, 1.7320508, 1e-6);
  EXPECT_EQ(claims.callees_own, 0);
}

TEST(Claims, TheCallersOwnPairMeetsAWeakerClaimOfItsCallee) {
  const Claims claims = claims_on(program(kApart), program(kInlined), 1, 0);
  EXPECT_EQ(claims.callers, 0);
  EXPECT_NEAR(claims.callees_own, 1 / 1.7320508, 1e-6);
}

TEST(Claims, FunctionsThatOnlyLookAlikeClaimNothing) {
  const StoredSample a = program({function(0x1000, {{0, 8}}), function(0x1100, {{0, 6}})});
  const Claims claims = claims_on(a, program({function(0x2000, {{0, 8}})}), 0, 0);
  EXPECT_EQ(claims.callers, 0);
  EXPECT_EQ(claims.callees, 0);
}

TEST(Claims, ACallToItselfIsNoClaim) {
  const StoredSample a = program({function(0x1000, {{0, 8}}, {0})});
  EXPECT_EQ(claims_on(a, program({function(0x2000, {{0, 8}}, {0})}), 0, 0).callers, 0);
}

}  // namespace
}  // namespace prova
