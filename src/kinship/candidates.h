#pragma once
// Which learned samples are worth comparing function by function: those that the sample's own functions point at.

#include <vector>

#include "fingerprint/weights.h"
#include "kinship/fingerprint_store.h"
#include "kinship/match_report.h"

namespace prova {

/// Learned samples by id, as FingerprintStore::samples returns them.
using SampleList = std::vector<std::pair<SampleId, SampleRecord>>;

/// What to look a function up by: its features with their weights, callees' features at half weight (as in scoring),
/// and its exact hash.
[[nodiscard]] Probe make_probe(const Fingerprint& print, const FeatureWeights& weights);

/// How much of what the look-up points at is compared function by function: nearly all that a match costs, for among a million
/// functions nearly every sample has a vote. Libraries and goodware, chosen for what each explains beyond the others: 2 MB explain
/// nearly as much as 8 MB of those with most votes. Malware: 4 MB cost a third less than 8 MB and lose a family that everybody has
/// samples of. Measured: docs/benchmarks.md, "Scale".
struct ComparisonBudget {
  std::uint64_t malware_code = 8ULL << 20;     ///< Bytes of code of malware.
  std::uint64_t claimed_code = 8ULL << 20;     ///< The same, up to which serious claims alone are compared (choose_malware.h).
  std::uint64_t explaining_code = 2ULL << 20;  ///< Bytes of code of libraries and goodware.
  std::size_t samples = 1'024;                 ///< Of either. Archives come as one sample per member, hence the width.
  std::size_t samples_per_family = 8;          ///< Malware.
};

struct ChosenSamples {
  std::vector<SampleId> ids;  ///< Ascending.
  NotCompared not_compared;
};

/// The samples to pair with. Each function votes for the samples that it finds, with the square of the share of its weight that was
/// found there; of malware those are taken that together show most of each family, of libraries and goodware those that together
/// explain most of the functions, within the budget. Errors: those of the store.
[[nodiscard]] Result<ChosenSamples> choose_samples(const StoredSample& query, const FingerprintStore& store,
                                                   const SampleList& known, const FeatureWeights& weights,
                                                   unsigned threads = 1, const ComparisonBudget& budget = {});

/// Whether a sample of so much code is worth comparing for what it is expected to add, in whole functions.
[[nodiscard]] bool is_worth_its_size(std::uint64_t code_bytes, double functions);

}  // namespace prova
