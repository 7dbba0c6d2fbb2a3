#include "store_faults.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "store_samples.h"

namespace prova {

std::vector<StoredSample> numbered_batch(std::uint64_t batch) {
  std::vector<StoredSample> samples;
  for (std::uint64_t i = 0; i < kSamplesPerBatch; ++i) {
    std::vector<StoredFunction> functions;
    for (std::uint32_t f = 1; f < 12; ++f) {
      functions.push_back(function_with({32 * f, 32 * (f + 1), static_cast<FeatureKey>(100'000 + batch * 1000 + f)}, 7 * f));
      functions.back().name = fmt::format("function {} of {}", f, i);
      functions.back().address = VirtualAddress{0x1000 * f};
    }
    samples.push_back(sample_of(fmt::format("{}/{}", batch, i), std::move(functions), fmt::format("batch {}", batch)));
  }
  return samples;
}

std::vector<std::uint64_t> whole_batches(const FingerprintStore& store) {
  const auto samples = store.samples();
  EXPECT_TRUE(samples) << to_string(samples.error());
  if (!samples) return {};
  std::map<std::uint64_t, std::uint64_t> counts;
  for (const auto& [id, record] : *samples) ++counts[std::stoull(record.name)];
  std::vector<std::uint64_t> batches;
  for (const auto& [batch, count] : counts) {
    EXPECT_EQ(count, kSamplesPerBatch) << "batch " << batch;
    batches.push_back(batch);
  }
  return batches;
}

}  // namespace prova
