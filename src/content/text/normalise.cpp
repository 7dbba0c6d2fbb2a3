#include "content/text/normalise.h"

#include <utf8proc.h>

#include <algorithm>
#include <array>
#include <span>

namespace prova {
namespace {

constexpr std::size_t kPlaneSize = 0x10000;
/// One code point decomposes into at most 18 (U+FDFA, Unicode 15); what follows the eighth is cut.
constexpr std::size_t kMaxFolded = 8;

/// What every code point of the basic plane becomes: a stretch of one long string.
class FoldTable {
 public:
  FoldTable() {
    for (std::size_t c = 0; c < kPlaneSize; ++c) {
      starts_[c] = static_cast<std::uint32_t>(text_.size());
      fold(static_cast<utf8proc_int32_t>(c));
    }
    starts_[kPlaneSize] = static_cast<std::uint32_t>(text_.size());
  }
  [[nodiscard]] std::u16string_view at(char16_t c) const {
    return std::u16string_view(text_).substr(starts_[c], starts_[c + 1U] - starts_[c]);
  }

 private:
  static bool is_kept(utf8proc_int32_t c) {
    switch (utf8proc_category(c)) {
      case UTF8PROC_CATEGORY_LU: case UTF8PROC_CATEGORY_LL: case UTF8PROC_CATEGORY_LT: case UTF8PROC_CATEGORY_LM:
      case UTF8PROC_CATEGORY_LO: case UTF8PROC_CATEGORY_ND: case UTF8PROC_CATEGORY_NL: case UTF8PROC_CATEGORY_NO:
      case UTF8PROC_CATEGORY_SC:
        return true;
      default:
        return c == '%';
    }
  }
  void fold(utf8proc_int32_t c) {
    if (!utf8proc_codepoint_valid(c)) return;
    std::array<utf8proc_int32_t, 32> folded{};
    int last_boundary_class = 0;
    constexpr auto kOptions = static_cast<utf8proc_option_t>(UTF8PROC_COMPAT | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD);
    const auto count = utf8proc_decompose_char(c, folded.data(), static_cast<utf8proc_ssize_t>(folded.size()), kOptions,
                                               &last_boundary_class);
    if (count <= 0) return;
    const auto used = std::min<std::size_t>({static_cast<std::size_t>(count), folded.size(), kMaxFolded});
    for (std::size_t i = 0; i < used; ++i) {
      if (is_kept(folded[i]) && folded[i] < static_cast<utf8proc_int32_t>(kPlaneSize)) text_ += static_cast<char16_t>(folded[i]);
    }
  }

  std::u16string text_;
  std::array<std::uint32_t, kPlaneSize + 1> starts_{};
};

const FoldTable& fold_table() {
  static const FoldTable table;
  return table;
}

/// Windows-1252 where it differs from ISO 8859-1 (0x80 to 0x9f); best-fit of the Unicode consortium's CP1252.TXT.
constexpr std::array<char16_t, 32> kCp1252 = {
    0x20ac, 0, 0x201a, 0x0192, 0x201e, 0x2026, 0x2020, 0x2021, 0x02c6, 0x2030, 0x0160, 0x2039, 0x0152, 0, 0x017d, 0,
    0, 0x2018, 0x2019, 0x201c, 0x201d, 0x2022, 0x2013, 0x2014, 0x02dc, 0x2122, 0x0161, 0x203a, 0x0153, 0, 0x017e, 0x0178};

/// What an ASCII byte becomes: 0 drops it, kAsk asks what stands around it.
constexpr char16_t kAsk = 0xffff;
constexpr std::array<char16_t, 256> kAscii = [] {
  std::array<char16_t, 256> table{};
  for (char16_t c = '0'; c <= '9'; ++c) table[c] = c;
  for (char16_t c = 'a'; c <= 'z'; ++c) table[c] = c, table[c - 32U] = c;
  table['$'] = '$', table['%'] = '%';
  table['='] = table['.'] = table[','] = kAsk;
  for (std::size_t c = 0x80; c < 0x100; ++c) table[c] = kAsk;
  return table;
}();

constexpr bool is_digit(unsigned char c) { return c >= '0' && c <= '9'; }
constexpr int hex_value(unsigned char c) {
  if (is_digit(c)) return c - '0';
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/// Length of the valid UTF-8 sequence at `text`, 0 when there is none; its code point in `c`.
std::size_t decode_utf8(std::span<const unsigned char> text, std::uint32_t& c) {
  const unsigned char lead = text[0];
  const std::size_t length = lead < 0x80 ? 1 : lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc2 ? 2 : 0;
  if (length == 0 || lead > 0xf4 || text.size() < length) return 0;
  constexpr std::array<unsigned char, 5> kLeadBits = {0, 0x7f, 0x1f, 0x0f, 0x07};
  c = lead & kLeadBits[length];
  for (std::size_t i = 1; i < length; ++i) {
    if ((text[i] & 0xc0) != 0x80) return 0;
    c = c << 6 | (text[i] & 0x3fU);
  }
  const bool overlong = (length == 3 && c < 0x800) || (length == 4 && c < 0x10000);
  return overlong || c > 0x10ffff || (c >= 0xd800 && c < 0xe000) ? 0 : length;
}

/// Appends normalised characters, with the offset that they came from.
class Normaliser {
 public:
  explicit Normaliser(std::string_view utf8)
      : in_(reinterpret_cast<const unsigned char*>(utf8.data()), utf8.size()) {
    out_.source_bytes = static_cast<std::uint32_t>(utf8.size());
    out_.chars.resize(utf8.size() + 1);
    out_.offsets.resize(utf8.size() + 1);
  }

  NormalisedText run() {
    for (std::size_t i = 0; i < in_.size();) i = add_special(add_plain(i));
    out_.chars.resize(used_);
    out_.offsets.resize(used_);
    return std::move(out_);
  }

 private:
  /// Adds the plain characters from `i` on and returns where they end. Every byte is written and the place moves on only after
  /// a kept one: no branch depends on where words end.
  std::size_t add_plain(std::size_t i) {
    make_room(in_.size() - i + 1);
    char16_t* chars = out_.chars.data();
    std::uint32_t* offsets = out_.offsets.data();
    std::size_t used = used_;
    for (; i < in_.size(); ++i) {
      const char16_t c = kAscii[in_[i]];
      if (c == kAsk) break;
      chars[used] = c;
      offsets[used] = static_cast<std::uint32_t>(i);
      used += c != 0 ? 1 : 0;
    }
    used_ = used;
    return i;
  }
  std::size_t add_special(std::size_t i) {
    if (i >= in_.size()) return i;
    if (in_[i] >= 0x80) return i + add_wide(i);
    if (in_[i] == '=') return i + undo_quoted_printable(i);
    add_separator(in_[i], i);
    return i + 1;
  }
  void make_room(std::size_t more) {
    if (used_ + more <= out_.chars.size()) return;  // Only ligatures make a text longer than its bytes.
    out_.chars.resize(used_ + more + used_ / 8);
    out_.offsets.resize(out_.chars.size());
  }
  void put(char16_t c, std::size_t from) {
    make_room(1);
    out_.chars[used_] = c;
    out_.offsets[used_++] = static_cast<std::uint32_t>(from);
  }
  void add_separator(unsigned char byte, std::size_t i) {
    if (i > 0 && i + 1 < in_.size() && is_digit(in_[i - 1]) && is_digit(in_[i + 1])) put(byte, i);
  }
  void add_code_point(std::uint32_t c, std::size_t from) {
    if (c >= kPlaneSize) return put(static_cast<char16_t>(0xe000 + c % 0x1900), from);
    for (const char16_t folded : fold_table().at(static_cast<char16_t>(c))) put(folded, from);
  }
  std::size_t add_wide(std::size_t i) {
    std::uint32_t c = 0;
    const std::size_t length = decode_utf8(in_.subspan(i), c);
    if (length == 0) {
      const unsigned char byte = in_[i];
      add_code_point(byte < 0xa0 ? kCp1252[byte - 0x80U] : byte, i);
      return 1;
    }
    add_code_point(c, i);
    return length;
  }
  /// The byte that "=XX" at `i` stands for, -1 when it is not one.
  [[nodiscard]] int quoted_byte(std::size_t i) const {
    if (i + 2 >= in_.size() || in_[i] != '=') return -1;
    const int high = hex_value(in_[i + 1]), low = hex_value(in_[i + 2]);
    return high < 0 || low < 0 ? -1 : high * 16 + low;
  }
  /// Bytes consumed: the whole encoded character when it is one, else the '='.
  /// Only what the encoding must escape is decoded (bytes above ASCII and '='): "x=20" stays a formula.
  std::size_t undo_quoted_printable(std::size_t i) {
    std::array<unsigned char, 4> bytes{};
    std::size_t count = 0;
    while (count < bytes.size()) {
      const int byte = quoted_byte(i + 3 * count);
      if (byte < 0x80) break;
      bytes[count++] = static_cast<unsigned char>(byte);
    }
    if (count == 0) return quoted_byte(i) == '=' ? 3 : 1;
    std::uint32_t c = 0;
    const std::size_t length = decode_utf8(std::span(bytes).first(count), c);
    if (length == 0) {
      add_code_point(bytes[0] < 0xa0 ? kCp1252[bytes[0] - 0x80U] : bytes[0], i);
      return 3;
    }
    add_code_point(c, i);
    return 3 * length;
  }

  std::span<const unsigned char> in_;
  NormalisedText out_;
  std::size_t used_ = 0;
};

void append_utf8(std::string& out, std::uint32_t c) {
  std::array<utf8proc_uint8_t, 4> bytes{};
  const auto count = utf8proc_encode_char(static_cast<utf8proc_int32_t>(c), bytes.data());
  out.append(reinterpret_cast<const char*>(bytes.data()), static_cast<std::size_t>(count));
}

/// 0 not UTF-16, 1 little-endian, 2 big-endian.
int utf16_order(ByteView bytes) {
  if (bytes.size() < 4) return 0;
  if (bytes[0] == std::byte{0xff} && bytes[1] == std::byte{0xfe}) return 1;
  if (bytes[0] == std::byte{0xfe} && bytes[1] == std::byte{0xff}) return 2;
  std::array<std::size_t, 2> zeros{};
  const std::size_t looked = std::min<std::size_t>(bytes.size(), 512) & ~std::size_t{1};
  for (std::size_t i = 0; i < looked; ++i) zeros[i & 1] += bytes[i] == std::byte{0} ? 1 : 0;
  // Latin text has a NUL in (nearly) every second byte and none elsewhere.
  if (zeros[0] == 0 && zeros[1] * 10 > looked * 4) return 1;
  return zeros[1] == 0 && zeros[0] * 10 > looked * 4 ? 2 : 0;
}

enum class ByteKind : std::uint8_t { kPlain, kWide, kControl, kNul };
constexpr std::array<ByteKind, 256> kByteKinds = [] {
  std::array<ByteKind, 256> kinds{};
  for (std::size_t c = 0; c < 256; ++c) kinds[c] = c >= 0x80 ? ByteKind::kWide : c < 0x20 || c == 0x7f ? ByteKind::kControl : ByteKind::kPlain;
  for (const char c : {'\n', '\r', '\t', '\f'}) kinds[static_cast<std::size_t>(c)] = ByteKind::kPlain;
  kinds[0] = ByteKind::kNul;
  return kinds;
}();

bool sample_is_text(ByteView sample) {
  std::array<std::size_t, 4> kinds{};
  for (const std::byte b : sample) ++kinds[static_cast<std::size_t>(kByteKinds[std::to_integer<unsigned char>(b)])];
  const std::size_t controls = kinds[static_cast<std::size_t>(ByteKind::kControl)];
  if (kinds[static_cast<std::size_t>(ByteKind::kNul)] != 0) return false;
  // One control character in 64: text copied from terminals has a few, compressed data one in eight.
  if (controls * 64 > sample.size()) return false;
  if (kinds[static_cast<std::size_t>(ByteKind::kWide)] == 0) return true;
  // An 8-bit code page writes a letter beyond ASCII now and then; random bytes are half beyond it and not UTF-8.
  std::size_t broken = 0;
  const std::span<const unsigned char> text(reinterpret_cast<const unsigned char*>(sample.data()), sample.size());
  for (std::size_t i = 0; i < text.size();) {
    std::uint32_t c = 0;
    const std::size_t length = decode_utf8(text.subspan(i), c);
    broken += length == 0 ? 1 : 0;
    i += std::max<std::size_t>(length, 1);
  }
  return broken <= 4 || broken * 3 < sample.size();
}

}  // namespace

TextRange NormalisedText::source_range(std::uint64_t begin, std::uint64_t end) const {
  const auto at = [&](std::uint64_t i) -> std::uint64_t { return i < offsets.size() ? offsets[i] : source_bytes; };
  return {at(begin), std::max(at(begin), at(end))};
}

NormalisedText normalise_text(std::string_view utf8) { return Normaliser(utf8.substr(0, kMaxTextBytes)).run(); }

bool looks_like_text(ByteView bytes) {
  constexpr std::uint64_t kSample = 4096;
  if (bytes.empty()) return false;
  if (bytes.size() <= kSample) return sample_is_text(bytes);
  return sample_is_text(clamped(bytes, 0, kSample)) && sample_is_text(clamped(bytes, bytes.size() / 2, kSample)) &&
         sample_is_text(clamped(bytes, bytes.size() > kSample ? bytes.size() - kSample : 0, kSample));
}

std::string utf16_to_utf8(ByteView bytes) {
  const int order = utf16_order(bytes);
  std::string out;
  if (order == 0) return out;
  const auto unit = [&](std::size_t i) {
    const auto a = std::to_integer<std::uint32_t>(bytes[i]), b = std::to_integer<std::uint32_t>(bytes[i + 1]);
    return order == 1 ? a | b << 8 : b | a << 8;
  };
  for (std::size_t i = 0; i + 1 < bytes.size(); i += 2) {
    std::uint32_t c = unit(i);
    if (c == 0xfeff) continue;
    if (c >= 0xd800 && c < 0xdc00 && i + 3 < bytes.size() && (unit(i + 2) & 0xfc00) == 0xdc00) {
      c = 0x10000 + ((c - 0xd800) << 10) + (unit(i + 2) - 0xdc00);
      i += 2;
    }
    append_utf8(out, c >= 0xd800 && c < 0xe000 ? 0xfffd : c);
  }
  return out;
}

}  // namespace prova
