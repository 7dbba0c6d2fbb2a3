// The formulas of docs/methods/inference.md on numbers small enough to redo by hand.

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "attribution/assess.h"
#include "attribution/likelihood.h"
#include "attribution/words.h"

namespace prova {
namespace {

EvidenceItem item_of(std::string id, EvidenceKind kind, std::string root, int credibility) {
  EvidenceItem item;
  item.id = std::move(id);
  item.kind = kind;
  item.roots = {std::move(root)};
  item.credibility = credibility;
  item.spoofability = row_of(kind).spoofability;
  item.known_from = parse_date("2022-01-01").value();
  return item;
}

EvidenceItem saying(EvidenceItem item, std::string hypothesis, double fraction) {
  item.says.push_back({"q", std::move(hypothesis), "w", fraction, std::nullopt, false});
  return item;
}

/// Two hypotheses, a (can be imitated) and b (cannot), priors .4, .4 and .2 unknown; roots B and C.
Case two_hypotheses() {
  Case made;
  Question q;
  q.id = "q";
  q.hypotheses = {{"a", "a", std::nullopt, true}, {"b", "b", std::nullopt, false}};
  made.questions = {q};
  for (const char* id : {"B", "C"}) {
    Root root;
    root.id = id;
    root.grade = static_cast<SourceGrade>(id[0]);
    made.roots.push_back(root);
  }
  return made;
}

const HypothesisResult& of(const Assessment& a, const std::string& id) {
  return *std::find_if(a.questions[0].hypotheses.begin(), a.questions[0].hypotheses.end(), [&](const auto& h) { return h.id == id; });
}

TEST(Likelihood, EffectiveWeightIsCappedByTheRatioAndByTheReliability) {
  EXPECT_EQ(effective_weight(0, .9), 0);
  EXPECT_EQ(effective_weight(std::log(10), 0), 0);
  // L = 10, rho = .7425 (grade A, credibility 3): -ln(.07425 + .2575) = -ln .33175 = 1.1034
  EXPECT_NEAR(effective_weight(std::log(10), .7425), 1.1034, 5e-5);
  // However large the ratio, no more than 1 / (1 - rho): A1 50, A2 13, B3 3.5
  EXPECT_NEAR(std::exp(effective_weight(1000, .99 * .99)), 50.25, .01);
  EXPECT_NEAR(std::exp(effective_weight(1000, .99 * .93)), 12.61, .01);
  EXPECT_NEAR(std::exp(effective_weight(1000, .95 * .75)), 3.48, .01);
}

TEST(Likelihood, WordsAreFractionsOfTheCapInLogSpace) {
  const EvidenceItem item = item_of("E", EvidenceKind::kMotive, "B", 2);
  EXPECT_DOUBLE_EQ(strength_of(item, {"q", "a", "++", 1, {}, false}, nullptr).log_ratio, std::log(3));
  EXPECT_DOUBLE_EQ(strength_of(item, {"q", "a", "(-)", -1.0 / 3, {}, false}, nullptr).log_ratio, -std::log(3) / 3);
}

TEST(Likelihood, NumbersAreCappedByTheirKindUnlessMeasured) {
  EvidenceItem item = item_of("E", EvidenceKind::kMotive, "B", 2);
  const Statement number{"q", "a", "40", 0, 40.0, false};
  EXPECT_DOUBLE_EQ(strength_of(item, number, nullptr).log_ratio, std::log(3));
  EXPECT_EQ(strength_of(item, number, nullptr).note, "number by the analyst, limited to 3 by the cap of its kind");
  item.measured_how = "500 pairs";
  item.measured_limit = 25;
  EXPECT_DOUBLE_EQ(strength_of(item, number, nullptr).log_ratio, std::log(25));
  EXPECT_EQ(strength_of(item, number, nullptr).note, "measured: 500 pairs, limited to 25 by the stated limit of the measurement");
}

TEST(Likelihood, WithheldAssessmentsCountByTheirIssuersRecord) {
  Case input = two_hypotheses();
  EvidenceItem item = item_of("E", EvidenceKind::kAllSource, "B", 2);
  EXPECT_DOUBLE_EQ(reliability(input, item), .9 * .93);
  input.roots[0].record_right = 8;
  input.roots[0].record_wrong = 2;  // (9 + 8) / (10 + 10)
  EXPECT_DOUBLE_EQ(soundness(input, item), .85);
  item.kind = EvidenceKind::kAssessment;
  EXPECT_DOUBLE_EQ(soundness(input, item), .95);
  item.roots = {"B", "C"};
  EXPECT_DOUBLE_EQ(soundness(input, item), .85) << "the weakest root";
}

TEST(Posterior, OneItemByHand) {
  // Item for a: infrastructure, ++, L = 5, rho = .95 x .93 = .8835, f = .2.
  // e = -ln(.8835/5 + .1165) = -ln .2932.  Posing: -ln .2932 + ln(.7068/5 + .2932) = ln(.43456/.2932) = ln 1.48213.
  // a .4/.2932 = 1.36426;  b own .38;  b posing .02 x 1.48213 = .0296426;  unknown .19 and .01 x 1.48213 = .0148213.
  // Sum 1.978725: P(a) = .689464, reported .99 x .689464 + .01 x .4 = .686569; posing (.0296426 + .0148213)/1.978725 = .022471.
  Case input = two_hypotheses();
  input.evidence = {saying(item_of("E", EvidenceKind::kInfrastructure, "B", 2), "a", 1)};
  const Assessment result = assess(input);
  EXPECT_NEAR(of(result, "a").probability.mid, .686569, 1e-6);
  EXPECT_NEAR(of(result, "a").posing, .022471, 1e-6);
  EXPECT_EQ(of(result, "b").posing, 0);
  EXPECT_NEAR(result.questions[0].items[0].log10_weight, std::log10(1 / .2932), 1e-6);
}

TEST(Posterior, TwoEqualCellsOfOneRootCount119Percent) {
  Case input = two_hypotheses();
  input.evidence = {saying(item_of("E1", EvidenceKind::kMotive, "B", 2), "a", 1),
                    saying(item_of("E2", EvidenceKind::kVictimology, "B", 2), "a", 1)};
  const Assessment result = assess(input);
  // One cell: -ln(.8835/3 + .1165) = -ln .411 = .889162; two: x 2^(1/4) = 1.057398 nats = .459222 in log10.
  ASSERT_EQ(result.questions[0].pools.size(), 1U);
  EXPECT_NEAR(result.questions[0].pools[0].log10_for, .459222, 1e-5);
}

TEST(Posterior, ForgeryTurnsTheFramedIntoTheImitated) {
  Case input = two_hypotheses();
  input.evidence = {saying(item_of("E1", EvidenceKind::kMetadata, "C", 2), "a", 1), item_of("E2", EvidenceKind::kForgeryProof, "B", 1)};
  input.evidence[1].disproves = {"E1"};
  // The item is gone; states that pose as a weigh 1, all others .1 (1 - .95 x .99) = .00595:
  // a .4 x .00595 = .00238; b own .38 x .00595 = .002261, posing .02; unknown .19 x .00595 = .0011305, posing .01.
  // Sum .0357715: posing as a .03/.0357715 = .838657; P(a) = .066534, reported .069868.
  const Assessment result = assess(input);
  EXPECT_NEAR(of(result, "a").posing, .838657, 1e-5);
  EXPECT_NEAR(of(result, "a").probability.mid, .069868, 1e-5);
  EXPECT_EQ(result.silent[0].text, "disproved by E2");
  EXPECT_EQ(result.contradictions.back().text, "E1 was disproved by E2");
}

TEST(Posterior, NobodyHasSpoken) {
  Case input = two_hypotheses();
  const Assessment empty = assess(input);
  EXPECT_FALSE(empty.questions[0].assessed);
  EXPECT_EQ(empty.questions[0].why_not, "no evidence known by then speaks about it");
  EXPECT_EQ(empty.questions[0].hypotheses.back().id, kUnknownId);
  input.evidence = {saying(item_of("E", EvidenceKind::kDenial, "B", 6), "a", -1)};
  const Assessment denied = assess(input);
  EXPECT_FALSE(denied.questions[0].assessed) << "a denial weighs nothing";
  EXPECT_EQ(denied.silent[0].reason, SilentItem::Reason::kSaysNothing);
}

TEST(Posterior, AnOpinionBesideShownEvidenceOfItsRootIsCovered) {
  Case input = two_hypotheses();
  input.evidence = {saying(item_of("E1", EvidenceKind::kMotive, "B", 2), "a", 1)};
  const double alone = of(assess(input), "a").probability.mid;
  input.evidence.push_back(saying(item_of("E2", EvidenceKind::kAssessment, "B", 1), "a", 1));
  const Assessment covered = assess(input);
  EXPECT_EQ(of(covered, "a").probability.mid, alone);
  EXPECT_EQ(covered.silent[0].reason, SilentItem::Reason::kCovered);
  EXPECT_FALSE(covered.others[0].counted);
}

TEST(Sensitivity, DroppingTheOnlyItemReturnsToThePrior) {
  Case input = two_hypotheses();
  input.evidence = {saying(item_of("E", EvidenceKind::kCustody, "B", 1), "a", 1)};
  const Assessment result = assess(input);
  ASSERT_FALSE(result.sensitivity.empty());
  EXPECT_EQ(result.sensitivity[0].of, SensitivityEntry::Of::kItem);
  EXPECT_EQ(result.sensitivity[0].id, "E");
  EXPECT_NEAR(result.sensitivity[0].probability_without, .4, 1e-12);
  EXPECT_TRUE(result.sensitivity[0].decisive);
}

TEST(Sensitivity, WhatLeavesOnlySoftSupportBehindIsDecisive) {
  // Strong soft evidence for a, and one hard item: without that item a still leads far above one half, but everything that then
  // supports it is easy to fake, and such a question is not resolved.
  Case input = two_hypotheses();
  for (const char* id : {"D", "E", "F", "G"}) {
    Root root;
    root.id = id;
    root.grade = SourceGrade::kA;
    input.roots.push_back(root);
  }
  input.evidence = {saying(item_of("hard", EvidenceKind::kForensics, "B", 2), "a", 1)};
  for (const char* root : {"C", "D", "E", "F", "G"}) {
    input.evidence.push_back(saying(item_of(std::string("soft-") + root, EvidenceKind::kMotive, root, 2), "a", 1));
  }
  const Assessment full = assess(input);
  ASSERT_TRUE(full.questions[0].resolved);

  Case left = input;
  left.evidence.erase(left.evidence.begin());
  const Assessment soft = assess(left);
  ASSERT_GE(of(soft, "a").probability.low, .5);
  ASSERT_TRUE(soft.questions[0].confidence.only_soft);
  ASSERT_FALSE(soft.questions[0].resolved);

  std::size_t hard = 0, others = 0;
  for (const SensitivityEntry& entry : full.sensitivity) {
    if (entry.of == SensitivityEntry::Of::kAssumption) continue;
    const bool is_hard = entry.id == "hard" || entry.id == "B";  // the item, and the pool that it stands in alone
    EXPECT_EQ(entry.decisive, is_hard) << entry.id;
    EXPECT_EQ(entry.leader_without, "a");
    ++(is_hard ? hard : others);
  }
  EXPECT_EQ(hard, 2);
  EXPECT_EQ(others, 10);
}

TEST(Sensitivity, NothingIsDecisiveInAQuestionThatSoftSupportKeepsOpen) {
  Case input = two_hypotheses();
  for (const char* id : {"D", "E", "F", "G", "H"}) {
    Root root;
    root.id = id;
    root.grade = SourceGrade::kA;
    input.roots.push_back(root);
  }
  for (const char* root : {"C", "D", "E", "F", "G", "H"}) {
    input.evidence.push_back(saying(item_of(std::string("soft-") + root, EvidenceKind::kMotive, root, 2), "a", 1));
  }
  const Assessment result = assess(input);
  ASSERT_FALSE(result.questions[0].resolved);
  for (const SensitivityEntry& entry : result.sensitivity) EXPECT_FALSE(entry.decisive) << entry.id;
}

TEST(Words, PhiaRowsAndGaps) {
  struct Row { double p; const char* term; bool gap; };
  for (const Row& row : {Row{0, "remote chance", false}, {.05, "remote chance", false}, {.07, "remote chance", true},
                         {.075, "highly unlikely", true}, {.08, "highly unlikely", true}, {.20, "highly unlikely", false},
                         {.225, "unlikely", true}, {.35, "unlikely", false}, {.375, "realistic possibility", true},
                         {.49, "realistic possibility", false}, {.50, "realistic possibility", true}, {.53, "likely", true},
                         {.55, "likely", false}, {.775, "likely", true}, {.78, "highly likely", true}, {.92, "highly likely", true},
                         {.925, "highly likely", true}, {.93, "almost certain", true}, {.95, "almost certain", false}, {1, "almost certain", false}}) {
    EXPECT_EQ(phia_term(row.p).term, row.term) << row.p;
    EXPECT_EQ(phia_term(row.p).in_gap, row.gap) << row.p;
  }
}

TEST(Words, Icd203HasNoGaps) {
  struct Row { double p; const char* term; };
  for (const Row& row : {Row{0, "almost no chance"}, {.05, "almost no chance"}, {.051, "very unlikely"}, {.2, "very unlikely"},
                         {.45, "unlikely"}, {.5, "roughly even chance"}, {.551, "likely"}, {.8, "likely"}, {.81, "very likely"},
                         {.95, "very likely"}, {.96, "almost certain"}, {1, "almost certain"}}) {
    EXPECT_EQ(icd203_term(row.p).term, row.term) << row.p;
  }
}

TEST(Words, BothBoundsAreNamedWhenTheyDiffer) {
  const Terms wide = terms_for({.27, .43, .62});
  EXPECT_EQ(wide.phia, "realistic possibility");
  EXPECT_EQ(wide.phia_range, "unlikely to likely");
  EXPECT_EQ(wide.icd203_range, "unlikely to likely");
  EXPECT_EQ(terms_for({.96, .97, .98}).phia_range, "almost certain");
}

TEST(Words, IssuersTermsMapToTheirOwnYardstick) {
  EXPECT_EQ(issuer_range("phia", "Almost certainly")->low, 95);
  EXPECT_EQ(issuer_range("icd203", "likely")->high, 80);
  EXPECT_EQ(issuer_range("phia", "likely")->high, 75);
  EXPECT_FALSE(issuer_range("none", "concluded"));
  EXPECT_FALSE(issuer_range("icd203", "concluded"));
}

}  // namespace
}  // namespace prova
