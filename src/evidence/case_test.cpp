// Reading a case: dates, kinds, fields, and kinship measurements as evidence.

#include "evidence/case.h"

#include <gtest/gtest.h>

#include <cmath>

#include "base/file.h"
#include "evidence/from_kinship.h"

namespace prova {
namespace {

TEST(Date, MonthsAndYearsCountFromTheirLastDay) {
  EXPECT_EQ(to_string(parse_day("2022-07-17").value()), "2022-07-17");
  EXPECT_EQ(to_string(parse_day("2024-02").value()), "2024-02-29");
  EXPECT_EQ(to_string(parse_day("2024").value()), "2024-12-31");
  const DateSpan span = parse_date("2021-05..2022-01").value();
  EXPECT_EQ(to_string(span.first), "2021-05-01");
  EXPECT_EQ(to_string(span.last), "2022-01-31");
}

TEST(Date, WhatNoCalendarHasIsRefusedWithItsReason) {
  EXPECT_EQ(parse_date("2023-02-29").error().message, "'2023-02-29' is no day of the calendar, that month has 28 days");
  EXPECT_EQ(parse_date("2022-07..2021").error().message, "'2022-07..2021' ends before it begins");
  for (const char* bad : {"", "22-07-17", "2022-13", "2022-00-01", "2022-07-00", "2022/07/17", "1969", "2200", "2022-07-17T00:00",
                          "2022-7-17", "2022-07..", "..", "+022-01-01"}) {
    EXPECT_FALSE(parse_date(bad)) << bad;
  }
  EXPECT_FALSE(parse_day("2021..2022"));
}

TEST(Kinds, TablesAreCompleteAndMonotone) {
  EXPECT_EQ(evidence_kinds().size(), 28U);
  for (const KindRow& row : evidence_kinds()) {
    EXPECT_EQ(kind_from_name(row.name), row.kind);
    EXPECT_EQ(row_of(row.kind).name, row.name);
    EXPECT_GE(row.cap, 1);
    EXPECT_GE(row.spoofability, 1);
    EXPECT_LE(row.spoofability, 5);
    EXPECT_FALSE(row.why.empty());
  }
  for (int c = 1; c < 5; ++c) EXPECT_GT(probability_holds(c), probability_holds(c + 1));
  for (int s = 1; s < 5; ++s) EXPECT_LT(probability_planted(s), probability_planted(s + 1));
  for (char g = 'A'; g < 'E'; ++g) {
    EXPECT_GT(probability_sound(static_cast<SourceGrade>(g)), probability_sound(static_cast<SourceGrade>(g + 1)));
  }
  EXPECT_FALSE(kind_from_name("persone"));
}

TEST(Case, EveryKeyOfTheFormatIsRead) {
  const CaseReading reading = read_case(std::string(PROVA_SOURCE_DIR) + "/tests/cases/small.yaml");
  ASSERT_TRUE(reading.parsed) << to_string(reading.errors, "small.yaml");
  const Case& c = *reading.parsed;
  EXPECT_EQ(c.name, "The ministry of weather");
  ASSERT_EQ(c.questions.size(), 2U);
  EXPECT_EQ(c.questions[0].hypotheses[0].prior, .3);
  EXPECT_EQ(c.questions[0].hypotheses[2].label, "east");
  EXPECT_FALSE(c.questions[0].hypotheses[2].imitable);
  EXPECT_EQ(c.questions[0].prior_unknown, .1);
  EXPECT_EQ(c.questions[1].given_hypothesis, "north");
  EXPECT_EQ(c.roots[2].pool_id(), "friends");
  EXPECT_EQ(c.roots[2].record_right, 3);
  const EvidenceItem& note = *c.find_item("W1");
  EXPECT_EQ(note.line, 25);
  EXPECT_EQ(note.spoofability, 5) << "the kind's default";
  EXPECT_EQ(note.says.size(), 2U);
  EXPECT_EQ(note.says[0].hypothesis, "north");
  EXPECT_DOUBLE_EQ(note.says[0].fraction, -2.0 / 3);
  EXPECT_EQ(note.source.urls, std::vector<std::string>{"https://example.org/note"});
  EXPECT_EQ(note.files.size(), 1U);
  EXPECT_EQ(c.find_item("W2")->measured_limit, 50);
  EXPECT_EQ(to_string(c.find_item("W2")->known_from.last), "2021-03-31");
  EXPECT_EQ(c.find_item("W3")->yardstick, "phia");
  EXPECT_EQ(c.find_item("W4")->issuer, "The alliance");
  EXPECT_EQ(c.find_item("W4")->derived_from, std::vector<std::string>{"W3"});
  EXPECT_EQ(c.find_item("W6")->kinship->family, "old-tool");
  EXPECT_TRUE(c.find_item("W6")->says[0].measured);
  EXPECT_EQ(c.collect[1].confirms, "W2");
}

TEST(Case, TheFormatPageHoldsAReadableExampleAndEveryKind) {
  constexpr std::uint64_t kMaxPage = 1 << 20;
  const std::string page = read_file(std::string(PROVA_SOURCE_DIR) + "/docs/formats/case.md", kMaxPage).value();
  const std::size_t begin = page.find("```yaml\n") + 8;
  const CaseReading reading = parse_case(std::string_view(page).substr(begin, page.find("```", begin) - begin));
  EXPECT_TRUE(reading.parsed) << to_string(reading.errors, "case.md");
  for (const KindRow& row : evidence_kinds()) {
    std::string quoted(1, '`');
    quoted.append(row.name).push_back('`');
    EXPECT_NE(page.find(quoted), std::string::npos) << row.name;
  }
}

TEST(Case, TrapsAreWarningsNotErrors) {
  std::string text = "schema: prova/case/1\nname: T\nquestions:\n  - {id: q, hypotheses: [h]}\nroots:\n";
  for (char r = 'a'; r < 'e'; ++r) text += std::string("  - {id: ") + r + ", grade: E}\n";
  text += "evidence:\n";
  for (char r = 'a'; r < 'e'; ++r) {
    text += std::string("  - {id: E") + r + ", kind: persona, known_from: 2022, roots: " + r + ", says: {q: {h: +}}}\n";
  }
  const CaseReading reading = parse_case(text);
  ASSERT_TRUE(reading.parsed);
  ASSERT_EQ(reading.warnings.size(), 1U);
  EXPECT_EQ(reading.warnings[0].message,
            "4 roots hold only evidence that is easy to fake; channels that one actor controls are one root");
}

TEST(FromKinship, FindsTheArtefactByNameOrHashAndTakesTheCautiousOne) {
  EvidenceItem item;
  item.kinship = KinshipReference{"artifacts/tool.exe", "old-tool"};
  const std::string sha(64, 'a');
  const std::vector<KinshipMeasurement> measured = {{"tool.exe", sha, "old-tool", 3.0, {}},
                                                    {"tool.exe", std::string(64, 'b'), "old-tool", 1.5, {}},
                                                    {"tool.exe", sha, "other", 9.0, {}},
                                                    {"tool.exe", sha, "old-tool", std::nan(""), {}}};
  ASSERT_NE(find_measurement(item, measured), nullptr);
  EXPECT_EQ(find_measurement(item, measured)->log10_lr, 1.5);
  item.kinship->artifact = sha;
  EXPECT_EQ(find_measurement(item, measured)->log10_lr, 3.0);
  item.kinship->family = "nobody";
  EXPECT_EQ(find_measurement(item, measured), nullptr);
  item.kinship.reset();
  EXPECT_EQ(find_measurement(item, measured), nullptr);
}

TEST(FromKinship, OnlyMalwareFamiliesBecomeMeasurements) {
  MatchReport report;
  report.name = "artifacts/tool.exe";
  report.sha256 = std::string(64, 'c');
  FamilyResult family;
  family.family = "old-tool";
  family.log10_lr = 2.5;
  family.evidence = {"3 functions shared"};
  FamilyResult library = family;
  library.family = "zlib";
  library.role = SampleRole::kLibrary;
  report.families = {family, library};
  const auto measured = measurements_from(std::vector<MatchReport>{report});
  ASSERT_EQ(measured.size(), 1U);
  EXPECT_EQ(measured[0].artifact_name, "tool.exe");
  EXPECT_EQ(measured[0].family, "old-tool");
  EXPECT_EQ(measured[0].evidence, family.evidence);
}

}  // namespace
}  // namespace prova
