#pragma once
// Checks of single file systems, one function each.

#include <optional>
#include <vector>

#include "content/damage/structures.h"

namespace prova {

/// NTFS: boot sector and its copy in the last sector of the volume; $MFT and its mirror of the first four records.
void check_ntfs(const ImageReader& image, ReadableVolume& volume, std::vector<StructureCheck>& checks);
/// ext2/3/4: superblock (with its checksum where it has one), copies, the group descriptors' plausibility.
void check_ext(const ImageReader& image, ReadableVolume& volume, std::vector<StructureCheck>& checks);
/// FAT and exFAT: boot sector, FAT32's copy of it, and whether the two FATs are the same at their start.
void check_fat(const ImageReader& image, ReadableVolume& volume, std::vector<StructureCheck>& checks);
/// A partition whose start says nothing: what was it, and is there a copy?
void check_unknown(const ImageReader& image, ReadableVolume& volume, std::vector<StructureCheck>& checks);

/// An ext volume starting at `offset` whose superblock is gone, by the copy in block group 1 (s_block_group_nr = 1), for block
/// sizes 1024, 2048 and 4096.
[[nodiscard]] std::optional<Volume> ext_volume_by_copy(const ImageReader& image, std::uint64_t offset, std::uint64_t size);
/// An NTFS volume that ends with the disk, or one sector or 1 MiB before it, by the boot sector's copy there.
[[nodiscard]] std::optional<Volume> ntfs_volume_by_copy(const ImageReader& image);

}  // namespace prova
