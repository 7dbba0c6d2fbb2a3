#pragma once
// The keys of a batch of probes, looked up in every segment at once.

#include <span>
#include <vector>

#include "store/segments/snapshot.h"

namespace prova {

/// Where each key is, and whether it is too common to find candidates.
class KeyLookup {
 public:
  /// Looks up all keys of the probes: sorted, so that each segment's directory is walked once.
  [[nodiscard]] static Result<KeyLookup> look_up(const Snapshot& snapshot, std::span<const Probe> probes);

  /// Index of a key that one of the probes has. O(log keys).
  [[nodiscard]] std::uint32_t index_of(FeatureKey key) const;
  [[nodiscard]] const KeyPlace& place(std::size_t segment, std::uint32_t key_index) const {
    return places_[segment][key_index];
  }
  /// Postings of the key in all segments, those of removed samples included.
  [[nodiscard]] std::uint64_t postings(std::uint32_t key_index) const { return postings_[key_index]; }
  /// Whether more than kMaxPostings live functions hold the key.
  [[nodiscard]] bool common(std::uint32_t key_index) const { return common_[key_index]; }

 private:
  Status count(const Snapshot& snapshot);

  std::vector<FeatureKey> keys_;
  std::vector<std::vector<KeyPlace>> places_;  ///< Per segment, parallel to keys_.
  std::vector<std::uint64_t> postings_;
  std::vector<bool> common_;
};

}  // namespace prova
