#pragma once
// One consistent view of the store: which segments there are and which of their samples live.

#include <memory>
#include <optional>
#include <vector>

#include "store/segments/segment.h"

namespace prova {

/// A segment with what the catalogue says about it.
struct SnapshotSegment {
  std::uint64_t id = 0;
  std::shared_ptr<const Segment> segment;
  std::vector<std::uint32_t> sample_ids;  ///< Per position, ascending; kRemoved where the sample is gone.
  std::uint32_t dead_functions = 0;
  std::vector<bool> dead;                 ///< Per function; empty when none is dead.

  static constexpr std::uint32_t kRemoved = 0;  ///< Ids begin at 1.
  [[nodiscard]] bool is_dead(std::uint32_t function) const { return !dead.empty() && dead[function]; }
  [[nodiscard]] FunctionRef ref(std::uint32_t function) const {
    const std::uint32_t position = segment->sample_of(function);
    return {SampleId{sample_ids[position]}, function - segment->first_function(position)};
  }
  /// Fills `dead` and `dead_functions` from `sample_ids`.
  void find_dead();
};

/// Segments in the order of their samples' ids, which do not overlap: walking the segments in order, and each one's
/// functions in order, is walking all functions in the order of FunctionRef.
/// Thread safety: immutable.
struct Snapshot {
  std::uint64_t generation = 0;
  std::vector<SnapshotSegment> segments;

  struct Place {
    const SnapshotSegment* segment;
    std::uint32_t position;
  };
  /// O(segments + samples of one segment).
  [[nodiscard]] std::optional<Place> find(SampleId id) const;
};

}  // namespace prova
