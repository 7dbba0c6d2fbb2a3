#include "content/damage/survival_map.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <random>

namespace prova {
namespace {

namespace fs = std::filesystem;

/// A file of its own per test, gone at its end.
class SurvivalMap : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ = fs::temp_directory_path() / ("prova-survival-" + std::to_string(::getpid()) + "-" + ::testing::UnitTest::GetInstance()->current_test_info()->name());
  }
  void TearDown() override { fs::remove(path_); }
  Result<SurvivalMapFile> written(const std::string& bytes) {
    std::ofstream(path_, std::ios::binary) << bytes;
    return SurvivalMapFile::open(path_);
  }
  fs::path path_;
};

StepStates states_of(const std::vector<StepState>& all) {
  StepStates states(all.size());
  for (std::size_t i = 0; i < all.size(); ++i) states.set(i, all[i]);
  return states;
}

TEST_F(SurvivalMap, CellsCountStepsAndEqualNeighboursAreOneRun) {
  using enum StepState;
  // Two steps a cell: [k k] [k k] [c o] [u]; the last cell is short.
  const StepStates states = states_of({kKnown, kKnown, kKnown, kKnown, kConstant, kOther, kUnread});
  auto file = written(survival_map_bytes({{3, 512, &states}}));
  ASSERT_TRUE(file);
  ASSERT_EQ(file->images().size(), 1U);
  EXPECT_EQ(file->images()[0].source, 3U);
  EXPECT_EQ(file->images()[0].phase, 512U);
  const auto runs = file->cells(file->images()[0], 0, 2, 10);
  ASSERT_TRUE(runs);
  const std::vector<CellRun> expected = {{2, {2, 0, 0, 0}}, {1, {0, 1, 1, 0}}, {1, {0, 0, 0, 1}}};
  EXPECT_EQ(*runs, expected);
}

TEST_F(SurvivalMap, AnyWindowAtAnyScaleIsWhatCountingByHandGives) {
  std::mt19937 random(7);
  std::vector<StepState> all(1000);
  for (StepState& state : all) state = static_cast<StepState>(random() % 4);
  const StepStates first = states_of({StepState::kKnown, StepState::kUnread}), second = states_of(all);
  auto file = written(survival_map_bytes({{0, 0, &first}, {1, 0, &second}}));
  ASSERT_TRUE(file);
  for (const std::uint64_t begin : {0, 1, 3, 500, 998, 999, 1000}) {
    for (const std::uint64_t width : {1, 2, 3, 7, 64, 5000}) {
      const auto runs = file->cells(file->images()[1], begin, width, 16);
      ASSERT_TRUE(runs);
      std::vector<StepCounts> cells;
      for (const CellRun& run : *runs) cells.insert(cells.end(), run.cells, run.each);
      for (std::size_t c = 0; c < 16; ++c) {
        StepCounts by_hand;
        for (std::uint64_t s = begin + c * width; s < std::min<std::uint64_t>(begin + (c + 1) * width, all.size()); ++s) {
          ++(all[s] == StepState::kKnown ? by_hand.known : all[s] == StepState::kConstant ? by_hand.constant : all[s] == StepState::kOther ? by_hand.other : by_hand.unread);
        }
        const bool past = begin + c * width >= all.size();
        ASSERT_EQ(c < cells.size(), !past) << begin << " " << width << " " << c;
        if (past) break;
        EXPECT_EQ(cells[c], by_hand) << begin << " " << width << " " << c;
      }
    }
  }
}

TEST_F(SurvivalMap, EveryTruncationFailsCleanly) {
  const StepStates states = states_of(std::vector<StepState>(9, StepState::kKnown));
  const std::string whole = survival_map_bytes({{0, 0, &states}});
  ASSERT_EQ(whole.size(), 16U + 32U + 3U);
  for (std::size_t n = 0; n < whole.size(); ++n) EXPECT_FALSE(written(whole.substr(0, n))) << n;
  EXPECT_TRUE(written(whole));
}

TEST_F(SurvivalMap, NumbersThatDoNotFitAreRefusedWithTheirPlace) {
  const StepStates states = states_of(std::vector<StepState>(9, StepState::kKnown));
  std::string bytes = survival_map_bytes({{0, 0, &states}});
  bytes[16 + 24] = 0x7f;  // Where the steps lie.
  const auto refused = written(bytes);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kMalformed);
  EXPECT_EQ(refused.error().offset, FileOffset{16});
  bytes = survival_map_bytes({});
  bytes[8] = bytes[9] = bytes[10] = '\xff';
  EXPECT_FALSE(written(bytes));
}

TEST_F(SurvivalMap, AnAnswerHasBounds) {
  const StepStates states = states_of(std::vector<StepState>(9, StepState::kKnown));
  auto file = written(survival_map_bytes({{0, 0, &states}}));
  ASSERT_TRUE(file);
  const MappedImage image = file->images()[0];
  EXPECT_EQ(file->cells(image, 0, 0, 1).error().code, ErrorCode::kUsage);
  EXPECT_EQ(file->cells(image, 0, 1, kMaxMapCells + 1).error().code, ErrorCode::kLimit);
  EXPECT_EQ(file->cells(image, 0, ~0ULL, 4)->size(), 1U);
  EXPECT_TRUE(file->cells(image, ~0ULL, ~0ULL, 4)->empty());
}

TEST(StepStatesTest, AnImageAboveTheCapHasNoSteps) {
  StepStates states(kMaxMappedSteps + 1);
  EXPECT_EQ(states.steps(), 0U);
  states.set(5, StepState::kKnown);  // Ignored.
}

}  // namespace
}  // namespace prova
