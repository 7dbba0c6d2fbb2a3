// What must not change an answer, bit for bit: order, duplicates, declared echoes, splitting an item by statement.
// The cases are drawn at random (fixed seeds); the shared development cases run through the same transformations in
// encoded_cases_test.cpp.

#include <gtest/gtest.h>

#include "attribution/invariance_test_support.h"

namespace prova {
namespace {

using testing_support::expect_same_answers;
using testing_support::random_case;

constexpr unsigned kCases = 40;
const Day kDay = parse_day("2022-06-30").value();

class Invariance : public ::testing::TestWithParam<unsigned> {
 protected:
  Case case_ = random_case(GetParam());
  std::mt19937 random_{GetParam() + 1000};
};

TEST_P(Invariance, RandomCasesAreValid) { EXPECT_EQ(validate(case_), std::vector<CaseError>{}); }

TEST_P(Invariance, OrderOfEverythingInTheFile) {
  expect_same_answers(case_, testing_support::shuffled(case_, random_), kDay);
}

TEST_P(Invariance, DuplicatedItems) {
  Case changed = case_;
  for (const EvidenceItem& item : case_.evidence) {
    if (random_() % 2 == 0) changed.evidence.push_back(testing_support::renamed(item, "copy." + item.id));
  }
  expect_same_answers(case_, testing_support::shuffled(changed, random_), kDay);
}

TEST_P(Invariance, DeclaredEchoesHoweverLoud) {
  expect_same_answers(case_, testing_support::with_loud_echoes(case_), kDay);
}

TEST_P(Invariance, ItemsSplitByStatement) {
  expect_same_answers(case_, testing_support::split_by_statement(case_, false), kDay);
  expect_same_answers(case_, testing_support::split_by_statement(case_, true), kDay);
}

TEST_P(Invariance, LaterEvidenceIsNotYetThere) {
  Case changed = case_;
  for (EvidenceItem item : case_.evidence) {
    item.id = "later." + item.id;
    item.known_from = parse_date("2023").value();
    for (Statement& s : item.says) s.fraction = -s.fraction;
    changed.evidence.push_back(std::move(item));
  }
  expect_same_answers(case_, changed, kDay);
}

TEST_P(Invariance, ProbabilitiesAddUpAlongTheLadder) {
  const Assessment result = assess(case_, {}, {.as_of = kDay});
  for (const QuestionResult& q : result.questions) {
    if (!q.assessed) continue;
    double total = 0;
    for (const HypothesisResult& h : q.hypotheses) {
      total += h.probability.mid;
      EXPECT_LE(0, h.probability.low);
      EXPECT_LE(h.probability.low, h.probability.mid);
      EXPECT_LE(h.probability.mid, h.probability.high);
      EXPECT_LE(h.probability.high, 1);
    }
    EXPECT_NEAR(total, q.given_probability.value_or(1), 1e-12) << q.id;
  }
  for (const NextEvidence& next : result.next_evidence) EXPECT_GE(next.bits, 0);
}

INSTANTIATE_TEST_SUITE_P(Random, Invariance, ::testing::Range(0U, kCases));

}  // namespace
}  // namespace prova
