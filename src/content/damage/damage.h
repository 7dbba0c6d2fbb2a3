#pragma once
// What of an inventory survives, and where. Start here: the whole run is `assess_damage`.

#include <string>
#include <vector>

#include "content/damage/patterns.h"
#include "content/damage/scan_image.h"
#include "content/damage/sources.h"
#include "content/damage/structures.h"
#include "content/damage/verdict.h"
#include "content/inventory/inventory.h"
#include "content/progress.h"

namespace prova {

struct DamageOptions {
  std::vector<SourceRequest> sources;
  unsigned threads = 1;
  bool every_sector = false;   ///< Scan images at 512-byte steps.
  bool raw_only = false;       ///< Do not read file systems inside images.
  bool confirm = true;         ///< Re-read and re-hash files that survive by blocks. Only benchmarks of the scan switch it off.
};

/// A first answer from a random sample of an image: which share of the inventory's data it holds, within bounds.
struct SampledAnswer {
  std::uint32_t source = 0;
  std::uint64_t sampled = 0, known = 0;        ///< Blocks of the image; of them blocks of the inventory.
  double low = 0, high = 0;                    ///< 95 % bounds of the share of the inventory's blocks on this image, 0 to 1.
};

/// What the scan of one source found out about it.
struct ScannedSource {
  std::optional<ImageScan> scan;               ///< Images.
  StructureReport structures;                  ///< Images.
  DiskPattern pattern;                         ///< Images.
  std::uint64_t files = 0;                     ///< Files seen.
  bool readable = true;                        ///< Some file system of an image, or the directory or archive, could be read.
};

struct VerdictTotal {
  std::uint64_t files = 0, bytes = 0;
};

struct DamageReport {
  std::vector<ScanSource> sources;                 ///< In the order in which they were scanned: images and directories, then archives.
  std::vector<ScannedSource> scans;            ///< One per source.
  std::vector<FileVerdict> files;              ///< One per file of the inventory, in its order.
  std::array<VerdictTotal, kVerdicts> totals;
  std::vector<SampledAnswer> first_answers;
  std::vector<std::pair<std::string, std::uint64_t>> patterns;  ///< Patterns of files with how often, most frequent first.
  std::uint64_t in_inventory_files = 0, in_inventory_bytes = 0; ///< Not found, but the inventory itself holds their content.
  std::uint64_t partial_bytes = 0;             ///< Surviving bytes of partial files.
  StreamTable streams;
};

/// Called with the first answers as soon as they are there.
using OnFirstAnswer = std::function<void(const SampledAnswer&)>;

/// Scans all sources, read-only, and gives each file of the inventory one verdict. REQUIRES: `inventory` is unlocked; no other
/// thread of this process runs (file systems and archives are parsed in children).
/// Errors: kIo (a source that cannot be opened at all); kLimit; kUsage (no source).
[[nodiscard]] Result<DamageReport> assess_damage(const Inventory& inventory, const DamageOptions& options, const ContentProgress& progress = {},
                                                 const OnFirstAnswer& on_first_answer = {});

/// The sentence for the public, and never more than that: how many files and bytes of the inventory of which day are whole, in part,
/// not found, in what was scanned.
[[nodiscard]] std::string national_sentence(const Inventory& inventory, const DamageReport& report);

}  // namespace prova
