#include "binary/rich_header.h"

#include <algorithm>
#include <bit>

#include "base/byte_reader.h"

namespace prova {
namespace {

constexpr std::uint32_t kRich = 0x6863'6952;  // "Rich"
constexpr std::uint32_t kDanS = 0x536e'6144;  // "DanS"
/// "DanS" is followed by three zero words before the entries.
constexpr std::uint64_t kPreamble = 16;
constexpr std::uint64_t kLfanew = 0x3c;  // Written after the checksum was computed, hence not part of it.

/// Sum over the bytes before "DanS", each rotated left by its offset, and over the entries' ids, each rotated by its
/// count; start value is the offset of "DanS".
std::uint32_t rich_checksum(ByteView before, const std::vector<RichEntry>& entries) {
  auto sum = static_cast<std::uint32_t>(before.size());
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (i >= kLfanew && i < kLfanew + 4) continue;
    sum += std::rotl(std::to_integer<std::uint32_t>(before[i]), static_cast<int>(i % 32));
  }
  for (const RichEntry& entry : entries) {
    const std::uint32_t id = (std::uint32_t{entry.product} << 16) | entry.build;
    sum += std::rotl(id, static_cast<int>(entry.count % 32));
  }
  return sum;
}

/// Offset of the last "Rich" in `area`, which is followed by its key; nullopt without one.
std::optional<std::uint64_t> find_rich(const ByteReader& area) {
  if (area.size() < 8) return std::nullopt;
  for (std::uint64_t at = (area.size() - 8) / 4 * 4 + 4; at >= 4;) {
    at -= 4;
    if (area.value_at<std::uint32_t>(FileOffset{at}) == kRich) return at;
  }
  return std::nullopt;
}

void decode(RichHeader& rich, const ByteReader& area, std::uint64_t begin, std::uint64_t end) {
  for (std::uint64_t at = begin; at < end; at += 4) {
    const std::uint32_t word = area.value_at<std::uint32_t>(FileOffset{at}) ^ rich.key;
    for (unsigned i = 0; i < 4; ++i) rich.clear_data.push_back(static_cast<std::byte>(word >> (8 * i)));
  }
  const ByteReader clear(rich.clear_data);
  for (std::uint64_t at = kPreamble; at + 8 <= clear.size(); at += 8) {
    const auto id = clear.value_at<std::uint32_t>(FileOffset{at});
    rich.entries.push_back({.product = static_cast<std::uint16_t>(id >> 16),
                            .build = static_cast<std::uint16_t>(id & 0xffff),
                            .count = clear.value_at<std::uint32_t>(FileOffset{at + 4}),
                            .offset = FileOffset{begin + at}});
  }
}

}  // namespace

std::optional<RichHeader> read_rich_header(ByteView file, FileOffset pe_offset) {
  const ByteReader area(clamped(file, 0, std::min(raw(pe_offset), kMaxRichEnd)));
  const auto end = find_rich(area);
  if (!end) return std::nullopt;
  RichHeader rich;
  rich.key_offset = FileOffset{*end + 4};
  rich.key = area.value_at<std::uint32_t>(rich.key_offset);
  for (std::uint64_t begin = *end; begin >= 4;) {
    begin -= 4;
    if ((area.value_at<std::uint32_t>(FileOffset{begin}) ^ rich.key) != kDanS) continue;
    rich.offset = FileOffset{begin};
    decode(rich, area, begin, *end);
    rich.checksum = rich_checksum(clamped(file, 0, begin), rich.entries);
    return rich;
  }
  return std::nullopt;
}

}  // namespace prova
