#include "evidence/corroboration.h"

#include <gtest/gtest.h>

namespace prova {
namespace {

/// A is typed 1; B confirms A from another root, later; C does so from A's own pool.
Case three_items() {
  Case made;
  made.roots = {{"disk", "", SourceGrade::kB, "", 0, 0, 0}, {"net", "", SourceGrade::kB, "", 0, 0, 0}, {"disk2", "", SourceGrade::kB, "disk", 0, 0, 0}};
  const auto add = [&](const char* id, const char* root, const char* day, int credibility) {
    EvidenceItem item;
    item.id = id;
    item.kind = EvidenceKind::kForensics;
    item.roots = {root};
    item.known_from = parse_date(day).value();
    item.credibility = credibility;
    made.evidence.push_back(item);
  };
  add("A", "disk", "2022-01-01", 1);
  add("B", "net", "2022-03-01", 2);
  add("C", "disk2", "2022-01-01", 2);
  made.evidence[1].confirms = {"A"};
  made.evidence[2].confirms = {"A"};
  return made;
}

Day on(const char* day) { return parse_day(day).value(); }

TEST(Corroboration, ConfirmedNeedsASecondIndependentRoot) {
  EXPECT_EQ(computed_credibility(three_items(), on("2022-02-01"))[0], 2) << "C shares the pool, B is not known yet";
  EXPECT_EQ(computed_credibility(three_items(), on("2022-03-01"))[0], 1);
}

TEST(Corroboration, TheOneThatConfirmsIsConfirmedToo) {
  EXPECT_EQ(computed_credibility(three_items(), on("2022-03-01"))[1], 1);
}

TEST(Corroboration, DoubtsAreNotSettledByACount) {
  Case made = three_items();
  made.evidence[0].credibility = 4;
  EXPECT_EQ(computed_credibility(made, kEndOfTime)[0], 4);
}

TEST(Corroboration, EchoesAndDisprovedItemsConfirmNothing) {
  Case echo = three_items();
  echo.evidence[1].derived_from = {"A"};
  EXPECT_EQ(computed_credibility(echo, kEndOfTime)[0], 2);
  Case disproved = three_items();
  disproved.evidence[2].disproves = {"B"};
  EXPECT_EQ(computed_credibility(disproved, kEndOfTime)[0], 2);
}

TEST(Corroboration, WhatIsTestedInTheOpenStandsAlone) {
  Case made = three_items();
  made.evidence[0].kind = EvidenceKind::kCustody;
  EXPECT_EQ(computed_credibility(made, on("2022-01-01"))[0], 1);
}

TEST(Corroboration, ComputingTwiceChangesNothing) {
  const Case once = with_computed_credibility(three_items(), kEndOfTime);
  EXPECT_EQ(computed_credibility(once, kEndOfTime), computed_credibility(three_items(), kEndOfTime));
}

TEST(Corroboration, ATypedConfirmationWithoutRootsIsATrap) {
  const CaseReading reading = parse_case(
      "schema: prova/case/1\nname: x\nquestions: [{id: q, hypotheses: [a]}]\nroots: [{id: r}]\n"
      "evidence:\n  - {id: A, kind: forensics, known_from: 2022, roots: r, credibility: 1, says: {q: {a: +}}}\n");
  ASSERT_TRUE(reading.parsed);
  ASSERT_EQ(reading.warnings.size(), 1U);
  EXPECT_EQ(reading.warnings[0].line, 6);
}

}  // namespace
}  // namespace prova
