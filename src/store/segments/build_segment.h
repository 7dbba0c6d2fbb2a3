#pragma once
// Makes a segment: from samples, or from older segments.

#include <filesystem>
#include <memory>
#include <span>

#include "store/segments/segment.h"

namespace prova {

/// Writes a segment of these samples at `path`. Memory O(features of all of them).
/// Errors: kIo; kLimit (too many functions for one segment).
[[nodiscard]] Result<SegmentFile> build_segment(const std::filesystem::path& path,
                                                std::span<const StoredSample* const> samples);

/// A segment to merge, and which of its samples are still wanted.
struct MergeInput {
  std::shared_ptr<const Segment> segment;
  std::vector<bool> live;  ///< Per position.
};

/// Writes a segment of the live samples of `inputs` at `path`, in their order. It holds the same bytes as
/// build_segment would write for them. Streams: memory 4 bytes per key and function of the inputs.
/// Errors: kIo; kStore (an input is damaged); kLimit.
[[nodiscard]] Result<SegmentFile> merge_segments(const std::filesystem::path& path, std::span<const MergeInput> inputs);

}  // namespace prova
