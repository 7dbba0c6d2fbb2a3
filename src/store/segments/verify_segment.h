#pragma once
// Reads a segment from end to end and says everything that is wrong with it.

#include <string>
#include <vector>

#include "store/segments/segment.h"

namespace prova {

/// At most this many problems are listed per segment: nobody reads more, and a damaged disk holds thousands.
constexpr std::size_t kMaxSegmentProblems = 20;

/// Checks every block's checksum; then that keys, postings, fingerprints, exact hashes and samples decode, are
/// ascending where they must be, are as many as the footer says, and agree with each other. O(size of the segment).
[[nodiscard]] std::vector<std::string> verify_segment(const Segment& segment);

}  // namespace prova
