// What only the embedded store does: divide into segments and merge them.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "store/memory/memory_store.h"
#include "store_under_test.h"

namespace prova {
namespace {

TEST(StoreSplits, TheAnswerDoesNotDependOnTheBatches) {
  std::mt19937_64 random(77);
  // Few keys in many functions, so that some are common; removals bring some of them back below kMaxPostings.
  const RandomShape shape{.keys = 40, .exact_hashes = 3, .identities = 1000, .max_functions = 2500, .max_features = 12};
  std::vector<StoredSample> samples;
  for (int i = 0; i < 26; ++i) {
    samples.push_back(random_sample(random, shape));
    samples.back().record.sha256 = identity(fmt::format("sample {}", i));
  }
  const auto probes = random_probes(random, shape, 12);
  const TemporaryDirectory directory;
  MemoryStore memory;
  ASSERT_TRUE(memory.add(samples));
  std::vector<std::unique_ptr<FingerprintStore>> stores;
  for (const std::size_t size : {std::size_t{1}, std::size_t{7}, std::size_t{26}}) {
    stores.push_back(open_or_fail(directory / fmt::format("index-{}", size), OpenMode::kWrite));
    for (std::size_t i = 0; i < samples.size(); i += size) {
      ASSERT_TRUE(stores.back()->add(std::span(samples).subspan(i, std::min(size, samples.size() - i))));
    }
  }
  const auto check = [&] {
    for (const std::size_t limit : {std::size_t{10}, std::size_t{30'000}}) {
      const auto right = memory.candidates(probes, limit).value();
      for (const auto& store : stores) EXPECT_EQ(store->candidates(probes, limit).value(), right);
    }
  };
  check();
  for (std::size_t i = 0; i < samples.size(); i += 3) {
    const std::pair<Sha256, std::string> gone{samples[i].record.sha256, samples[i].record.member};
    ASSERT_EQ(memory.remove(std::span(&gone, 1)).value(), 1U);
    for (const auto& store : stores) ASSERT_EQ(store->remove(std::span(&gone, 1)).value(), 1U);
    if (i % 9 == 0) check();
  }
  check();
}

TEST(StoreMerging, ManySmallBatchesLeaveFewSegmentsAndNoStrayFiles) {
  std::mt19937_64 random(5);
  const RandomShape shape{.identities = 1'000'000, .max_functions = 3};
  const TemporaryDirectory directory;
  MemoryStore memory;
  const auto segments = open_or_fail(directory / "index", OpenMode::kWrite);
  for (int i = 0; i < 100; ++i) {
    const StoredSample sample = random_sample(random, shape);
    ASSERT_TRUE(memory.add(std::span(&sample, 1)));
    ASSERT_TRUE(segments->add(std::span(&sample, 1)));
  }
  expect_same(memory, *segments, random_probes(random, shape, 20));
  EXPECT_LE(segments->info()->segments, 8U);
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(directory / "index")) {
    files += entry.path().extension() == ".segment" ? 1 : 0;
    EXPECT_NE(entry.path().extension(), ".tmp");
  }
  EXPECT_EQ(files, segments->info()->segments);
}

}  // namespace
}  // namespace prova
