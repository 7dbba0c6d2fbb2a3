#pragma once
// Remembers where fingerprints were written, so that the same one is not written twice.

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "base/hash.h"

namespace prova {

/// Places of fingerprints by their bytes. Bounded: when its slots are full, new fingerprints take those of older ones,
/// which are then written again; what is found is always right. Fingerprints are told apart by half of their SHA-256:
/// they come from hostile files, and with a faster hash somebody could give a function another's fingerprint.
class PrintPlaces {
 public:
  /// `max_slots`, a power of two of at least 1,024: 24 bytes each.
  explicit PrintPlaces(std::size_t max_slots = 1U << 20U) : max_slots_(max_slots) {}

  /// Where these bytes were written, or nothing; then they are remembered at `place`. O(1) amortised.
  [[nodiscard]] std::optional<std::uint32_t> find_or_remember(std::string_view bytes, std::uint32_t place);

 private:
  struct Slot {
    std::uint64_t high = 0, low = 0;  ///< Of the digest. Both zero: free.
    std::uint32_t place = 0;
  };
  /// The slot of an equal fingerprint, or else one to put it into.
  [[nodiscard]] Slot& slot_for(const Slot& print);
  void grow();

  std::vector<Slot> slots_ = std::vector<Slot>(1024);
  std::size_t used_ = 0, max_slots_;
};

}  // namespace prova
