#include "store/segments/merge_policy.h"

namespace prova {

std::optional<MergeRange> next_merge(std::span<const SegmentSize> segments) {
  for (std::size_t i = 0; i < segments.size(); ++i) {
    if (segments[i].dead * 2 > segments[i].functions) return MergeRange{i, i + 1};
  }
  for (std::uint64_t limit = kSmallestClass; limit < kMaxMergedFunctions; limit *= kMergeFan) {
    std::size_t first = 0, counted = 0;
    std::uint64_t live = 0;
    for (std::size_t i = 0; i < segments.size(); ++i) {
      const std::uint64_t size = segments[i].functions - segments[i].dead;
      if (size > limit || live + size > kMaxMergedFunctions) {
        first = i + (size > limit ? 1 : 0);
        live = 0;
        counted = 0;
      }
      if (size > limit) continue;
      live += size;
      if (limit == kSmallestClass || size > limit / kMergeFan) ++counted;
      if (counted == kMergeFan) return MergeRange{first, i + 1};
    }
  }
  return std::nullopt;
}

}  // namespace prova
