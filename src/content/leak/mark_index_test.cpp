#include "content/leak/mark_index.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <tuple>

namespace prova {
namespace {

struct Mark {
  std::uint64_t hash;
  std::uint32_t file, place;
};

std::string table_of(const std::vector<Mark>& marks, unsigned key_bytes) {
  MarkTableWriter writer(key_bytes);
  for (std::size_t i = 0; i < marks.size(); ++i) {
    const bool first = i == 0 || marks[i].file != marks[i - 1].file;
    const auto same_file = [&](const Mark& other) { return other.file == marks[i].file; };
    if (first) writer.begin(marks[i].file, static_cast<std::uint64_t>(std::count_if(marks.begin(), marks.end(), same_file)));
    writer.add(marks[i].hash, marks[i].place);
  }
  return writer.packed();
}

/// `n` marks of files of ten each; every seventh hash is one of three: boilerplate.
std::vector<Mark> some_marks(std::size_t n, unsigned seed) {
  std::mt19937_64 random(seed);
  std::vector<Mark> marks;
  for (std::uint32_t i = 0; i < n; ++i) {
    const std::uint64_t hash = i % 7 == 0 ? 0x1111'1111'1111'1111ULL * (1 + i % 3) : random();
    marks.push_back({hash, i / 10, i % 10 * 13});
  }
  return marks;
}

std::vector<MarkIndex::Place> places(const MarkIndex& index, std::uint64_t hash) {
  std::vector<MarkIndex::Place> found;
  const MarkIndex::Range range = index.find(hash);
  for (std::size_t i = range.first; i < range.last; ++i) found.push_back(index.at(i));
  return found;
}

TEST(MarkIndex, FindsWhatALinearSearchFinds) {
  for (const unsigned key_bytes : {5U, 6U}) {
    for (const std::size_t n : {0U, 1U, 10U, 500U, 5000U}) {
      const auto marks = some_marks(n, 3);
      const std::string table = table_of(marks, key_bytes);
      const MarkIndex index(as_bytes(table), key_bytes);
      EXPECT_EQ(index.size(), n);
      EXPECT_EQ(index.one_in(), 1U);
      for (std::size_t i = 0; i < n; i += 1 + n / 200) {
        std::vector<MarkIndex::Place> expected;
        for (const Mark& mark : marks) {
          if (stored_key(mark.hash, key_bytes) == stored_key(marks[i].hash, key_bytes)) expected.push_back({mark.file, mark.place});
        }
        EXPECT_EQ(places(index, marks[i].hash), expected) << i;
      }
      std::mt19937_64 random(99);
      for (int i = 0; i < 1000; ++i) EXPECT_TRUE(index.find(random()).empty()) << "one in a million by chance; the seed has none";
    }
  }
}

TEST(MarkIndex, FindAllFindsTheSame) {
  const auto marks = some_marks(300, 4);
  const std::string table = table_of(marks, 6);
  const MarkIndex index(as_bytes(table), 6);
  std::vector<std::size_t> hits;
  index.find_all(600, [&](std::size_t i) { return i < 300 ? marks[i].hash : ~marks[i - 300].hash; },
                 [&](std::size_t i, MarkIndex::Range range) {
                   hits.push_back(i);
                   EXPECT_FALSE(range.empty());
                 });
  ASSERT_EQ(hits.size(), 300U);
  for (std::size_t i = 0; i < 300; ++i) EXPECT_EQ(hits[i], i);
}

TEST(MarkIndex, KeepsAShareOfTooManyByTheirHashes) {
  const auto marks = some_marks(4000, 5);
  const std::string table = table_of(marks, 6);
  const MarkIndex index(as_bytes(table), 6, 1000);
  EXPECT_GT(index.one_in(), 2U);
  EXPECT_LE(index.size(), 1000U);
  for (const Mark& mark : marks) {
    const bool kept = mark.hash >> (64 - index.sampling()) == 0;
    EXPECT_EQ(!index.find(mark.hash).empty(), kept);
  }
}

TEST(MarkIndex, SampledChunksOfLargeFilesTakeNoMoreTime) {
  // Hashes that all start with 20 zero bits would share a few buckets, were they not mixed.
  std::mt19937_64 random(6);
  std::vector<Mark> marks;
  for (std::uint32_t i = 0; i < 3000; ++i) marks.push_back({random() >> 20, i / 100, i % 100});
  const std::string table = table_of(marks, 6);
  const MarkIndex index(as_bytes(table), 6);
  for (const Mark& mark : marks) EXPECT_EQ(places(index, mark.hash).size(), 1U);
}

TEST(MarkIndex, TakesLessThanTwelveBytesAMark) {
  const auto marks = some_marks(60'000, 7);
  MarkTableWriter writer(5);
  for (std::uint32_t file = 0; file < 6000; ++file) {
    writer.begin(file, 10);
    for (std::uint32_t i = 0; i < 10; ++i) writer.add(marks[file * 10 + i].hash, marks[file * 10 + i].place);
  }
  const std::string table = writer.packed();
  const MarkIndex index(as_bytes(table), 5);
  EXPECT_LT(index.memory_bytes(), 12U * index.size());
}

}  // namespace
}  // namespace prova
