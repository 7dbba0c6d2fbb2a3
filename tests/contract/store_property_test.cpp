// Random stores and probes: the embedded store answers exactly as the slow, obvious one does, however the samples were
// divided into batches, and after replacements, removals and merges.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "store/memory/memory_store.h"
#include "store/open.h"
#include "store_samples.h"

namespace prova {
namespace {

std::unique_ptr<FingerprintStore> open(const std::string& url, OpenMode mode) {
  auto store = open_store(url, mode);
  EXPECT_TRUE(store) << to_string(store.error());
  return std::move(*store);
}

/// Everything that can be asked of both.
void expect_same(const FingerprintStore& expected, const FingerprintStore& actual, const std::vector<Probe>& probes) {
  const auto records = expected.samples().value();
  ASSERT_EQ(actual.samples().value(), records);
  for (const auto& [id, record] : records) ASSERT_EQ(actual.sample(id).value(), expected.sample(id).value());
  for (const std::size_t limit : {std::size_t{1}, std::size_t{7}, std::size_t{100'000}}) {
    const auto right = expected.candidates(probes, limit).value();
    const auto answered = actual.candidates(probes, limit);
    ASSERT_TRUE(answered) << to_string(answered.error());
    for (std::size_t i = 0; i < probes.size(); ++i) ASSERT_EQ((*answered)[i], right[i]) << "probe " << i << ", limit " << limit;
  }
  EXPECT_EQ(actual.info()->functions, expected.info()->functions);
  EXPECT_EQ(actual.info()->families, expected.info()->families);
  EXPECT_EQ(actual.verify()->problems, std::vector<std::string>{});
}

std::vector<Probe> random_probes(std::mt19937_64& random, const RandomShape& shape, std::size_t count) {
  std::vector<Probe> probes;
  for (std::size_t i = 0; i < count; ++i) probes.push_back(random_probe(random, shape));
  return probes;
}

class StoreProperty : public testing::TestWithParam<std::uint64_t> {};

TEST_P(StoreProperty, SegmentsAnswerAsMemoryDoes) {
  std::mt19937_64 random(GetParam());
  const RandomShape shape{.keys = 20U + static_cast<std::uint32_t>(random() % 2000)};
  const TemporaryDirectory directory;
  MemoryStore memory;
  auto segments = open(directory / "index", OpenMode::kWrite);
  const auto reader = open(directory / "index", OpenMode::kRead);
  for (int step = 0; step < 25; ++step) {
    std::vector<StoredSample> batch;
    for (std::uint64_t n = random() % 6; n > 0; --n) batch.push_back(random_sample(random, shape));
    ASSERT_TRUE(memory.add(batch));
    ASSERT_TRUE(segments->add(batch));
    if (random() % 3 == 0) {
      std::vector<std::pair<Sha256, std::string>> identities;
      for (std::uint64_t n = random() % 8; n > 0; --n) {
        const StoredSample sample = random_sample(random, shape);
        identities.emplace_back(sample.record.sha256, sample.record.member);
      }
      EXPECT_EQ(memory.remove(identities).value(), segments->remove(identities).value());
    }
    if (step % 8 == 7) expect_same(memory, *reader, random_probes(random, shape, 20));
    if (HasFatalFailure()) return;
    if (random() % 5 == 0) {
      segments.reset();
      segments = open(directory / "index", OpenMode::kWrite);
    }
  }
  expect_same(memory, *segments, random_probes(random, shape, 40));
  expect_same(memory, *reader, random_probes(random, shape, 40));
}

INSTANTIATE_TEST_SUITE_P(Seeds, StoreProperty, testing::Range<std::uint64_t>(1, 9));

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
    stores.push_back(open(directory / fmt::format("index-{}", size), OpenMode::kWrite));
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
  const auto segments = open(directory / "index", OpenMode::kWrite);
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
