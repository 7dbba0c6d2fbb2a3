#include "content/damage/structures.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "content/damage/file_system_checks.h"
#include "content/image/disk_reader.h"

namespace prova {
namespace {

void check_gpt(const ImageReader& image, StructureReport& report) {
  const std::uint64_t last = (image.size() / kSectorBytes - 1) * kSectorBytes;
  const auto first = read_gpt(image, kSectorBytes), copy = read_gpt(image, last);
  if (!first && !copy) return;
  const auto state = [](const std::optional<Gpt>& one, const std::optional<Gpt>& other) {
    if (one && one->ok()) return StructureState::kOk;
    return other && other->ok() ? StructureState::kRecoverable : StructureState::kDamaged;
  };
  const auto detail = [](const std::optional<Gpt>& one) -> std::string {
    if (!one) return "no GPT signature";
    if (!one->header_ok) return "the header's checksum does not hold";
    if (!one->entries_ok) return "the entries' checksum does not hold";
    return fmt::format("{} partitions", one->volumes.size());
  };
  report.checks.push_back({"gpt", kSectorBytes, state(first, copy), detail(first)});
  report.checks.push_back({"gpt copy", last, state(copy, first), detail(copy)});
}

/// A disk that is one file system has no table; everything else should have one.
void check_mbr(const ImageReader& image, StructureReport& report) {
  const bool signature = has_mbr_signature(image);
  const std::size_t partitions = mbr_volumes(image).size();
  report.checks.push_back({"mbr", 0, signature ? StructureState::kOk : StructureState::kDamaged,
                           signature ? fmt::format("{} partitions", partitions) : "no boot signature 0x55aa at byte 510"});
}

/// Where a volume starts on a disk without a table: it is the disk, or the first partition of today's or of old partitioning programs.
constexpr auto kUsualStarts = std::to_array<std::uint64_t>({0, 1ULL << 20, 63 * kSectorBytes});

/// Volumes whose first sector says nothing any more, by their copies.
std::vector<Volume> volumes_by_copy(const ImageReader& image) {
  std::vector<Volume> found;
  for (const std::uint64_t start : kUsualStarts) {
    if (start >= image.size() || !found.empty()) continue;
    if (const auto ext = ext_volume_by_copy(image, start, image.size() - start)) found.push_back(*ext);
  }
  if (const auto ntfs = ntfs_volume_by_copy(image)) found.push_back(*ntfs);
  return found;
}

void check_volume(const ImageReader& image, const Volume& volume, StructureReport& report) {
  ReadableVolume readable{volume, {}};
  switch (volume.kind) {
    case FileSystemKind::kNtfs: check_ntfs(image, readable, report.checks); break;
    case FileSystemKind::kExt: check_ext(image, readable, report.checks); break;
    case FileSystemKind::kFat: check_fat(image, readable, report.checks); break;
    case FileSystemKind::kUnknown: check_unknown(image, readable, report.checks); break;
  }
  report.volumes.push_back(std::move(readable));
}

}  // namespace

std::string_view name_of(StructureState state) {
  switch (state) {
    case StructureState::kOk: return "ok";
    case StructureState::kDamaged: return "damaged";
    case StructureState::kRecoverable: return "recoverable_from_copy";
  }
  return "unknown";
}

StructureReport check_structures(const ImageReader& image) {
  StructureReport report;
  if (image.size() < 2 * kSectorBytes) return report;
  std::vector<Volume> volumes = find_volumes(image);
  const bool whole_disk = volumes.size() == 1 && volumes[0].found_by == "whole disk";
  if (volumes.empty()) volumes = volumes_by_copy(image);
  const bool from_copy = !volumes.empty() && volumes[0].found_by == "copy" && volumes[0].offset == 0;
  if (!whole_disk && !from_copy) {
    check_mbr(image, report);
    check_gpt(image, report);
  }
  for (const Volume& volume : volumes) check_volume(image, volume, report);
  return report;
}

}  // namespace prova
