#include "content/damage/mft_record.h"

#include "content/image/disk_reader.h"

namespace prova {
namespace {

constexpr std::uint32_t kDataAttribute = 0x80, kEndOfAttributes = 0xffff'ffff;

}  // namespace

std::optional<std::string> undo_fixups(ByteView record) {
  if (record.size() < kMftRecordBytes || as_text(record.first(4)) != "FILE") return std::nullopt;
  std::string fixed(as_text(record));
  const std::size_t array = little<std::uint16_t>(fixed, 4), count = little<std::uint16_t>(fixed, 6);
  // One check value and one replaced pair per sector.
  if (count < 2 || (count - 1) * kSectorBytes > fixed.size() || array + 2 * count > kSectorBytes - 2) return std::nullopt;
  const auto check = little<std::uint16_t>(fixed, array);
  for (std::size_t sector = 1; sector < count; ++sector) {
    const std::size_t end = sector * kSectorBytes - 2;
    if (little<std::uint16_t>(fixed, end) != check) return std::nullopt;
    fixed[end] = fixed[array + 2 * sector];
    fixed[end + 1] = fixed[array + 2 * sector + 1];
  }
  return fixed;
}

std::optional<std::string> resident_data(ByteView record) {
  const auto fixed = undo_fixups(record);
  if (!fixed) return std::nullopt;
  for (std::size_t at = little<std::uint16_t>(*fixed, 20); at + 24 <= fixed->size();) {
    const auto type = little<std::uint32_t>(*fixed, at);
    const auto length = little<std::uint32_t>(*fixed, at + 4);
    if (type == kEndOfAttributes || length < 24 || length > fixed->size() - at) return std::nullopt;
    const bool resident = (*fixed)[at + 8] == 0, unnamed = (*fixed)[at + 9] == 0;
    if (type == kDataAttribute && unnamed) {
      const auto size = little<std::uint32_t>(*fixed, at + 16);
      const auto content = little<std::uint16_t>(*fixed, at + 20);
      if (!resident || content > length || size > length - content) return std::nullopt;
      return fixed->substr(at + content, size);
    }
    at += length;
  }
  return std::nullopt;
}

}  // namespace prova
