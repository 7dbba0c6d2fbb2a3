#pragma once
// The two CRCs that on-disk structures carry.

#include <array>
#include <cstdint>
#include <string_view>

namespace prova {

/// Reflected CRC-32 with the given polynomial, without final inversion. Slow and short: structures are small.
[[nodiscard]] constexpr std::uint32_t reflected_crc32(std::string_view bytes, std::uint32_t polynomial, std::uint32_t start) {
  std::uint32_t crc = start;
  for (const char c : bytes) {
    crc ^= static_cast<unsigned char>(c);
    for (int bit = 0; bit < 8; ++bit) crc = (crc >> 1) ^ (polynomial & (0U - (crc & 1)));
  }
  return crc;
}

/// CRC-32 of GPT (UEFI specification 2.10, 5.3.2; the one of zlib).
[[nodiscard]] constexpr std::uint32_t crc32(std::string_view bytes) { return ~reflected_crc32(bytes, 0xedb8'8320, 0xffff'ffff); }
/// CRC-32C as ext4 uses it: start 0xffffffff, not inverted at the end (fs/ext4/super.c, ext4_superblock_csum).
[[nodiscard]] constexpr std::uint32_t ext4_crc32c(std::string_view bytes) { return reflected_crc32(bytes, 0x82f6'3b78, 0xffff'ffff); }

static_assert(crc32("123456789") == 0xcbf4'3926);
static_assert(~ext4_crc32c("123456789") == 0xe306'9283);

}  // namespace prova
