#include "store/segments/merge_policy.h"

#include <gtest/gtest.h>

#include <vector>

namespace prova {
namespace {

std::vector<SegmentSize> sizes(std::initializer_list<std::uint64_t> functions) {
  std::vector<SegmentSize> result;
  for (const std::uint64_t n : functions) result.push_back({n, 0});
  return result;
}

TEST(MergePolicy, LeavesFewSegmentsAlone) {
  EXPECT_EQ(next_merge({}), std::nullopt);
  EXPECT_EQ(next_merge(sizes({1, 1, 1, 1, 1, 1, 1})), std::nullopt);
}

TEST(MergePolicy, MergesEightSmallNeighbours) {
  EXPECT_EQ(next_merge(sizes({5000, 1, 1, 1, 1, 1, 1, 1, 1024})), (MergeRange{1, 9}));
}

TEST(MergePolicy, ALargeSegmentParts) {
  EXPECT_EQ(next_merge(sizes({1, 1, 1, 1, 100'000'000, 1, 1, 1, 1})), std::nullopt);
}

TEST(MergePolicy, SmallOnesJoinARunOfLargerOnesButDoNotCount) {
  EXPECT_EQ(next_merge(sizes({8000, 8000, 8000, 10, 8000, 8000, 8000, 8000})), std::nullopt);
  EXPECT_EQ(next_merge(sizes({8000, 8000, 8000, 10, 8000, 8000, 8000, 8000, 8000})), (MergeRange{0, 9}));
}

TEST(MergePolicy, ASegmentMoreThanHalfDeadIsRewrittenAlone) {
  auto segments = sizes({10, 10, 10});
  segments[1].dead = 5;
  EXPECT_EQ(next_merge(segments), std::nullopt);
  segments[1].dead = 6;
  EXPECT_EQ(next_merge(segments), (MergeRange{1, 2}));
}

TEST(MergePolicy, EqualBatchesLeaveAtMostSevenSegmentsPerClass) {
  std::vector<SegmentSize> segments;
  std::uint64_t rewritten = 0;
  for (int batch = 0; batch < 1000; ++batch) {
    segments.push_back({1000, 0});
    while (const auto range = next_merge(segments)) {
      SegmentSize sum;
      for (std::size_t i = range->first; i < range->last; ++i) sum.functions += segments[i].functions;
      rewritten += sum.functions;
      segments.erase(segments.begin() + static_cast<std::ptrdiff_t>(range->first) + 1,
                     segments.begin() + static_cast<std::ptrdiff_t>(range->last));
      segments[range->first] = sum;
    }
    EXPECT_LE(segments.size(), 28U);
  }
  EXPECT_EQ(segments.size(), 1U + 7 + 5 + 0);  // 1000 = 1·512 + 7·64 + 5·8.
  EXPECT_LE(rewritten, 3'000'000U);
}

}  // namespace
}  // namespace prova
