#pragma once
// The keys of a batch of probes, looked up in every segment at once.

#include <span>
#include <vector>

#include "store/segments/snapshot.h"

namespace prova {

/// Where each key is, and how many functions hold it.
class KeyLookup {
 public:
  /// Looks up all keys of the probes: sorted, so that each segment's directory is walked once.
  [[nodiscard]] static Result<KeyLookup> look_up(const Snapshot& snapshot, std::span<const Probe> probes);

  /// Index of a key that one of the probes has. O(log keys).
  [[nodiscard]] std::uint32_t index_of(FeatureKey key) const;
  [[nodiscard]] const KeyPlace& place(std::size_t segment, std::uint32_t key_index) const {
    return places_[segment][key_index];
  }
  /// Live functions that hold the key; where these are more than kMaxPostings, some number above it.
  [[nodiscard]] std::uint64_t holders(std::uint32_t key_index) const { return holders_[key_index]; }

 private:
  Status count(const Snapshot& snapshot);

  std::vector<FeatureKey> keys_;
  std::vector<std::vector<KeyPlace>> places_;  ///< Per segment, parallel to keys_.
  std::vector<std::uint64_t> holders_;
};

}  // namespace prova
