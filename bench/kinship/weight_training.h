#pragma once
// Learns what a feature is worth: rarity × survival².

#include <map>
#include <string>
#include <vector>

#include "corpus_programs.h"

namespace prova::bench {

struct TrainedWeights {
  std::string file;                      ///< In the layout of FeatureWeights.
  std::size_t functions = 0;             ///< Distinct (project, name).
  std::size_t features = 0;              ///< Distinct keys seen.
  std::size_t kept = 0;                  ///< Of these, in the table.
  std::array<double, 32> survival{};     ///< By family: over all features.
};

/// Trains on all `programs` for which `use` is true (parallel lists): builds of one project are compared with each
/// other, by function name. Deterministic.
[[nodiscard]] TrainedWeights train_weights(const std::vector<CorpusProgram>& programs, const std::vector<char>& use);

}  // namespace prova::bench
