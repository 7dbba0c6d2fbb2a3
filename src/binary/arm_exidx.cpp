#include "binary/arm_exidx.h"

#include <fmt/format.h>

#include "base/byte_reader.h"

namespace prova {
namespace {

constexpr std::uint64_t kEntrySize = 8;
constexpr std::uint32_t kCannotUnwind = 1;
constexpr std::uint32_t kInline = 0x8000'0000;

/// A 31-bit distance from the place where it is stored (R_ARM_PREL31).
VirtualAddress prel31(VirtualAddress place, std::uint32_t word) {
  const std::int32_t distance = static_cast<std::int32_t>(word << 1U) >> 1;
  return VirtualAddress{(raw(place) + static_cast<std::uint64_t>(static_cast<std::int64_t>(distance))) & 0xffff'ffffU};
}

}  // namespace

void read_arm_exidx(BinaryImage& image, ByteView content, VirtualAddress address, FileOffset offset) {
  const ByteReader in(content, image.big_endian ? std::endian::big : std::endian::little);
  std::uint64_t outside = 0;
  const auto start_of = [&](std::uint64_t at) {
    return VirtualAddress{raw(prel31(address + at, in.value_at<std::uint32_t>(FileOffset{at}))) & ~1ULL};
  };
  for (std::uint64_t at = 0; at + kEntrySize <= in.size(); at += kEntrySize) {
    const auto unwinding = in.value_at<std::uint32_t>(FileOffset{at + 4});
    const bool last = at + 2 * kEntrySize > in.size();
    if (unwinding == kCannotUnwind && last) continue;
    const VirtualAddress pointer = prel31(address + at, in.value_at<std::uint32_t>(FileOffset{at}));
    const VirtualAddress start{raw(pointer) & ~1ULL};
    if (!image.is_code(start)) {
      ++outside;
      continue;
    }
    image.function_starts.push_back(start);
    const bool own_table = (unwinding & kInline) == 0 && unwinding != kCannotUnwind && !last;
    if (own_table && raw(start_of(at + kEntrySize)) > raw(start)) {
      image.unwind.push_back({.begin = start, .size = distance(start, start_of(at + kEntrySize)), .parent = std::nullopt});
    }
    if (pointer != start) image.symbols.push_back({"$t", start, 0, Symbol::Kind::kOther, false});
  }
  if (outside > 0) {
    add_defect(image.defects, offset, fmt::format("exception index: {} entries do not lie in code", outside));
  }
}

}  // namespace prova
