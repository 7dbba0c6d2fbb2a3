#pragma once
// Tails that are not followed by zeros up to the next 4 KiB: on file systems with smaller blocks (ext4 below 512 MB has 1 KiB,
// FAT often 512 bytes to 2 KiB), and where slack holds old data. Small files are nothing but a tail.

#include "content/damage/file_examiner.h"
#include "content/progress.h"

namespace prova {

/// Looks at every sector of an image for the tails of `files` by their first sector, and checks each by its exact hash.
/// Adds the first place of each to `targets.tails`. Nothing is read when `files` is empty. 2 GB/s a core and more.
void scan_tails(std::uint32_t source, const ImageReader& image, const std::vector<std::uint32_t>& files, unsigned threads, const ScanTargets& targets,
                const ContentProgress& progress);

}  // namespace prova
