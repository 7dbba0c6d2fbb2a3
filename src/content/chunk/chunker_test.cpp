#include "content/chunk/chunker.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <vector>

#include "content/test_key_test_support.h"

namespace prova {
namespace {

std::string random_bytes(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(random());
  return bytes;
}

std::vector<ChunkMark> chunks_of(std::string_view bytes) {
  std::vector<ChunkMark> marks;
  for_each_chunk(as_bytes(bytes), test_key(), [&](const ChunkMark& mark) { marks.push_back(mark); });
  return marks;
}

TEST(Chunker, ChunksCoverTheFileOnceAndKeepTheirBounds) {
  const std::string bytes = random_bytes(300'000, 1);
  std::uint64_t next = 0;
  const auto marks = chunks_of(bytes);
  for (const ChunkMark& mark : marks) {
    EXPECT_EQ(mark.offset, next);
    next += mark.size;
    EXPECT_LE(mark.size, kMaxChunk);
    if (next != bytes.size()) { EXPECT_GE(mark.size, kMinChunk); }
  }
  EXPECT_EQ(next, bytes.size());
  EXPECT_NEAR(static_cast<double>(bytes.size()) / static_cast<double>(marks.size()), 512.0, 40.0);
}

TEST(Chunker, AFileInsideABlobFallsIntoTheSameChunks) {
  const std::string file = random_bytes(40'000, 2);
  std::set<std::uint64_t> found;
  for (const ChunkMark& mark : chunks_of(random_bytes(12'345, 3) + file + random_bytes(777, 4))) found.insert(mark.hash);
  std::size_t lost = 0;
  for (const ChunkMark& mark : chunks_of(file)) lost += found.contains(mark.hash) ? 0 : mark.size;
  EXPECT_LT(lost, 4 * kMaxChunk) << "only chunks at the two ends may differ";
}

TEST(Chunker, ConstantChunksAreFlagged) {
  const auto marks = chunks_of(std::string(10'000, '\0'));
  ASSERT_FALSE(marks.empty());
  for (const ChunkMark& mark : marks) EXPECT_TRUE(mark.constant);
  EXPECT_FALSE(is_constant(as_bytes("aab")));
  EXPECT_TRUE(is_constant({}));
}

TEST(Chunker, SamplingNestsAndBoundsWhatALargeFileCosts) {
  EXPECT_EQ(chunk_sampling(0), 0U);
  EXPECT_EQ(chunk_sampling(64 * 1024), 0U);
  EXPECT_EQ(chunk_sampling(64 * 1024 + 1), 1U);
  EXPECT_EQ(chunk_sampling(1ULL << 40), 24U);
  for (const std::uint64_t hash : {0ULL, 1ULL << 62, ~0ULL}) {
    for (unsigned sampling = 1; sampling < 40; ++sampling) {
      if (is_sampled(hash, sampling)) { EXPECT_TRUE(is_sampled(hash, sampling - 1)); }
    }
  }
}

TEST(Chunker, CutsAreFixedForEver) {
  // Inventories store what these cuts gave; a change here orphans every one of them.
  std::string bytes;
  for (std::uint32_t i = 0, x = 1; i < 4000; ++i) bytes += static_cast<char>((x = x * 1664525 + 1013904223) >> 24);
  std::vector<std::uint32_t> sizes;
  for (const ChunkMark& mark : chunks_of(bytes)) sizes.push_back(mark.size);
  EXPECT_EQ(sizes, (std::vector<std::uint32_t>{514, 344, 458, 1127, 517, 461, 579}));
}

}  // namespace
}  // namespace prova
