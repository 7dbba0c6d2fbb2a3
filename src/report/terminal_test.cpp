#include "report/terminal.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <sstream>

#include "base/escape.h"
#include "report/golden_test_support.h"
#include "report/sample_reports_test_support.h"
#include "report/terminal_parts.h"

namespace prova::report {
namespace {

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

void expect_page(const std::string& text, std::size_t width, std::size_t height) {
  const auto lines = lines_of(text);
  EXPECT_LE(lines.size(), height);
  for (const std::string& line : lines) EXPECT_LE(term::columns(line), width) << line;
}

void expect_harmless(const std::string& text) {
  EXPECT_EQ(text, valid_utf8(text));
  for (const char c : text) EXPECT_TRUE(c == '\n' || (static_cast<unsigned char>(c) >= 0x20 && c != 0x7f));
  EXPECT_EQ(text.find("\xe2\x80\xae"), std::string::npos);
}

TEST(Terminal, TheCaseIsTheGoldenPage) {
  const std::string text = case_text(small_case_report());
  expect_golden("case.txt", text);
  expect_page(text, 80, 40);
}

TEST(Terminal, AFullCaseStillFitsOnePage) {
  CaseReport report = small_case_report();
  const CaseReport one = report;
  for (int i = 0; i < 30; ++i) {
    report.assessment.questions.push_back(one.assessment.questions[0]);
    report.artifacts.push_back(one.artifacts[0]);
    report.failed.push_back({std::string(300, 'x'), std::string(300, 'y')});
    report.assessment.next_evidence.push_back(one.assessment.next_evidence[0]);
  }
  report.title = std::string(500, 't');
  report.input.notice = std::string(2000, 'n');
  const std::string text = case_text(report);
  expect_page(text, 80, 40);
  for (const std::string_view said : {"more questions", "more artefacts", "more files", "Custody:"}) {
    EXPECT_NE(text.find(said), std::string::npos) << said;
  }
}

TEST(Terminal, WhatWasLostAndLeakedFitsThePageBesideSixAnswers) {
  CaseReport report = small_case_report();
  const QuestionResult question = report.assessment.questions[0];
  while (report.assessment.questions.size() < 6) report.assessment.questions.push_back(question);
  ContentFindings content;
  content.notice = std::string(400, 'n');
  content.damage.emplace();
  content.damage->totals[0] = {160, 1'000};
  content.damage->totals[kContentNotFound] = {2, 10};
  content.leak.emplace();
  content.leak->documents = 40;
  content.leak->altered = 30;
  for (int i = 0; i < 30; ++i) content.leak->changed.push_back({"dump", fmt::format("letter-{}.txt", i), "files-01", {}});
  report.content = content;
  const std::string text = case_text(report);
  expect_page(text, 80, 40);
  EXPECT_EQ(text.find("more question"), std::string::npos);
  for (const std::string_view said : {"Of 162 inventoried files 160 are whole, 0 partial, 2 not found", "30 altered", "letter-0.txt on files-01", "more altered documents", "Custody:"}) {
    EXPECT_NE(text.find(said), std::string::npos) << said << "\n" << text;
  }
}

TEST(Terminal, AnEmptyCaseSaysSo) {
  const std::string text = case_text({});
  EXPECT_NE(text.find("Case without a title"), std::string::npos);
  EXPECT_NE(text.find("The day of this assessment is not known"), std::string::npos);
}

TEST(Terminal, HostileTextCannotReachTheTerminal) {
  const CaseReport report = hostile_case_report();
  const MatchReport match = hostile_match_report();
  const FailedFile failed[] = {{kHostile, kHostile}};
  expect_harmless(case_text(report));
  expect_harmless(assess_text(report.assessment));
  expect_harmless(match_text({&match, 1}, failed));
}

TEST(Terminal, ColoursComeOnlyWhenAskedForAndAreClosedOnTheirLine) {
  EXPECT_EQ(case_text(small_case_report()).find('\x1b'), std::string::npos);
  for (const std::string& line : lines_of(case_text(small_case_report(), {.color = true}))) {
    const bool plain = line.find('\x1b') == std::string::npos;
    EXPECT_TRUE(plain || line.ends_with("\x1b[0m")) << line;
  }
}

TEST(Terminal, MatchAndAssessAreTheGoldenNotes) {
  const MatchReport match = small_match_report();
  const FailedFile failed[] = {{"b.bin", "offset 0x0: not a format that is read here"}};
  expect_golden("match.txt", match_text({&match, 1}, failed));
  expect_golden("assess.txt", assess_text(small_case_report().assessment));
}

TEST(Terminal, TenThousandFunctionsAreCutAndCounted) {
  MatchReport match = small_match_report();
  match.functions.assign(10'000, FunctionResult(match.functions[0]));
  const std::string text = match_text({&match, 1});
  EXPECT_LT(lines_of(text).size(), 61U);
  EXPECT_NE(text.find("and 9992 more"), std::string::npos);
}

TEST(Terminal, TextIsCutByColumnsNotBytes) {
  EXPECT_EQ(term::columns("a\xc3\xa9\xe6\xbc\xa2"), 4U);  // a, é, and a wide character.
  EXPECT_EQ(term::cut("abcdef", 4), "abc…");
  EXPECT_EQ(term::cut("\xe6\xbc\xa2\xe6\xbc\xa2\xe6\xbc\xa2", 4), "\xe6\xbc\xa2…");
  EXPECT_EQ(term::padded("ab", 4), "ab  ");
  EXPECT_EQ(term::interval_line({0.2, 0.5, 0.8}, 11), "··━━━●━━━··");
}

}  // namespace
}  // namespace prova::report
