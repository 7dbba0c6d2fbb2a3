#include "evidence/case_edit.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/file.h"
#include "evidence/case.h"

namespace prova {
namespace {

/// A case as people write it: comments above, behind and between, both styles, a folded text, blank lines.
constexpr const char* kCase = R"(# The case. This line stays.
schema: prova/case/1
name: A case            # the title
questions:
  - id: nation
    ask: Which nation?
    hypotheses: [north, south]     # the two that were named
  - id: organ
    ask: Which organ?
    given: {nation: north}
    hypotheses:
      # one line each
      - {id: army, label: The army}   # with a label
      - navy
roots:
  - {id: R1, grade: B}
  - {id: R2, grade: A, label: "Samples: public"}

# ---- Evidence: oldest first
evidence:
  # -- first day
  - id: E1
    kind: forensics      # sets the cap
    claim: >-
      A path in the program names
      a project known from Northland
    known_from: 2021-03-02
    roots: [R1]
    credibility: 3       # not confirmed

    says: {nation: {north: +, south: "-"}}   # a lone minus needs quotes
    source: {text: A report, urls: [https://example.org/a]}
  # -- later
  - {id: E2, kind: motive, known_from: 2021-04, roots: [R2], says: {nation: {north: (+)}}}   # short
  # nothing more yet
# the end
)";

EditValue text(std::string value) { return EditValue::scalar(std::move(value)); }
EditValue list(std::vector<std::string> values) {
  EditValue out{EditValue::Kind::kList, {}, {}, {}};
  for (std::string& value : values) out.list.push_back(text(std::move(value)));
  return out;
}
EditValue map(std::vector<std::pair<std::string, EditValue>> entries) { return EditValue::entries(std::move(entries)); }

std::vector<std::string> lines_of(std::string_view content) {
  std::vector<std::string> lines;
  while (!content.empty()) {
    const std::string_view line = content.substr(0, content.find('\n'));
    lines.emplace_back(line);
    content.remove_prefix(std::min(content.size(), line.size() + 1));
  }
  return lines;
}

/// What `diff` would show: lines only in `before` with '-', only in `after` with '+', by longest common subsequence.
std::string diff(const std::string& before, const std::string& after) {
  const auto a = lines_of(before), b = lines_of(after);
  std::vector<std::vector<std::size_t>> common(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = a.size(); i-- > 0;) {
    for (std::size_t j = b.size(); j-- > 0;) common[i][j] = a[i] == b[j] ? common[i + 1][j + 1] + 1 : std::max(common[i + 1][j], common[i][j + 1]);
  }
  std::string out;
  for (std::size_t i = 0, j = 0; i < a.size() || j < b.size();) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      ++i;
      ++j;
    } else if (i < a.size() && (j == b.size() || common[i + 1][j] >= common[i][j + 1])) {
      out += "-" + a[i++] + "\n";
    } else {
      out += "+" + b[j++] + "\n";
    }
  }
  return out;
}

/// The diff of one edit on kCase; the result must be a case again.
std::string edited(const CaseEdit& edit) {
  const auto after = apply_edit(kCase, edit);
  if (!after) return to_string(after.error());
  const CaseReading reading = parse_case(*after);
  EXPECT_TRUE(reading.errors.empty()) << to_string(reading.errors, "case.yaml") << *after;
  return diff(kCase, *after);
}

CaseEdit change(std::string id, std::vector<std::pair<std::string, EditValue>> changes) {
  return {CaseEdit::Op::kChangeEvidence, {}, std::move(id), map(std::move(changes))};
}

TEST(CaseEdit, AGradeChangesOneLineAndItsCommentStays) {
  EXPECT_EQ(edited(change("E1", {{"credibility", text("2")}})),
            "-    credibility: 3       # not confirmed\n"
            "+    credibility: 2       # not confirmed\n");
}

TEST(CaseEdit, AFoldedTextIsFoldedAgain) {
  EXPECT_EQ(edited(change("E1", {{"claim", text("A path in the program names a project that two services of Northland are known to have worked on since 2012")}})),
            "-      A path in the program names\n"
            "-      a project known from Northland\n"
            "+      A path in the program names a project that two services of Northland are known to have worked on since 2012\n");
}

TEST(CaseEdit, AShortTextReplacesAFoldedOne) {
  EXPECT_EQ(edited(change("E1", {{"claim", text("A path: Northland")}})),
            "-    claim: >-\n"
            "-      A path in the program names\n"
            "-      a project known from Northland\n"
            "+    claim: \"A path: Northland\"\n");
}

TEST(CaseEdit, ACommentNeverBecomesPartOfAFoldedText) {
  const std::string long_text(200, 'x');
  EXPECT_EQ(edited(change("E1", {{"kind", text("forensics")}, {"credibility", text("1")}, {"known_from", text("2021-03")}})),
            "-    known_from: 2021-03-02\n"
            "+    known_from: 2021-03\n"
            "-    credibility: 3       # not confirmed\n"
            "+    credibility: 1       # not confirmed\n");
  const CaseEdit label{CaseEdit::Op::kChangeHypothesis, "nation", "north", map({{"label", text(long_text)}})};
  EXPECT_EQ(edited(label),
            "-    hypotheses: [north, south]     # the two that were named\n"
            "+    hypotheses: [{id: north, label: " + long_text + "}, south]     # the two that were named\n");
}

TEST(CaseEdit, ANewKeyStandsWhereTheFormatPutsIt) {
  EXPECT_EQ(edited(change("E1", {{"note", text("asked again on Monday")}, {"spoofability", text("1")}})),
            "+    spoofability: 1\n"
            "+    note: asked again on Monday\n");
}

TEST(CaseEdit, AKeyGoesWithItsLineAndNothingElse) {
  EXPECT_EQ(edited(change("E1", {{"source", EditValue{}}})), "-    source: {text: A report, urls: [https://example.org/a]}\n");
  EXPECT_EQ(edited(change("E1", {{"note", EditValue{}}})), "");
}

TEST(CaseEdit, StrengthsAreMergedInPlace) {
  EXPECT_EQ(edited(change("E1", {{"says", map({{"nation", map({{"north", text("++")}})}, {"organ", map({{"army", text("-")}})}})}})),
            "-    says: {nation: {north: +, south: \"-\"}}   # a lone minus needs quotes\n"
            "+    says: {nation: {north: ++}, organ: {army: \"-\"}}   # a lone minus needs quotes\n");
}

TEST(CaseEdit, AnItemOnOneLineStaysOnOneLine) {
  EXPECT_EQ(edited(change("E2", {{"credibility", text("2")}, {"kind", text("victimology")}, {"says", EditValue{}}})),
            "-  - {id: E2, kind: motive, known_from: 2021-04, roots: [R2], says: {nation: {north: (+)}}}   # short\n"
            "+  - {id: E2, kind: victimology, known_from: 2021-04, roots: [R2], credibility: 2}   # short\n");
}

TEST(CaseEdit, ANewItemComesLastBeforeTheClosingComments) {
  const CaseEdit add{CaseEdit::Op::kAddEvidence, {}, {}, map({{"claim", text("yes: no")}, {"roots", list({"R1", "R2"})}, {"kind", text("money")},
                                                             {"id", text("E3")}, {"known_from", text("2021-05-01")}, {"note", EditValue{}}})};
  EXPECT_EQ(edited(add),
            "+  - {id: E3, kind: money, claim: \"yes: no\", known_from: 2021-05-01, roots: [R1, R2]}\n");
}

TEST(CaseEdit, ANewItemAfterItemsOnSeveralLinesHasSeveralLines) {
  std::string before = kCase;
  before.erase(before.find("  # -- later"), before.find("  # nothing more yet") - before.find("  # -- later"));
  const CaseEdit add{CaseEdit::Op::kAddEvidence, {}, {}, map({{"id", text("E3")}, {"kind", text("money")}, {"known_from", text("2021-05-01")}, {"roots", list({"R1"})}})};
  const auto after = apply_edit(before, add);
  ASSERT_TRUE(after);
  EXPECT_EQ(diff(before, *after),
            "+  - id: E3\n"
            "+    kind: money\n"
            "+    known_from: 2021-05-01\n"
            "+    roots: [R1]\n");
}

TEST(CaseEdit, ARemovedItemTakesItsLinesAlongAndLeavesTheComments) {
  EXPECT_EQ(edited({CaseEdit::Op::kRemoveEvidence, {}, "E2", {}}),
            "-  - {id: E2, kind: motive, known_from: 2021-04, roots: [R2], says: {nation: {north: (+)}}}   # short\n");
}

TEST(CaseEdit, TheLastItemLeavesAnEmptyList) {
  const auto one = apply_edit(kCase, {CaseEdit::Op::kRemoveEvidence, {}, "E2", {}});
  ASSERT_TRUE(one);
  const auto none = apply_edit(*one, {CaseEdit::Op::kRemoveEvidence, {}, "E1", {}});
  ASSERT_TRUE(none) << to_string(none.error());
  EXPECT_NE(none->find("evidence: []"), std::string::npos);
  const auto again = apply_edit(*none, {CaseEdit::Op::kAddEvidence, {}, {}, map({{"id", text("E9")}, {"kind", text("money")}, {"known_from", text("2022")}, {"roots", text("R1")}})});
  ASSERT_TRUE(again) << to_string(again.error());
  EXPECT_TRUE(parse_case(*again).errors.empty());
}

TEST(CaseEdit, HypothesesAreAddedInTheStyleOfTheirNeighbours) {
  EXPECT_EQ(edited({CaseEdit::Op::kAddHypothesis, "nation", {}, map({{"id", text("west")}})}),
            "-    hypotheses: [north, south]     # the two that were named\n"
            "+    hypotheses: [north, south, west]     # the two that were named\n");
  EXPECT_EQ(edited({CaseEdit::Op::kAddHypothesis, "organ", {}, map({{"label", text("The police, or who says so")}, {"id", text("police")}})}),
            "+      - {id: police, label: \"The police, or who says so\"}\n");
}

TEST(CaseEdit, ABareHypothesisBecomesAMap) {
  EXPECT_EQ(edited({CaseEdit::Op::kChangeHypothesis, "organ", "navy", map({{"label", text("The navy")}})}),
            "-      - navy\n"
            "+      - {id: navy, label: The navy}\n");
  EXPECT_EQ(edited({CaseEdit::Op::kChangeHypothesis, "organ", "army", map({{"label", EditValue{}}, {"prior", text("0.5")}})}),
            "-      - {id: army, label: The army}   # with a label\n"
            "+      - {id: army, prior: 0.5}   # with a label\n");
}

TEST(CaseEdit, HostileTextStaysText) {
  for (const std::string& hostile : {std::string("\"}, evil: {"), std::string("# no comment"), std::string("a\n- b"), std::string("null"), std::string("~"),
                                     std::string("---"), std::string("&a *b"), std::string("{a: b}"), std::string(" x "), std::string("'"), std::string("tab\there"),
                                     std::string("- a"), std::string("a #b"), std::string("\xc2\x85"), std::string("\xef\xbb\xbf"), std::string("\xe2\x80\xae")}) {
    const auto after = apply_edit(kCase, change("E1", {{"note", text(hostile)}}));
    ASSERT_TRUE(after) << hostile << to_string(after.error());
    const CaseReading reading = parse_case(*after);
    ASSERT_TRUE(reading.parsed) << *after;
    EXPECT_EQ(reading.parsed->find_item("E1")->note, hostile);
  }
}

TEST(CaseEdit, WhatIsNotThereIsNamed) {
  EXPECT_EQ(edited(change("E7", {{"note", text("x")}})), "there is no evidence item 'E7'");
  EXPECT_EQ(edited({CaseEdit::Op::kChangeHypothesis, "nation", "east", map({{"label", text("x")}})}), "question 'nation' has no hypothesis 'east'");
  EXPECT_EQ(edited({CaseEdit::Op::kAddHypothesis, "motive", {}, map({{"id", text("x")}})}), "there is no question 'motive'");
  EXPECT_EQ(edited(change("E1", {{"id", text("E5")}})), "an id does not change: other entries name it");
}

TEST(CaseEdit, AnchorsAreRefusedRatherThanDamaged) {
  std::string with_anchor = kCase;
  with_anchor.replace(with_anchor.find("[R1]"), 4, "&who [R1]");
  const auto after = apply_edit(with_anchor, change("E1", {{"note", text("x")}}));
  ASSERT_FALSE(after);
  EXPECT_EQ(after.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(to_string(after.error()), "line 28: the file uses anchors (&name, *name), which are not changed from here; change it in an editor");
}

TEST(CaseEdit, WindowsLineEndsStay) {
  std::string windows;
  for (const char c : std::string(kCase)) windows += c == '\n' ? std::string("\r\n") : std::string(1, c);
  const auto after = apply_edit(windows, change("E1", {{"credibility", text("2")}, {"note", text("x")}}));
  ASSERT_TRUE(after) << to_string(after.error());
  EXPECT_EQ(static_cast<std::size_t>(std::count(after->begin(), after->end(), '\n')), static_cast<std::size_t>(std::count(windows.begin(), windows.end(), '\n')) + 1);
  EXPECT_EQ(after->find("\n    note: x\r\n") == std::string::npos, false);
  EXPECT_TRUE(parse_case(*after).errors.empty());
}

/// Every item of the real example takes every edit, loses no comment, and is the same case again but for that edit.
TEST(CaseEdit, TheAlbanianExampleKeepsEveryCommentThroughEveryEdit) {
  const auto before = read_file(PROVA_SOURCE_DIR "/examples/albania-2022/case.yaml", kMaxCaseBytes);
  ASSERT_TRUE(before);
  const CaseReading reading = parse_case(*before);
  ASSERT_TRUE(reading.parsed);
  const auto comments = std::count(before->begin(), before->end(), '#');
  for (const EvidenceItem& item : reading.parsed->evidence) {
    const auto after = apply_edit(*before, change(item.id, {{"credibility", text("4")}, {"note", text("A note of more than one line, which is folded because it is longer than ninety bytes, and so on")},
                                                            {"spoofability", text("3")}}));
    ASSERT_TRUE(after) << item.id << ": " << to_string(after.error());
    EXPECT_EQ(std::count(after->begin(), after->end(), '#'), comments) << item.id;
    const CaseReading again = parse_case(*after);
    ASSERT_TRUE(again.parsed) << item.id << "\n" << to_string(again.errors, "case.yaml");
    EXPECT_EQ(again.parsed->find_item(item.id)->credibility, 4);
    EXPECT_EQ(again.parsed->evidence.size(), reading.parsed->evidence.size());
  }
}

}  // namespace
}  // namespace prova
