// Random stores and probes: a store answers exactly as the slow, obvious one does, however the samples were divided into
// batches, and after replacements, removals and merges.

#include <gtest/gtest.h>

#include "store/memory/memory_store.h"
#include "store_under_test.h"

namespace prova {
namespace {

TEST_P(StoreProperty, AnswersAsMemoryDoes) {
  std::mt19937_64 random(std::get<1>(GetParam()));
  const RandomShape shape{.keys = 20U + static_cast<std::uint32_t>(random() % 2000)};
  const TemporaryDirectory directory;
  MemoryStore memory;
  const std::string url = empty_store_url(std::get<0>(GetParam()), directory);
  auto store = open_or_fail(url, OpenMode::kWrite);
  const auto reader = open_or_fail(url, OpenMode::kRead);
  for (int step = 0; step < 25; ++step) {
    std::vector<StoredSample> batch;
    for (std::uint64_t n = random() % 6; n > 0; --n) batch.push_back(random_sample(random, shape));
    ASSERT_TRUE(memory.add(batch));
    ASSERT_TRUE(store->add(batch));
    if (random() % 3 == 0) {
      std::vector<std::pair<Sha256, std::string>> identities;
      for (std::uint64_t n = random() % 8; n > 0; --n) {
        const StoredSample sample = random_sample(random, shape);
        identities.emplace_back(sample.record.sha256, sample.record.member);
      }
      EXPECT_EQ(memory.remove(identities).value(), store->remove(identities).value());
    }
    if (step % 8 == 7) expect_same(memory, *reader, random_probes(random, shape, 20));
    if (HasFatalFailure()) return;
    if (random() % 5 == 0) {
      store.reset();
      store = open_or_fail(url, OpenMode::kWrite);
    }
  }
  expect_same(memory, *store, random_probes(random, shape, 40));
  expect_same(memory, *reader, random_probes(random, shape, 40));
}

}  // namespace
}  // namespace prova
