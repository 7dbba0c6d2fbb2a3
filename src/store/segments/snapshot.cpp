#include "store/segments/snapshot.h"

#include <algorithm>

namespace prova {

void SnapshotSegment::find_dead() {
  for (std::uint32_t position = 0; position < sample_ids.size(); ++position) {
    if (sample_ids[position] != kRemoved) continue;
    const std::uint32_t begin = segment->first_function(position);
    const std::uint32_t end = segment->first_function(position + 1);
    if (begin == end) continue;
    dead.resize(segment->functions());
    std::fill(dead.begin() + begin, dead.begin() + end, true);
    dead_functions += end - begin;
  }
}

std::optional<Snapshot::Place> Snapshot::find(SampleId id) const {
  if (raw(id) == SnapshotSegment::kRemoved) return std::nullopt;
  for (const SnapshotSegment& part : segments) {
    const auto last = std::find_if(part.sample_ids.rbegin(), part.sample_ids.rend(),
                                   [](std::uint32_t live) { return live != SnapshotSegment::kRemoved; });
    if (last == part.sample_ids.rend() || *last < raw(id)) continue;  // In a later segment: ids ascend.
    const auto found = std::find(part.sample_ids.begin(), part.sample_ids.end(), raw(id));
    if (found == part.sample_ids.end()) return std::nullopt;
    return Place{&part, static_cast<std::uint32_t>(found - part.sample_ids.begin())};
  }
  return std::nullopt;
}

}  // namespace prova
