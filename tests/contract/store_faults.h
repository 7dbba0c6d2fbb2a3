#pragma once
// Batches whose presence in a store can be told afterwards.

#include <cstdint>
#include <vector>

#include "kinship/fingerprint_store.h"

namespace prova {

constexpr std::uint64_t kSamplesPerBatch = 3;

/// Batch `batch`: kSamplesPerBatch samples, the same at every call.
[[nodiscard]] std::vector<StoredSample> numbered_batch(std::uint64_t batch);

/// Numbers of the batches whose samples the store holds, ascending; a test failure where one is there in part.
[[nodiscard]] std::vector<std::uint64_t> whole_batches(const FingerprintStore& store);

}  // namespace prova
