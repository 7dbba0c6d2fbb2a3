#include "kinship/surroundings.h"

#include <gtest/gtest.h>

namespace prova {
namespace {

/// Functions that call the given indices.
StoredSample calling(std::vector<std::vector<std::uint32_t>> callees) {
  StoredSample sample;
  for (auto& list : callees) {
    StoredFunction f;
    f.callees = std::move(list);
    sample.functions.push_back(std::move(f));
  }
  return sample;
}

const Verdict kZlib{FunctionRole::kLibrary, "library zlib", {}};
const Verdict kNew{FunctionRole::kUnknown, "new", {}};
const Verdict kShared{FunctionRole::kUnique, "only in family X", {"X"}};

TEST(ExplainByCallers, WhatTwoLibraryFunctionsCallIsLibraryAndSoIsWhatThatCalls) {
  // 0 and 1 are zlib; both call 2. 0 and 2 call 3.
  std::vector<Verdict> verdicts = {kZlib, kZlib, kShared, kNew};
  explain_by_callers(calling({{2, 3}, {2}, {3}, {}}), verdicts);
  EXPECT_EQ(verdicts[2].role, FunctionRole::kLibrary);
  EXPECT_EQ(verdicts[2].group, "library zlib, called by it");
  EXPECT_TRUE(verdicts[2].families.empty());
  EXPECT_EQ(verdicts[3].group, "library zlib, called by it");
}

TEST(ExplainByCallers, StartUpCodeDoesNotExplainMain) {
  std::vector<Verdict> verdicts = {kZlib, kShared};
  explain_by_callers(calling({{1}, {}}), verdicts);
  EXPECT_EQ(verdicts[1].role, FunctionRole::kUnique);
}

TEST(ExplainByCallers, AFunctionThatOwnCodeCallsAsOftenStaysItsOwn) {
  // 4 is called by two library functions and by two others: no majority.
  std::vector<Verdict> verdicts = {kZlib, kZlib, kNew, kShared, kShared};
  explain_by_callers(calling({{4}, {4}, {4}, {4}, {}}), verdicts);
  EXPECT_EQ(verdicts[4].role, FunctionRole::kUnique);
}

/// Verdicts by one letter each: l library, n new, s shared with a family.
std::vector<Verdict> verdicts_of(std::string_view letters) {
  std::vector<Verdict> verdicts;
  for (const char c : letters) verdicts.push_back(c == 'l' ? kZlib : c == 's' ? kShared : kNew);
  return verdicts;
}

std::string letters_after_neighbours(std::string_view letters) {
  std::vector<Verdict> verdicts = verdicts_of(letters);
  explain_by_neighbours(calling(std::vector<std::vector<std::uint32_t>>(letters.size())), verdicts);
  std::string after;
  for (const Verdict& v : verdicts) after += v.role == FunctionRole::kLibrary ? 'l' : v.role == FunctionRole::kUnique ? 's' : 'n';
  return after;
}

TEST(ExplainByNeighbours, WhatLiesInsideALibraryIsLibrary) {
  EXPECT_EQ(letters_after_neighbours("llllsllll"), "lllllllll");
  EXPECT_EQ(letters_after_neighbours("lllslsslll"), "lllsllslll") << "the outermost four lack neighbours on one side";
  std::vector<Verdict> verdicts = verdicts_of("llllsllll");
  explain_by_neighbours(calling(std::vector<std::vector<std::uint32_t>>(9)), verdicts);
  EXPECT_EQ(verdicts[4].group, "library zlib, among its functions");
  EXPECT_TRUE(verdicts[4].families.empty());
}

TEST(ExplainByNeighbours, OwnCodeBesideALibraryStaysItsOwn) {
  EXPECT_EQ(letters_after_neighbours("ssssssllllllll"), "ssssssllllllll");
  EXPECT_EQ(letters_after_neighbours("llllssssssllll"), "llllssssssllll") << "a stretch of six between two libraries";
}

TEST(ExplainByNeighbours, ShortProgramsHaveNoSurroundings) { EXPECT_EQ(letters_after_neighbours("llsll"), "llsll"); }

}  // namespace
}  // namespace prova
