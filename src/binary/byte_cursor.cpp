#include "binary/byte_cursor.h"

namespace prova {

Result<std::uint64_t> ByteCursor::uleb128() {
  std::uint64_t value = 0;
  std::uint64_t at = position_;
  for (unsigned shift = 0;; shift += 7, ++at) {
    PROVA_TRY(byte, in_.read_at<std::uint8_t>(FileOffset{at}));
    const std::uint64_t bits = byte & 0x7fU;
    if (shift > 63 || (shift == 63 && bits > 1)) {
      return fail(ErrorCode::kMalformed, "LEB128 number has more than 64 bits", FileOffset{position_});
    }
    value |= bits << shift;
    if ((byte & 0x80U) == 0) break;
  }
  position_ = at + 1;
  return value;
}

Result<std::int64_t> ByteCursor::sleb128() {
  std::uint64_t value = 0;
  std::uint64_t at = position_;
  for (unsigned shift = 0;; shift += 7, ++at) {
    PROVA_TRY(byte, in_.read_at<std::uint8_t>(FileOffset{at}));
    if (shift > 63) return fail(ErrorCode::kMalformed, "LEB128 number has more than 64 bits", FileOffset{position_});
    value |= (byte & 0x7fULL) << shift;
    if ((byte & 0x80U) != 0) continue;
    if (shift + 7 < 64 && (byte & 0x40U) != 0) value |= ~0ULL << (shift + 7);
    break;
  }
  position_ = at + 1;
  return static_cast<std::int64_t>(value);
}

Result<std::string_view> ByteCursor::c_string(std::uint64_t limit) {
  auto text = in_.c_string(FileOffset{position_}, limit);
  if (text) position_ += text->size() + 1;
  return text;
}

}  // namespace prova
