// NTFS. Layout: the Linux kernel's fs/ntfs3/ntfs.h (NTFS_BOOT, MFT_REC).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>

#include "content/damage/file_system_checks.h"
#include "content/damage/mft_record.h"
#include "content/image/disk_reader.h"

namespace prova {
namespace {

/// $MFTMirr holds the first four records.
constexpr std::size_t kMirroredRecords = 4;

struct BootSector {
  std::string bytes;
  [[nodiscard]] std::uint64_t sector() const { return little<std::uint16_t>(bytes, 11); }
  [[nodiscard]] std::uint64_t cluster() const {
    const auto sectors = little<std::uint8_t>(bytes, 13);
    return sector() * (sectors <= 128 ? sectors : 1ULL << std::min(256 - sectors, 20));
  }
  [[nodiscard]] std::uint64_t sectors() const { return little<std::uint64_t>(bytes, 40); }
  [[nodiscard]] std::uint64_t mft() const { return little<std::uint64_t>(bytes, 48); }
  [[nodiscard]] std::uint64_t mirror() const { return little<std::uint64_t>(bytes, 56); }
  /// Clusters, or 2^-n bytes when negative.
  [[nodiscard]] std::uint64_t record() const {
    const auto size = static_cast<std::int8_t>(little<std::uint8_t>(bytes, 64));
    return size < 0 ? 1ULL << std::min(-size, 16) : static_cast<std::uint64_t>(size) * cluster();
  }
  [[nodiscard]] bool holds() const {
    return bytes.size() == kSectorBytes && std::string_view(bytes).substr(3, 8) == "NTFS    " && little<std::uint16_t>(bytes, 510) == 0xaa55 &&
           std::has_single_bit(sector()) && sector() >= 512 && sector() <= 4096 && cluster() != 0 && sectors() != 0 && sectors() < 1ULL << 48 &&
           mft() < 1ULL << 48 && mirror() < 1ULL << 48;
  }
};

BootSector read_boot(const ImageReader& image, std::uint64_t offset) { return {bytes_at(image, offset, kSectorBytes)}; }

bool is_record(const ImageReader& image, std::uint64_t offset) { return undo_fixups(as_bytes(bytes_at(image, offset, kMftRecordBytes))).has_value(); }

void check_mft(const ImageReader& image, const BootSector& boot, ReadableVolume& volume, std::vector<StructureCheck>& checks) {
  const std::uint64_t start = volume.volume.offset;
  const std::uint64_t mft = start + boot.mft() * boot.cluster(), mirror = start + boot.mirror() * boot.cluster();
  const bool first = is_record(image, mft), second = is_record(image, mirror);
  checks.push_back({"ntfs mft", mft, first ? StructureState::kOk : second ? StructureState::kRecoverable : StructureState::kDamaged,
                    first ? "its first record holds" : "its first record does not hold"});
  checks.push_back({"ntfs mft mirror", mirror, second ? StructureState::kOk : first ? StructureState::kRecoverable : StructureState::kDamaged,
                    second ? "its first record holds" : "its first record does not hold"});
  if (!first && second) volume.overlays.push_back({mft, bytes_at(image, mirror, static_cast<std::size_t>(kMirroredRecords * std::min<std::uint64_t>(boot.record(), 4096)))});
}

}  // namespace

std::optional<Volume> ntfs_volume_by_copy(const ImageReader& image) {
  const std::uint64_t end = image.size() / kSectorBytes * kSectorBytes;
  for (const std::uint64_t before_end : std::to_array<std::uint64_t>({512, 33 * 512 + 512, (1ULL << 20) + 512})) {
    if (before_end > end) continue;
    const std::uint64_t at = end - before_end;
    const BootSector copy = read_boot(image, at);
    const std::uint64_t size = copy.holds() ? copy.sectors() * copy.sector() : 0;
    if (size != 0 && size <= at) return Volume{at - size, size + kSectorBytes, FileSystemKind::kNtfs, "copy"};
  }
  return std::nullopt;
}

void check_ntfs(const ImageReader& image, ReadableVolume& volume, std::vector<StructureCheck>& checks) {
  const std::uint64_t start = volume.volume.offset;
  const BootSector boot = read_boot(image, start);
  // The copy is in the sector behind the last one that the file system counts; the size in the boot sector, if that holds,
  // is better than the partition's.
  const std::uint64_t end = boot.holds() ? start + boot.sectors() * boot.sector() : start + volume.volume.size / kSectorBytes * kSectorBytes - kSectorBytes;
  const BootSector copy = read_boot(image, end);
  const auto state = [](const BootSector& one, const BootSector& other) {
    return one.holds() ? StructureState::kOk : other.holds() ? StructureState::kRecoverable : StructureState::kDamaged;
  };
  checks.push_back({"ntfs boot sector", start, state(boot, copy), boot.holds() ? fmt::format("clusters of {} bytes", boot.cluster()) : "does not hold"});
  checks.push_back({"ntfs boot sector copy", end, state(copy, boot), copy.holds() ? "holds" : "does not hold"});
  if (!boot.holds() && copy.holds()) volume.overlays.push_back({start, copy.bytes});
  if (boot.holds() || copy.holds()) check_mft(image, boot.holds() ? boot : copy, volume, checks);
}

void check_fat(const ImageReader& image, ReadableVolume& volume, std::vector<StructureCheck>& checks) {
  const std::uint64_t start = volume.volume.offset;
  const std::string boot = bytes_at(image, start, kSectorBytes);
  const auto sector = little<std::uint16_t>(boot, 11), reserved = little<std::uint16_t>(boot, 14);
  const std::uint64_t fat_sectors = little<std::uint16_t>(boot, 22) != 0 ? little<std::uint16_t>(boot, 22) : little<std::uint32_t>(boot, 36);
  const bool holds = std::has_single_bit(sector) && sector >= 512 && sector <= 4096 && reserved != 0;
  checks.push_back({"fat boot sector", start, holds ? StructureState::kOk : StructureState::kDamaged, holds ? fmt::format("sectors of {} bytes", sector) : "contradicts itself"});
  if (!holds || little<std::uint8_t>(boot, 16) != 2) return;
  const std::uint64_t first = start + std::uint64_t{reserved} * sector;
  const bool same = bytes_at(image, first, kSectorBytes) == bytes_at(image, first + fat_sectors * sector, kSectorBytes);
  checks.push_back({"fat tables", first, same ? StructureState::kOk : StructureState::kDamaged, same ? "both begin alike" : "the two tables differ at their start"});
}

void check_unknown(const ImageReader& image, ReadableVolume& volume, std::vector<StructureCheck>& checks) {
  const std::uint64_t start = volume.volume.offset, size = volume.volume.size;
  if (size >= 2 * kSectorBytes && read_boot(image, start + size / kSectorBytes * kSectorBytes - kSectorBytes).holds()) {
    volume.volume.kind = FileSystemKind::kNtfs;
    return check_ntfs(image, volume, checks);
  }
  if (ext_volume_by_copy(image, start, size)) {
    volume.volume.kind = FileSystemKind::kExt;
    return check_ext(image, volume, checks);
  }
  const std::string copy = bytes_at(image, start + 6 * kSectorBytes, kSectorBytes);
  if (copy.size() == kSectorBytes && std::string_view(copy).substr(82, 5) == "FAT32" && little<std::uint16_t>(copy, 510) == 0xaa55) {
    volume.volume.kind = FileSystemKind::kFat;
    volume.overlays.push_back({start, copy});
    checks.push_back({"fat boot sector", start, StructureState::kRecoverable, "the copy in sector 6 holds"});
    return;
  }
  checks.push_back({"volume", start, StructureState::kDamaged, "no file system that is known starts here, and no copy of one was found"});
}

}  // namespace prova
