#pragma once
// The structures that make bytes into partitions and file systems: are they there, do they hold, is there a copy.

#include <string>
#include <vector>

#include "content/image/file_systems.h"
#include "content/image/partitions.h"

namespace prova {

enum class StructureState : std::uint8_t { kOk, kDamaged, kRecoverable };
[[nodiscard]] std::string_view name_of(StructureState state);  ///< "ok", "damaged", "recoverable_from_copy".

struct StructureCheck {
  std::string name;            ///< "mbr", "gpt", "gpt copy", "ntfs boot sector", "ntfs mft", "ext superblock" ...
  std::uint64_t offset = 0;    ///< In the image.
  StructureState state = StructureState::kOk;
  std::string detail;          ///< What was found, for people.
};

/// A volume with what is needed to read it although its first structures are gone.
struct ReadableVolume {
  Volume volume;
  std::vector<ImageOverlay> overlays;  ///< Copies laid over what is damaged. Nothing is written to the image.
};

struct StructureReport {
  std::vector<StructureCheck> checks;
  std::vector<ReadableVolume> volumes;
};

/// Checks partition tables and the file systems of all volumes that can be told. Where a file system's start is damaged, its copy
/// is looked for: NTFS in the last sector of its volume, ext at the beginning of block group 1 for each block size, FAT32 in
/// sector 6. O(number of volumes) small reads, or O(size / 1 MiB) on a disk without any table.
[[nodiscard]] StructureReport check_structures(const ImageReader& image);

}  // namespace prova
