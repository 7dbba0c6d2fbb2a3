#pragma once
// A program's fingerprints as sparse vectors over its own distinct features, ready to be compared with another's.

#include <cstdint>
#include <span>
#include <vector>

#include "fingerprint/weights.h"
#include "kinship/fingerprint_store.h"

namespace prova {

/// A feature of more functions than this in either program says nothing about which one, and walking them all for
/// each would make two hostile programs cost O(functions²).
constexpr std::size_t kMaxSharers = 2'000;

/// Functions × features of one program, one of a Fingerprint's two lists. Feature ids number the distinct keys in
/// ascending order of key. Flat arrays: making them is nearly all that comparing with a program costs.
struct FeatureMatrix {
  std::vector<FeatureKey> keys;           ///< By id; ascending.
  std::vector<double> weight;             ///< By id, nats: as trained, not damped.
  std::vector<double> alone;              ///< By id: damped by how many functions of this program have it.
  std::vector<double> norm_alone;         ///< By function: sum of `alone` over its features.

  [[nodiscard]] std::span<const std::uint32_t> functions_of(std::uint32_t id) const {
    return std::span(functions).subspan(first_function[id], first_function[id + 1] - first_function[id]);
  }
  [[nodiscard]] std::span<const std::uint32_t> ids_of(std::uint32_t function) const {
    return std::span(ids).subspan(first_id[function], first_id[function + 1] - first_id[function]);
  }

  std::vector<std::uint32_t> functions, first_function;  ///< By id, ascending by function.
  std::vector<std::uint32_t> ids, first_id;              ///< By function, ascending by id.
};

/// w / (1 + ln max(n_left, n_right)) for a feature of so many functions in either program; 0 above kMaxSharers.
[[nodiscard]] double damped(double weight, std::size_t left_count, std::size_t right_count);

/// Ownership: refers to `sample`, which must outlive it. Thread safety: immutable.
struct ProgramVectors {
  const StoredSample* sample = nullptr;
  FeatureMatrix own, with_callees;

  [[nodiscard]] std::size_t size() const { return sample->functions.size(); }
};

/// O(features). REQUIRES: fewer than 2³² features in all functions together.
[[nodiscard]] ProgramVectors make_vectors(const StoredSample& sample, const FeatureWeights& weights);

}  // namespace prova
