#pragma once
// Naming how something was lost (docs/methods/content.md, "Patterns").

#include <map>
#include <string>
#include <vector>

#include "content/damage/found_file.h"
#include "content/damage/verdict.h"

namespace prova {

/// The pattern of one file, from the states of its blocks as they stand at its place now.
/// `found_size` and `original_size` in bytes; a shorter file whose rest is the same was truncated. Nothing when no block is lost.
[[nodiscard]] std::optional<LossPattern> name_pattern(const std::vector<BlockState>& blocks, std::uint64_t found_size, std::uint64_t original_size);

/// A lost block of a file of which the block before survives: what stands at the place where it should be.
struct LostPlace {
  std::uint64_t offset = 0;  ///< In the image.
  BlockState now = BlockState::kOther;
};

/// The pattern over a disk, from places of lost blocks, ascending by offset: "none", "head" (all within the first part of the disk),
/// "every_nth_mib" with `n`, "regions" otherwise; and what stands there now.
struct DiskPattern {
  std::string name = "none";
  std::uint64_t n = 0;             ///< Of "every_nth_mib".
  std::uint64_t until = 0;         ///< Of "head": where the last lost place ends.
  BlockState replaced_by = BlockState::kMissing;
  std::uint64_t places = 0;
};
[[nodiscard]] DiskPattern name_disk_pattern(const std::vector<LostPlace>& places, std::uint64_t disk_size);

}  // namespace prova
