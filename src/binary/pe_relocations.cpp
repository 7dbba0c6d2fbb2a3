// Base relocations: the places that Windows patches when an image is not loaded where it was linked to.

#include <algorithm>

#include "binary/pe_file.h"

namespace prova::pe {
namespace {

constexpr std::uint64_t kBlockHeader = 8;
/// Two bytes of file become one Relocation of 64 in memory. Programs have one relocation per 50 bytes or fewer; a
/// hostile file gets one per 8 and some.
constexpr std::uint64_t kFileBytesPerRelocation = 8, kMinRelocations = 1024;
/// "Base Relocation Types".
constexpr std::uint32_t kAbsolute = 0, kHighLow = 3, kHighAdj = 4, kDir64 = 10;

/// The address stored at a relocated place, when the type says that a whole pointer stands there.
std::optional<VirtualAddress> stored_address(const PeFile& pe, std::uint64_t rva, std::uint32_t type) {
  std::uint64_t value = 0;
  const Mapped mapped = pe.map(rva, 8);
  if (type == kDir64 && mapped.bytes.size() >= 8) {
    value = mapped.reader().value_at<std::uint64_t>(FileOffset{0});
  } else if (type == kHighLow && mapped.bytes.size() >= 4) {
    value = mapped.reader().value_at<std::uint32_t>(FileOffset{0});
  } else {
    return std::nullopt;
  }
  const VirtualAddress target{value};
  if (distance(pe.image.base, target) >= pe.headers.optional.size_of_image) return std::nullopt;
  return target;
}

/// One page's entries: type in the upper 4 bits, offset in the page in the lower 12.
void read_block(PeFile& pe, const ByteReader& entries, std::uint64_t page) {
  for (std::uint64_t i = 0; i + 2 <= entries.size(); i += 2) {
    const auto entry = entries.value_at<std::uint16_t>(FileOffset{i});
    const std::uint32_t type = entry >> 12;
    if (type == kAbsolute) continue;  // Padding.
    const std::uint64_t rva = page + (entry & 0xfff);
    if (pe.image.relocations.size() == pe.image.relocations.capacity()) return;
    if (type == kHighAdj) i += 2;  // The next entry is its operand.
    pe.image.relocations.push_back(
        {.where = pe.at(rva), .type = type, .target = stored_address(pe, rva, type), .symbol = {}});
  }
}

}  // namespace

void read_base_relocations(PeFile& pe) {
  const Mapped table = pe.map_directory(Directory::kBaseRelocation, "base relocation table");
  const ByteReader in = table.reader();
  const std::uint64_t cap = kMinRelocations + pe.image.file.size() / kFileBytesPerRelocation;
  // Reserved once, because a vector that grows holds three times as much for a moment.
  pe.image.relocations.reserve(static_cast<std::size_t>(std::min<std::uint64_t>(table.bytes.size() / 2, cap)));
  for (std::uint64_t at = 0; at + kBlockHeader <= in.size();) {
    const auto page = in.value_at<std::uint32_t>(FileOffset{at});
    const auto size = in.value_at<std::uint32_t>(FileOffset{at + 4});
    if (size == 0 && page == 0) return;  // Zeros up to the end of the section.
    if (size < kBlockHeader || size > in.size() - at) {
      pe.defect(table.offset + at,
                fmt::format("base relocation block of {} bytes, expected 8 to {}", size, in.size() - at));
      return;
    }
    read_block(pe, ByteReader(clamped(in.bytes(), at + kBlockHeader, size - kBlockHeader)), page);
    at += size;
    if (pe.image.relocations.size() == pe.image.relocations.capacity() && at < in.size()) {
      pe.defect(table.offset + at, fmt::format("more than {} base relocations, the rest is left out", cap));
      return;
    }
  }
}

}  // namespace prova::pe
