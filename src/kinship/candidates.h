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

/// Ids of the samples to pair with, ascending. Each function votes for the best sample of each family that it finds,
/// with the square of the share of its weight that was found there; malware with most votes is taken,
/// and of libraries and goodware those that together explain most of the functions, within caps. Errors: those of the store.
[[nodiscard]] Result<std::vector<SampleId>> choose_samples(const StoredSample& query, const FingerprintStore& store,
                                                           const SampleList& known, const FeatureWeights& weights,
                                                           unsigned threads = 1);

}  // namespace prova
