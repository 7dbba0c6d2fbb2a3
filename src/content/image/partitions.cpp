#include "content/image/partitions.h"

#include <algorithm>

#include "content/image/checksum.h"
#include "content/image/disk_reader.h"

namespace prova {
namespace {

constexpr std::uint64_t kMebibyte = 1ULL << 20;
constexpr std::uint8_t kProtective = 0xee, kExtended = 0x05, kExtendedLba = 0x0f, kExtendedLinux = 0x85;

struct MbrEntry {
  std::uint8_t type = 0;
  std::uint64_t start = 0, sectors = 0;
};

std::vector<MbrEntry> entries_of(std::string_view sector) {
  std::vector<MbrEntry> entries;
  if (sector.size() < kSectorBytes || little<std::uint16_t>(sector, 510) != 0xaa55) return entries;
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t at = 446 + 16 * i;
    entries.push_back({little<std::uint8_t>(sector, at + 4), little<std::uint32_t>(sector, at + 8), little<std::uint32_t>(sector, at + 12)});
  }
  return entries;
}

bool is_extended(std::uint8_t type) { return type == kExtended || type == kExtendedLba || type == kExtendedLinux; }

Volume made(const ImageReader& image, std::uint64_t offset, std::uint64_t size, std::string found_by) {
  return {offset, std::min(size, image.size() - offset), file_system_at(image, offset), std::move(found_by)};
}

/// The chain of extended boot records: each names one partition and the next record, relative to the first.
void add_logical(const ImageReader& image, std::uint64_t first, std::vector<Volume>& volumes) {
  std::uint64_t record = first;
  for (unsigned i = 0; i < kMaxLogicalPartitions; ++i) {
    const auto entries = entries_of(bytes_at(image, record * kSectorBytes, kSectorBytes));
    if (entries.empty()) return;
    const std::uint64_t start = (record + entries[0].start) * kSectorBytes;
    if (entries[0].sectors != 0 && start < image.size()) volumes.push_back(made(image, start, entries[0].sectors * kSectorBytes, "mbr"));
    if (entries[1].start == 0) return;
    record = first + entries[1].start;
  }
}

/// A boot sector of NTFS or FAT begins with a jump and says so in its OEM or type field.
FileSystemKind boot_sector_kind(std::string_view sector) {
  if (sector.size() < kSectorBytes) return FileSystemKind::kUnknown;
  if (sector.substr(3, 8) == "NTFS    ") return FileSystemKind::kNtfs;
  const bool fat = sector.substr(82, 5) == "FAT32" || sector.substr(54, 4) == "FAT1" || sector.substr(3, 8) == "EXFAT   ";
  return fat && little<std::uint16_t>(sector, 510) == 0xaa55 ? FileSystemKind::kFat : FileSystemKind::kUnknown;
}

std::vector<Volume> by_signature(const ImageReader& image) {
  std::vector<Volume> volumes;
  std::uint64_t covered = 0;
  const auto probe = [&](std::uint64_t offset) {
    if (offset < covered) return;
    const FileSystemKind kind = file_system_at(image, offset);
    if (kind == FileSystemKind::kUnknown) return;
    std::uint64_t size = image.size() - offset;
    if (kind == FileSystemKind::kNtfs) size = std::min(size, (little<std::uint64_t>(bytes_at(image, offset, kSectorBytes), 40) + 1) * kSectorBytes);
    volumes.push_back({offset, size, kind, "signature"});
    covered = offset + kMebibyte;
  };
  probe(63 * kSectorBytes);
  for (std::uint64_t offset = kMebibyte; offset < image.size(); offset += kMebibyte) probe(offset);
  return volumes;
}

std::vector<Volume> known_only(std::vector<Volume> volumes) {
  std::sort(volumes.begin(), volumes.end(), [](const Volume& a, const Volume& b) { return a.offset < b.offset; });
  return volumes;
}

}  // namespace

std::string_view name_of(FileSystemKind kind) {
  switch (kind) {
    case FileSystemKind::kExt: return "ext";
    case FileSystemKind::kNtfs: return "ntfs";
    case FileSystemKind::kFat: return "fat";
    case FileSystemKind::kUnknown: break;
  }
  return "unknown";
}

bool has_mbr_signature(const ImageReader& image) { return !entries_of(bytes_at(image, 0, kSectorBytes)).empty(); }

std::vector<Volume> mbr_volumes(const ImageReader& image) {
  std::vector<Volume> volumes;
  for (const MbrEntry& entry : entries_of(bytes_at(image, 0, kSectorBytes))) {
    const std::uint64_t start = entry.start * kSectorBytes;
    if (entry.type == 0 || entry.type == kProtective || entry.sectors == 0 || entry.start == 0 || start >= image.size()) continue;
    if (is_extended(entry.type)) {
      add_logical(image, entry.start, volumes);
    } else {
      volumes.push_back(made(image, start, entry.sectors * kSectorBytes, "mbr"));
    }
  }
  return volumes;
}

std::optional<Gpt> read_gpt(const ImageReader& image, std::uint64_t header_offset) {
  const std::string header = bytes_at(image, header_offset, kSectorBytes);
  if (header.size() < kSectorBytes || std::string_view(header).substr(0, 8) != "EFI PART") return std::nullopt;
  Gpt gpt;
  gpt.header_offset = header_offset;
  const auto size = little<std::uint32_t>(header, 12);
  if (size >= 92 && size <= kSectorBytes) {
    std::string checked = header.substr(0, size);
    checked.replace(16, 4, 4, '\0');
    gpt.header_ok = crc32(checked) == little<std::uint32_t>(header, 16);
  }
  const auto count = little<std::uint32_t>(header, 80), entry_size = little<std::uint32_t>(header, 84);
  const auto entries_at = little<std::uint64_t>(header, 72);
  if (count > kMaxGptEntries || entry_size < 128 || entry_size > 4096 || entries_at > image.size() / kSectorBytes) return gpt;
  const std::string entries = bytes_at(image, entries_at * kSectorBytes, std::size_t{count} * entry_size);
  gpt.entries_ok = entries.size() == std::size_t{count} * entry_size && crc32(entries) == little<std::uint32_t>(header, 88);
  for (std::size_t at = 0; at + entry_size <= entries.size(); at += entry_size) {
    const std::string_view entry = std::string_view(entries).substr(at, entry_size);
    if (entry.substr(0, 16).find_first_not_of('\0') == std::string_view::npos) continue;
    const auto first = little<std::uint64_t>(entry, 32), last = little<std::uint64_t>(entry, 40);
    if (first == 0 || last < first || first >= image.size() / kSectorBytes || last - first > image.size() / kSectorBytes) continue;
    gpt.volumes.push_back(made(image, first * kSectorBytes, (last - first + 1) * kSectorBytes, "gpt"));
  }
  return gpt;
}

FileSystemKind file_system_at(const ImageReader& image, std::uint64_t offset) {
  const std::string start = bytes_at(image, offset, 2048);
  if (const FileSystemKind kind = boot_sector_kind(start); kind != FileSystemKind::kUnknown) return kind;
  // struct ext4_super_block at byte 1024: s_magic at 0x38, s_log_block_size at 0x18, s_inodes_count at 0; s_block_group_nr at
  // 0x5a is not 0 in a copy, and a copy is no start.
  const bool ext = little<std::uint16_t>(start, 1024 + 0x38) == 0xef53 && little<std::uint32_t>(start, 1024 + 0x18) <= 6 && little<std::uint32_t>(start, 1024) != 0 &&
                   little<std::uint16_t>(start, 1024 + 0x5a) == 0;
  return ext ? FileSystemKind::kExt : FileSystemKind::kUnknown;
}

std::vector<Volume> find_volumes(const ImageReader& image) {
  if (image.size() < kSectorBytes) return {};
  if (const FileSystemKind kind = file_system_at(image, 0); kind != FileSystemKind::kUnknown) return {{0, image.size(), kind, "whole disk"}};
  if (const auto gpt = read_gpt(image, kSectorBytes); gpt && gpt->ok() && !gpt->volumes.empty()) return known_only(gpt->volumes);
  const std::uint64_t last_sector = (image.size() / kSectorBytes - 1) * kSectorBytes;
  if (auto copy = read_gpt(image, last_sector); copy && copy->ok() && !copy->volumes.empty()) {
    for (Volume& volume : copy->volumes) volume.found_by = "gpt copy";
    return known_only(std::move(copy->volumes));
  }
  if (auto volumes = mbr_volumes(image); !volumes.empty()) return known_only(std::move(volumes));
  return by_signature(image);
}

}  // namespace prova
