#pragma once
// Which learned samples are worth comparing function by function: those that the sample's own functions point at.

#include <vector>

#include "fingerprint/weights.h"
#include "kinship/fingerprint_store.h"

namespace prova {

/// Learned samples by id, as FingerprintStore::samples returns them.
using SampleList = std::vector<std::pair<SampleId, SampleRecord>>;

/// What to look a function up by: its features with their weights, callees' features at half weight (as in scoring),
/// and its exact hash.
[[nodiscard]] Probe make_probe(const Fingerprint& print, const FeatureWeights& weights);

/// How much of what the look-up points at is compared function by function.
struct ComparisonBudget {
  std::uint64_t malware_code = 8ULL << 20;     ///< Bytes of code.
  std::uint64_t explaining_code = 2ULL << 20;  ///< Bytes of code of libraries and goodware.
  std::size_t samples = 1'024;                 ///< Of either.
  std::size_t samples_per_family = 8;          ///< Malware.
};

/// Ids of the samples to pair with, ascending. Each function votes for the best sample of each family that it finds,
/// with the square of the share of its weight that was found there; malware with most votes is taken,
/// and of libraries and goodware those that together explain most of the functions, within caps. Errors: those of the store.
[[nodiscard]] Result<std::vector<SampleId>> choose_samples(const StoredSample& query, const FingerprintStore& store,
                                                           const SampleList& known, const FeatureWeights& weights,
                                                           unsigned threads = 1, const ComparisonBudget& budget = {});

}  // namespace prova
