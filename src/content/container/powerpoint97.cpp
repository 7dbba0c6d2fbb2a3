// [MS-PPT]: the texts of PowerPoint files.

#include "base/byte_reader.h"
#include "content/container/office97.h"

namespace prova {
namespace {

/// [MS-PPT] 2.13.24: record types.
constexpr std::uint16_t kMainMaster = 0x03f8, kTextChars = 0x0fa0, kTextBytes = 0x0fa8, kCryptSession = 0x2f14;
constexpr std::uint16_t kContainer = 0x000f;
constexpr std::uint64_t kHeader = 8;

/// The low halves of UTF-16, not a code page.
std::string utf8_of_low_halves(std::string_view bytes) {
  std::string utf16;
  utf16.reserve(2 * bytes.size());
  for (const char c : bytes) utf16.append({c, '\0'});
  return utf8_of_utf16le(utf16);
}

/// Line breaks in texts are CR and vertical tabs.
void add_line(std::string& text, std::string line) {
  for (char& c : line) {
    if (c == '\r' || c == '\v') c = '\n';
  }
  text += line;
  text += '\n';
}

}  // namespace

Result<std::string> powerpoint97_text(ByteView document) {
  const ByteReader in(document);
  std::string text;
  for (std::uint64_t at = 0; in.contains(FileOffset{at}, kHeader) && text.size() < kMaxOffice97Text;) {
    const auto version = in.value_at<std::uint16_t>(FileOffset{at});
    const auto type = in.value_at<std::uint16_t>(FileOffset{at + 2});
    const auto size = in.value_at<std::uint32_t>(FileOffset{at + 4});
    at += kHeader;
    if (type == kCryptSession) return fail(ErrorCode::kUnsupported, "is encrypted and needs its password");
    // A container's records follow its header; a master's texts are prompts ("Click to edit").
    if ((version & kContainer) == kContainer && type != kMainMaster) continue;
    if (type == kTextChars) add_line(text, utf8_of_utf16le(as_text(clamped(document, at, size))));
    if (type == kTextBytes) add_line(text, utf8_of_low_halves(as_text(clamped(document, at, size))));
    at += size;
  }
  return text;
}

}  // namespace prova
