#pragma once
// Which segments to merge, so that there are few, and none is rewritten often.

#include <cstdint>
#include <optional>
#include <span>

namespace prova {

/// Neighbours of one size class that are merged together: a store of n functions, added in equal batches, has at most
/// 7 segments per class and rewrites each function once per class, log8(n / 1,000) times.
constexpr std::size_t kMergeFan = 8;
/// Live functions up to which segments belong to the smallest class; each further class is kMergeFan times larger.
constexpr std::uint64_t kSmallestClass = 1024;
/// Segments of this size are merged no further: rewriting them would cost minutes, and hundreds of megabytes for the
/// new numbers of their keys.
constexpr std::uint64_t kMaxMergedFunctions = 1ULL << 22;

struct SegmentSize {
  std::uint64_t functions = 0, dead = 0;
};

/// A range [first, last) of neighbours.
struct MergeRange {
  std::size_t first = 0, last = 0;
  friend bool operator==(const MergeRange&, const MergeRange&) = default;
};

/// What to merge next, if anything: a segment more than half dead, alone; else, from the smallest class up, the first
/// run of neighbours with kMergeFan segments of the class in it and none of a larger one. Smaller ones in the run are
/// taken along; they do not count, lest a large segment be rewritten for seven tiny ones.
/// Only neighbours: their samples' ids must not overlap those of others. O(segments · classes).
[[nodiscard]] std::optional<MergeRange> next_merge(std::span<const SegmentSize> segments);

}  // namespace prova
