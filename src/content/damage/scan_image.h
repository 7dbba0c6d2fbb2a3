#pragma once
// The raw scan of an image, with or without a file system that can be read: every 4-KiB step is looked up.

#include <array>

#include "content/damage/file_examiner.h"
#include "content/damage/survival_map.h"
#include "content/image/partitions.h"
#include "content/progress.h"

namespace prova {

/// Cells of the survival map of an image.
constexpr std::size_t kMapCells = 1024;

/// One cell: steps by what they hold.
struct MapCell {
  std::uint32_t known = 0;     ///< Blocks of the inventory.
  std::uint32_t constant = 0;  ///< One byte value.
  std::uint32_t other = 0;
  std::uint32_t unread = 0;
};

struct ImageScan {
  std::vector<std::uint64_t> phases;   ///< Offsets modulo 4096 that were scanned.
  std::vector<MapCell> map;            ///< kMapCells or fewer, of equal size, over the first phase.
  std::uint64_t cell_bytes = 0;
  StepStates states;                   ///< Of each step of the first phase; none above kMaxMappedSteps.
  std::uint64_t steps = 0, known = 0, constant = 0, unread = 0;  ///< Steps of all phases.
  std::array<bool, 256> constants{};   ///< Constant blocks of these bytes occur.
  std::vector<std::uint64_t> mft_records;  ///< Offsets of what looks like NTFS file records, ascending; at most kMaxMftRecords.
};
/// Records kept for the search of files inside the MFT: 4 GiB of MFT.
constexpr std::size_t kMaxMftRecords = 1U << 22;

struct ImageScanOptions {
  unsigned threads = 1;
  bool every_sector = false;  ///< All eight phases: for fragments that are not aligned to 4 KiB.
};

/// Which multiples of 512 below 4096 hold blocks of the inventory, by a sample of the image; those of `volumes` always.
[[nodiscard]] std::vector<std::uint64_t> find_phases(const ImageReader& image, const std::vector<Volume>& volumes, const ScanTargets& targets);

/// Scans image `source` and records locations. 4 GB/s a core and more when the bytes are in memory.
/// Errors: kLimit (steps). What cannot be read is counted.
[[nodiscard]] Result<ImageScan> scan_image(std::uint32_t source, const ImageReader& image, const std::vector<Volume>& volumes, const ImageScanOptions& options,
                                           const ScanTargets& targets, const ContentProgress& progress);

}  // namespace prova
