// Fat ("universal") files: one Mach-O per machine. Source: Apple's <mach-o/fat.h>.

#include <algorithm>

#include "base/byte_reader.h"
#include "binary/load.h"

namespace prova {
namespace {

constexpr std::uint32_t FAT_MAGIC = 0xcafebabe, FAT_MAGIC_64 = 0xcafebabf;
/// Java class files share FAT_MAGIC; there the next word is the version: minor, then major, which began at 45.
/// No Mach-O file has come near that many machines.
constexpr std::uint32_t kMaxSlices = 44;

/// Name as `lipo` prints it.
std::string slice_name(std::uint32_t cpu_type, std::uint32_t cpu_subtype) {
  const std::uint32_t subtype = cpu_subtype & 0x00ff'ffffU;
  switch (cpu_type) {
    case 7:
      return "i386";
    case 0x01000007:
      return subtype == 8 ? "x86_64h" : "x86_64";
    case 12:
      switch (subtype) {
        case 6:
          return "armv6";
        case 9:
          return "armv7";
        case 11:
          return "armv7s";
        case 12:
          return "armv7k";
        default:
          return "arm";
      }
    case 0x0100000c:
      return subtype == 2 ? "arm64e" : "arm64";
    case 0x0200000c:
      return "arm64_32";
    case 18:
      return "ppc";
    case 0x01000012:
      return "ppc64";
    default:
      return fmt::format("cpu_{:#x}", cpu_type);
  }
}

struct Slice {
  std::string name;
  std::uint64_t offset = 0, size = 0;
  FileOffset header{};
};

Slice slice_at(const ByteReader& in, bool wide, std::uint32_t index) {
  const std::uint64_t at = 8 + std::uint64_t{index} * (wide ? 32 : 20);
  const auto u32 = [&](std::uint64_t field) { return in.value_at<std::uint32_t>(FileOffset{at + field}); };
  const auto u64 = [&](std::uint64_t field) { return in.value_at<std::uint64_t>(FileOffset{at + field}); };
  return {slice_name(u32(0), u32(4)), wide ? u64(8) : u32(8), wide ? u64(16) : u32(12), FileOffset{at}};
}

/// Loads one slice, or says in `loaded.defects` why not.
void load_slice(ByteView file, const Slice& slice, LoadedFile& loaded) {
  const ByteView bytes = clamped(file, slice.offset, slice.size);
  if (bytes.size() < slice.size) {
    add_defect(loaded.defects, slice.header,
               fmt::format("slice {} of {} bytes at {:#x}, {} lie in the file", slice.name, slice.size, slice.offset,
                           bytes.size()));
  }
  if (!looks_like_macho(bytes)) {
    return add_defect(loaded.defects, slice.header, fmt::format("slice {} is no Mach-O file", slice.name));
  }
  auto image = load_macho(bytes);
  if (!image) {
    return add_defect(loaded.defects, FileOffset{slice.offset} + raw(image.error().offset.value_or(FileOffset{0})),
                      fmt::format("slice {}: {}", slice.name, image.error().message));
  }
  image->member = slice.name;
  loaded.images.push_back(std::move(*image));
}

}  // namespace

bool looks_like_fat_macho(ByteView file) {
  const ByteReader in(file, std::endian::big);
  const auto magic = in.value_at<std::uint32_t>(FileOffset{0});
  const auto count = in.value_at<std::uint32_t>(FileOffset{4});
  return (magic == FAT_MAGIC || magic == FAT_MAGIC_64) && count >= 1 && count <= kMaxSlices;
}

Result<LoadedFile> load_fat_macho(ByteView file) {
  const ByteReader in(file, std::endian::big);
  PROVA_TRY(magic, in.read_at<std::uint32_t>(FileOffset{0}));
  if (magic != FAT_MAGIC && magic != FAT_MAGIC_64) {
    return fail(ErrorCode::kMalformed, fmt::format("fat magic is {:#010x}, expected 0xcafebabe", magic), FileOffset{0});
  }
  PROVA_TRY(count, in.read_at<std::uint32_t>(FileOffset{4}));
  if (count == 0 || count > kMaxSlices) {
    return fail(ErrorCode::kLimit, fmt::format("{} slices, 1 to {} accepted", count, kMaxSlices), FileOffset{4});
  }
  const bool wide = magic == FAT_MAGIC_64;
  LoadedFile loaded;
  loaded.container = "fat";
  std::vector<Slice> taken;
  for (std::uint32_t i = 0; i < count; ++i) {
    const Slice slice = slice_at(in, wide, i);
    if (!in.contains(slice.header, wide ? 32 : 20)) {
      add_defect(loaded.defects, slice.header, fmt::format("{} slices announced, {} lie in the file", count, i));
      break;
    }
    // Slices over the same bytes would multiply the work.
    const bool overlaps = std::any_of(taken.begin(), taken.end(), [&](const Slice& other) {
      return slice.offset - other.offset < other.size || other.offset - slice.offset < slice.size;
    });
    if (overlaps) {
      add_defect(loaded.defects, slice.header, fmt::format("slice {} overlaps another", slice.name));
      continue;
    }
    taken.push_back(slice);
    load_slice(file, slice, loaded);
  }
  if (loaded.images.empty()) {
    const bool known = !loaded.defects.empty();
    return fail(ErrorCode::kUnsupported, known ? loaded.defects.front().message : "no slice could be read",
                known ? loaded.defects.front().offset : FileOffset{8});
  }
  return loaded;
}

}  // namespace prova
