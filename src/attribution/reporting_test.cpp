#include "attribution/reporting.h"

#include <gtest/gtest.h>

#include "attribution/timeline.h"

namespace prova {
namespace {

using Kind = ReportingNode::Kind;

Case albania() { return read_case(std::string(PROVA_SOURCE_DIR) + "/examples/albania-2022/case.yaml").parsed.value(); }

Kind kind_of(const std::vector<ReportingNode>& nodes, std::string_view item) {
  for (const ReportingNode& node : nodes) {
    if (node.item == item) return node.kind;
  }
  throw std::runtime_error("no node");
}

TEST(Reporting, AnAllianceThatAcknowledgesIsCircularAndASummaryIsNot) {
  const auto nodes = reporting_on(albania(), parse_day("2024-12-31").value());
  EXPECT_EQ(kind_of(nodes, "A10"), Kind::kCircular) << "rests on A07, A08, A09: three opinions";
  EXPECT_EQ(kind_of(nodes, "A06b"), Kind::kSummary) << "rests on evidence that is shown";
  EXPECT_EQ(kind_of(nodes, "A25"), Kind::kSummary);
  EXPECT_EQ(kind_of(nodes, "A08"), Kind::kFirstHand);
}

TEST(Reporting, NothingThatWasNotKnownIsTold) {
  for (const ReportingNode& node : reporting_on(albania(), parse_day("2022-08-04").value())) EXPECT_NE(node.item, "A10");
}

TEST(Reporting, AnEchoOfAnEchoIsStillCircularAndAnUndeclaredOneIsSuspected) {
  const std::string yaml =
      "schema: prova/case/1\nname: x\nquestions: [{id: q, hypotheses: [a, b]}]\nroots: [{id: r}, {id: s}]\nevidence:\n"
      "  - {id: A, kind: allsource, known_from: 2022-01-01, roots: r, issuer: one, says: {q: {a: +}}}\n"
      "  - {id: B, kind: political, known_from: 2022-01-02, roots: r, issuer: two, derived_from: A}\n"
      "  - {id: C, kind: political, known_from: 2022-01-03, roots: r, issuer: three, derived_from: B}\n"
      "  - {id: D, kind: political, known_from: 2022-01-04, roots: r, issuer: four, says: {q: {a: +}}}\n"
      "  - {id: E, kind: assessment, known_from: 2022-01-05, roots: s, issuer: five, says: {q: {a: +}}}\n";
  const CaseReading reading = parse_case(yaml);
  ASSERT_TRUE(reading.parsed) << to_string(reading.errors, "x");
  const auto nodes = reporting_on(*reading.parsed, parse_day("2022-12-31").value());
  EXPECT_EQ(kind_of(nodes, "C"), Kind::kCircular);
  EXPECT_EQ(kind_of(nodes, "D"), Kind::kUndeclared);
  EXPECT_EQ(nodes[3].earlier, std::vector<std::string>{"A"});
  EXPECT_EQ(kind_of(nodes, "E"), Kind::kFirstHand);
}

TEST(Timeline, SaysWhatMovedTheAnswerAndByHowMuch) {
  const auto days = timeline_of(albania(), {}, parse_day("2022-08-04").value(), 60);
  ASSERT_EQ(days.back().day, parse_day("2022-08-04").value());
  const TimelineAnswer& nexus = days.back().answers.at(0);
  EXPECT_EQ(nexus.hypothesis, "iran");
  EXPECT_EQ(nexus.phia, "likely");
  EXPECT_NEAR(nexus.probability.mid, .69, .01);
  // .43 on 22 July: log10(.688/.312) - log10(.433/.567) = .343 + .117 = .46
  EXPECT_NEAR(nexus.log10_change, .46, .01);
  ASSERT_FALSE(nexus.moves.empty());
  EXPECT_EQ(nexus.moves[0].item, "A06a") << "the shared code weighs most on that day";
  for (const TimelineMove& move : nexus.moves) EXPECT_NE(move.item, "A06b") << "an echo moves nothing";
}

TEST(Timeline, KeepsTheMostRecentDays) {
  const auto all = timeline_of(albania(), {}, parse_day("2022-09-08").value(), 60);
  const auto two = timeline_of(albania(), {}, parse_day("2022-09-08").value(), 2);
  ASSERT_EQ(two.size(), 2U);
  EXPECT_EQ(two.back().answers[0].probability, all.back().answers[0].probability);
}

}  // namespace
}  // namespace prova
