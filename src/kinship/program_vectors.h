#pragma once
// A program's fingerprints as sparse vectors over its own distinct features, ready to be compared with another's.

#include <cstdint>
#include <span>
#include <vector>

#include "kinship/fingerprint_store.h"

namespace prova {

/// Functions × features of one program, one of a Fingerprint's two lists. Feature ids number the distinct keys in
/// ascending order of key.
struct FeatureMatrix {
  std::vector<FeatureKey> keys;               ///< By id; ascending.
  std::vector<std::vector<std::uint32_t>> functions_of;  ///< By id: functions that have it; ascending.
  std::vector<std::vector<std::uint32_t>> ids_of;        ///< By function: ids; ascending.
};

/// Ownership: refers to `sample`, which must outlive it. Thread safety: immutable.
struct ProgramVectors {
  const StoredSample* sample = nullptr;
  FeatureMatrix own, with_callees;

  [[nodiscard]] std::size_t size() const { return sample->functions.size(); }
};

/// O(features · log features).
[[nodiscard]] ProgramVectors make_vectors(const StoredSample& sample);

}  // namespace prova
