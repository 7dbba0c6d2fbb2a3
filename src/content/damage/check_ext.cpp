// ext2/3/4. Layout: the Linux kernel's Documentation/filesystems/ext4/ (super.rst, blockgroup.rst).
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "content/damage/file_system_checks.h"
#include "content/image/checksum.h"
#include "content/image/disk_reader.h"

namespace prova {
namespace {

constexpr std::size_t kSuperblockBytes = 1024;
constexpr std::uint64_t kSuperblockOffset = 1024;
constexpr std::uint32_t kMetadataChecksums = 0x400;  ///< s_feature_ro_compat, RO_COMPAT_METADATA_CSUM.

struct Superblock {
  std::string bytes;
  [[nodiscard]] bool signature() const { return bytes.size() == kSuperblockBytes && little<std::uint16_t>(bytes, 0x38) == 0xef53; }
  [[nodiscard]] std::uint64_t block_size() const { return 1024ULL << std::min<std::uint32_t>(little<std::uint32_t>(bytes, 0x18), 6); }
  [[nodiscard]] std::uint64_t blocks_per_group() const { return little<std::uint32_t>(bytes, 0x20); }
  [[nodiscard]] std::uint64_t first_block() const { return little<std::uint32_t>(bytes, 0x14); }
  [[nodiscard]] std::uint64_t blocks() const { return little<std::uint32_t>(bytes, 0x04); }
  [[nodiscard]] unsigned group() const { return little<std::uint16_t>(bytes, 0x5a); }
  [[nodiscard]] bool checksum_holds() const {
    if ((little<std::uint32_t>(bytes, 0x64) & kMetadataChecksums) == 0) return true;
    return ext4_crc32c(std::string_view(bytes).substr(0, kSuperblockBytes - 4)) == little<std::uint32_t>(bytes, 0x3fc);
  }
  [[nodiscard]] bool holds() const {
    return signature() && checksum_holds() && little<std::uint32_t>(bytes, 0x18) <= 6 && blocks_per_group() != 0 && little<std::uint32_t>(bytes, 0x28) != 0;
  }
};

Superblock read_superblock(const ImageReader& image, std::uint64_t offset) { return {bytes_at(image, offset, kSuperblockBytes)}; }

/// Where the copy of block group 1 lies, from the start of the volume, for each block size: blocks per group are 8 times the block
/// size unless mke2fs was told otherwise, and block 0 is left out where blocks are 1 KiB.
constexpr std::array<std::uint64_t, 3> kFirstCopies = {8193ULL * 1024, 16384ULL * 2048, 32768ULL * 4096};

std::optional<std::pair<std::uint64_t, Superblock>> first_copy(const ImageReader& image, std::uint64_t offset, std::uint64_t size) {
  for (const std::uint64_t at : kFirstCopies) {
    if (at + kSuperblockBytes > size) continue;
    Superblock copy = read_superblock(image, offset + at);
    if (copy.holds() && copy.group() == 1) return std::pair(offset + at, std::move(copy));
  }
  return std::nullopt;
}

/// The group descriptors follow the superblock's block, in the copy as in the original.
void lay_over(const ImageReader& image, std::uint64_t volume, std::uint64_t copy_at, const Superblock& copy, ReadableVolume& readable) {
  Superblock first = copy;
  first.bytes[0x5a] = first.bytes[0x5b] = 0;
  readable.overlays.push_back({volume + kSuperblockOffset, first.bytes});
  const std::uint64_t block = copy.block_size(), groups = (copy.blocks() + copy.blocks_per_group() - 1) / copy.blocks_per_group();
  const std::uint64_t descriptor = std::max<std::uint64_t>(little<std::uint16_t>(copy.bytes, 0xfe), 32);
  const std::size_t size = static_cast<std::size_t>(std::min<std::uint64_t>(groups * descriptor, 64ULL << 20));
  readable.overlays.push_back({volume + (copy.first_block() + 1) * block, bytes_at(image, copy_at + block, size)});
}

}  // namespace

std::optional<Volume> ext_volume_by_copy(const ImageReader& image, std::uint64_t offset, std::uint64_t size) {
  const auto copy = first_copy(image, offset, size);
  if (!copy) return std::nullopt;
  return Volume{offset, std::min(size, copy->second.blocks() * copy->second.block_size()), FileSystemKind::kExt, "copy"};
}

void check_ext(const ImageReader& image, ReadableVolume& volume, std::vector<StructureCheck>& checks) {
  const std::uint64_t start = volume.volume.offset, at = start + kSuperblockOffset;
  const Superblock superblock = read_superblock(image, at);
  const auto copy = first_copy(image, start, volume.volume.size);
  StructureCheck check{"ext superblock", at, StructureState::kOk, ""};
  if (superblock.holds()) {
    check.detail = fmt::format("{} blocks of {} bytes", superblock.blocks(), superblock.block_size());
  } else {
    check.state = copy ? StructureState::kRecoverable : StructureState::kDamaged;
    check.detail = !superblock.signature() ? "no signature 0xef53" : !superblock.checksum_holds() ? "its checksum does not hold" : "contradicts itself";
    if (copy) lay_over(image, start, copy->first, copy->second, volume);
  }
  checks.push_back(check);
  if (copy) checks.push_back({"ext superblock copy", copy->first, StructureState::kOk, "block group 1"});
}

}  // namespace prova
