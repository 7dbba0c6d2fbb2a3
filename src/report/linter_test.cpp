#include "report/linter.h"

#include <gtest/gtest.h>

namespace prova::report {
namespace {

using Rule = LintFinding::Rule;

std::vector<Rule> rules(const std::string& text, std::vector<std::string> evidence = {"A01"},
                        SentenceKind kind = SentenceKind::kFinding) {
  std::vector<Rule> out;
  for (const LintFinding& finding : lint({kind, text, std::move(evidence)})) out.push_back(finding.rule);
  return out;
}

TEST(Linter, LikelihoodAndConfidenceNeverShareASentence) {
  EXPECT_EQ(rules("On the PHIA yardstick it is likely, with moderate confidence."),
            std::vector<Rule>{Rule::kLikelihoodWithConfidence});
  EXPECT_TRUE(rules("It is likely on the PHIA yardstick.").empty());
  EXPECT_TRUE(rules("Confidence is moderate.").empty());
}

TEST(Linter, UndefinedHedgesAreRefusedAndNamed) {
  const auto found =
      lint({SentenceKind::kFinding, "The tool is possibly linked to them; we cannot rule out others.", {"A01"}});
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0], (LintFinding{Rule::kUndefinedHedge, "cannot rule out"}));
  EXPECT_EQ(found[1], (LintFinding{Rule::kUndefinedHedge, "linked to"}));
  EXPECT_EQ(found[2], (LintFinding{Rule::kUndefinedHedge, "possibly"}));
  EXPECT_TRUE(rules("A realistic possibility on the UK PHIA yardstick.").empty()) << "that is a term, not a hedge";
  EXPECT_TRUE(rules("The impossible happened.").empty()) << "whole words only";
}

TEST(Linter, ATermNeedsTheNameOfItsYardstick) {
  EXPECT_EQ(rules("It is highly likely."), std::vector<Rule>{Rule::kTermWithoutYardstick});
  EXPECT_TRUE(rules("It is very likely (ICD 203).").empty());
}

TEST(Linter, AClaimNeedsEvidenceAndNotKnowingDoesNot) {
  EXPECT_EQ(rules("The code is shared.", {}), std::vector<Rule>{Rule::kNoEvidence});
  EXPECT_TRUE(rules("Nobody has said which organ.", {}, SentenceKind::kUnknown).empty());
}

TEST(Linter, FrenchAndAlbanianHaveTheirOwnLexicons) {
  const auto find = [](const char* text, Language language) {
    std::vector<Rule> out;
    for (const LintFinding& finding : lint({SentenceKind::kFinding, text, {"A01"}}, language)) out.push_back(finding.rule);
    return out;
  };
  EXPECT_EQ(find("Sur l’échelle PHIA, c’est probable, avec une confiance élevée.", Language::kFrench), std::vector<Rule>{Rule::kLikelihoodWithConfidence});
  EXPECT_EQ(find("C’est très probable.", Language::kFrench), std::vector<Rule>{Rule::kTermWithoutYardstick});
  EXPECT_EQ(find("L’outil semble venir de là.", Language::kFrench), std::vector<Rule>{Rule::kUndefinedHedge});
  EXPECT_TRUE(find("Selon eux, «\xc2\xa0" "c’est probable\xc2\xa0».", Language::kFrench).empty());
  EXPECT_EQ(find("Sipas shkallës PHIA është e gjasshme, me besim të lartë.", Language::kAlbanian), std::vector<Rule>{Rule::kLikelihoodWithConfidence});
  EXPECT_EQ(find("Ndoshta ishin ata.", Language::kAlbanian), std::vector<Rule>{Rule::kUndefinedHedge});
  EXPECT_TRUE(find("Niveli i besimit është i lartë.", Language::kAlbanian).empty());
}

TEST(Linter, WordsOfOthersAreQuotedAndLeftAlone) {
  EXPECT_TRUE(rules("They said \xe2\x80\x9clikely, with high confidence, linked to X\xe2\x80\x9d.").empty());
  EXPECT_EQ(rules("They said \xe2\x80\x9clikely").size(), 1U) << "a quotation that is never closed is none";
  EXPECT_EQ(rules("\xe2\x80\x9cX\xe2\x80\x9d is likely, \xe2\x80\x9cY\xe2\x80\x9d not").size(), 1U);
}

}  // namespace
}  // namespace prova::report
