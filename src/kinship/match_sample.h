#pragma once
// Start here: whose code is this? One sample against everything that was learned.

#include "binary/binary_image.h"
#include "kinship/candidates.h"
#include "kinship/learn.h"
#include "kinship/match_report.h"

namespace prova {

struct MatchOptions {
  std::size_t top = 5;          ///< Matches kept per function.
  double min_similarity = 0.2;  ///< Matches below it are not shown; what counts as evidence does not depend on it.
  bool names = true;            ///< False: symbol names are left out of the report. They are never used for scoring.
  unsigned threads = 1;         ///< The result does not depend on it.
  ComparisonBudget budget = {}; ///< For the benchmarks: the default is what was measured.
};

/// Loads nothing itself: `image` comes from prova::load. `identity` carries the sample's SHA-256 and file name.
/// Errors: kUnsupported (no decoder for this machine), those of the store.
[[nodiscard]] Result<MatchReport> match_sample(const BinaryImage& image, const SampleRecord& identity,
                                               const FingerprintStore& store, const MatchOptions& options = {});

/// The same for a sample that was analysed before.
[[nodiscard]] Result<MatchReport> match_analyzed(const AnalyzedSample& sample, const FingerprintStore& store,
                                                 const MatchOptions& options = {});

}  // namespace prova
