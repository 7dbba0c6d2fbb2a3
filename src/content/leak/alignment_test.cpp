#include "content/leak/alignment.h"

#include <gtest/gtest.h>

namespace prova {
namespace {

/// Pairs of 4-grams at every place of a run: known and dump advance together.
std::vector<MatchedGram> run(std::uint64_t dump, std::uint64_t known, std::uint64_t length) {
  std::vector<MatchedGram> grams;
  for (std::uint64_t i = 0; i + 4 <= length; ++i) grams.push_back({dump + i, known + i});
  return grams;
}
std::vector<MatchedGram> operator+(std::vector<MatchedGram> a, const std::vector<MatchedGram>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

TEST(AlignGrams, AnUnchangedTextIsOneRunWithoutGaps) {
  const Alignment alignment = align_grams(run(0, 0, 100), 4, 100, 100, true);
  EXPECT_EQ(alignment.runs, (std::vector<SharedRun>{{0, 0, 100}}));
  EXPECT_TRUE(alignment.gaps.empty());
  EXPECT_EQ(alignment.coverage.contained(), 1.0);
}

TEST(AlignGrams, AReplacedCharacterIsAGapOfEqualLengths) {
  const Alignment alignment = align_grams(run(0, 0, 40) + run(41, 41, 59), 4, 100, 100, true);
  EXPECT_EQ(alignment.gaps, (std::vector<AlignmentGap>{{{40, 41}, {40, 41}}}));
  EXPECT_EQ(verdict_of(alignment.coverage), LeakVerdict::kAltered);
}

TEST(AlignGrams, AnInsertionIsWiderInTheDump) {
  const Alignment alignment = align_grams(run(0, 0, 40) + run(60, 40, 60), 4, 120, 100, true);
  EXPECT_EQ(alignment.gaps, (std::vector<AlignmentGap>{{{40, 60}, {40, 40}}}));
  EXPECT_EQ(verdict_of(alignment.coverage), LeakVerdict::kAltered);
}

TEST(AlignGrams, ARemovalIsWiderInOurs) {
  const Alignment alignment = align_grams(run(0, 0, 40) + run(40, 60, 40), 4, 80, 100, true);
  EXPECT_EQ(alignment.gaps, (std::vector<AlignmentGap>{{{40, 40}, {40, 60}}}));
}

TEST(AlignGrams, ARemovalBetweenEqualCharactersLeavesOverlappingRuns) {
  // "abcabcabc" without one "abc": both runs claim the letters at the seam. The gap is empty on the dump's side.
  const Alignment alignment = align_grams(run(0, 0, 42) + run(40, 43, 40), 4, 80, 83, true);
  ASSERT_EQ(alignment.gaps.size(), 1U);
  EXPECT_EQ(alignment.gaps[0].dump.size(), 0U);
  EXPECT_EQ(alignment.gaps[0].known.size(), 3U);
}

TEST(AlignGrams, ChangesAtTheEdgesAreGapsOfAWholeText) {
  const auto grams = run(3, 3, 94);
  EXPECT_EQ(align_grams(grams, 4, 100, 100, true).gaps, (std::vector<AlignmentGap>{{{0, 3}, {0, 3}}, {{97, 100}, {97, 100}}}));
  EXPECT_TRUE(align_grams(grams, 4, 100, 100, false).gaps.empty()) << "inside a blob the edges are other documents";
}

TEST(AlignGrams, AnExcerptContainsAPartAndIsNotAltered) {
  const Alignment alignment = align_grams(run(0, 30, 40), 4, 40, 100, true);
  EXPECT_TRUE(alignment.gaps.empty());
  EXPECT_EQ(verdict_of(alignment.coverage), LeakVerdict::kContains);
  EXPECT_DOUBLE_EQ(alignment.coverage.contained(), 0.4);
}

TEST(AlignGrams, ARepeatedPassageContinuesTheRunItIsIn) {
  // The 4-gram at 20 occurs at 20 and at 70 of ours.
  auto grams = run(0, 0, 100);
  grams.push_back({20, 70});
  std::sort(grams.begin(), grams.end());
  EXPECT_TRUE(align_grams(grams, 4, 100, 100, true).gaps.empty());
}

TEST(VerdictOf, ManyChangesAreAnotherVersion) {
  Coverage coverage;
  coverage.dump_length = coverage.known_length = 1000;
  coverage.dump_covered = coverage.known_covered = 500;
  coverage.extent = {0, 1000};
  coverage.changed = 500, coverage.gaps = 10;
  EXPECT_EQ(verdict_of(coverage), LeakVerdict::kOtherVersion);
  coverage.known_covered = coverage.dump_covered = 100;
  coverage.changed = 900;
  EXPECT_EQ(verdict_of(coverage), LeakVerdict::kContains);
}

}  // namespace
}  // namespace prova
