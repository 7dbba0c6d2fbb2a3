// [MS-DOC]: the text of Word files, by their piece table.

#include <array>

#include "base/byte_reader.h"
#include "content/container/office97.h"

namespace prova {
namespace {

/// [MS-DOC] 2.5.2, FibBase, and 2.5.4, FibRgLw97; offsets are those of the whole file header up to Word 2003.
constexpr std::uint64_t kIdent = 0, kVersion = 2, kFlags = 0x0a, kTextBegin = 0x18, kTextEnd = 0x1c, kCounts = 0x4c, kClx = 0x1a2, kClxSize = 0x1a6;
constexpr std::uint16_t kWordIdent = 0xa5ec, kWord6Ident = 0xa5dc, kWord97 = 0x00c1;
constexpr std::uint16_t kComplex = 0x0004, kEncrypted = 0x0100, kSecondTable = 0x0200;
/// Body, footnotes, headers, macros (none since), comments, end notes, text boxes, text boxes of headers: ccpText to ccpHdrTxbx.
constexpr std::size_t kSubdocuments = 8;
/// In the order in which office_text() reads the parts of a .docx, so that the same document saved in either format has the same text.
constexpr auto kReadingOrder = std::to_array<std::size_t>({0, 2, 1, 5, 4, 6, 7});

/// Characters [begin, end) of the document, `compressed` to one byte each or two, at `offset`.
struct Piece {
  std::uint32_t begin = 0, end = 0, offset = 0;
  bool compressed = false;
};

/// The PlcPcd in the Clx ([MS-DOC] 2.9.38, 2.8.35), pieces in ascending order. Damaged ones are left out.
Result<std::vector<Piece>> read_pieces(const ByteReader& table, std::uint64_t at, std::uint64_t size) {
  PROVA_TRY(bytes, table.slice(FileOffset{at}, size));
  const ByteReader clx(bytes);
  std::uint64_t here = 0;
  while (clx.value_at<std::uint8_t>(FileOffset{here}) == 1) here += 3ULL + clx.value_at<std::uint16_t>(FileOffset{here + 1});  // Prc
  PROVA_TRY(kind, clx.read_at<std::uint8_t>(FileOffset{here}));
  PROVA_TRY(length, clx.read_at<std::uint32_t>(FileOffset{here + 1}));
  if (kind != 2 || length < 16) return fail(ErrorCode::kMalformed, "a Word document without a piece table");
  const std::uint64_t count = (length - 4) / 12, positions = here + 5, descriptors = positions + 4 * (count + 1);
  PROVA_TRY(whole, clx.slice(FileOffset{positions}, 4 * (count + 1) + 8 * count));
  (void)whole;
  std::vector<Piece> pieces;
  for (std::uint64_t i = 0; i < count; ++i) {
    const auto begin = clx.value_at<std::uint32_t>(FileOffset{positions + 4 * i}), end = clx.value_at<std::uint32_t>(FileOffset{positions + 4 * i + 4});
    const auto fc = clx.value_at<std::uint32_t>(FileOffset{descriptors + 8 * i + 2});
    const bool compressed = (fc & 0x4000'0000U) != 0;
    const std::uint32_t offset = fc & 0x3fff'ffffU;
    if (begin < end && (pieces.empty() || begin >= pieces.back().end)) pieces.push_back({begin, end, compressed ? offset / 2 : offset, compressed});
  }
  return pieces;
}

/// Text of the characters [begin, end).
std::string text_between(ByteView document, const std::vector<Piece>& pieces, std::uint64_t begin, std::uint64_t end) {
  std::string text;
  for (const Piece& piece : pieces) {
    const std::uint64_t from = std::max<std::uint64_t>(begin, piece.begin), to = std::min<std::uint64_t>(end, piece.end);
    if (from >= to || text.size() > kMaxOffice97Text) continue;
    const std::uint64_t width = piece.compressed ? 1 : 2;
    const std::string_view raw = as_text(clamped(document, piece.offset + (from - piece.begin) * width, (to - from) * width));
    text += piece.compressed ? utf8_of_windows_1252(raw) : utf8_of_utf16le(raw);
  }
  return text;
}

/// Drops field instructions ([MS-DOC] 2.8.25: 0x13 instruction 0x14 result 0x15) and marks of objects; line ends become line ends.
std::string readable(std::string_view text) {
  /// Word nests fields two or three deep.
  constexpr std::size_t kMaxFields = 64;
  std::vector<bool> in_instruction;
  std::size_t hidden = 0;
  std::string out;
  out.reserve(text.size());
  const auto set_hidden = [&](bool now) {
    if (in_instruction.empty() || in_instruction.back() == now) return;
    in_instruction.back() = now;
    hidden += now ? 1 : 0;
    hidden -= now ? 0 : 1;
  };
  for (const char c : text) {
    if (c == '\x13' && in_instruction.size() < kMaxFields) {
      in_instruction.push_back(false);
      set_hidden(true);
    } else if (c == '\x14') {
      set_hidden(false);
    } else if (c == '\x15') {
      set_hidden(false);
      if (!in_instruction.empty()) in_instruction.pop_back();
    } else if (hidden > 0) {
      continue;
    } else if (c == '\r' || c == '\x0b' || c == '\x0c') {
      out += '\n';
    } else if (c == '\x07') {
      out += '\t';
    } else if (c == '\x1e') {
      out += '-';
    } else if (static_cast<unsigned char>(c) >= 0x20 || c == '\t' || c == '\n') {
      out += c;
    }
  }
  return out;
}

/// Word 6 and 95 keep the text of a file that was not saved in haste in one stretch, one byte a character.
Result<std::string> word6_text(const ByteReader& in, std::uint16_t flags) {
  if ((flags & kComplex) != 0) return fail(ErrorCode::kUnsupported, "a Word 6 or 95 file saved incrementally is not read");
  PROVA_TRY(begin, in.read_at<std::uint32_t>(FileOffset{kTextBegin}));
  PROVA_TRY(end, in.read_at<std::uint32_t>(FileOffset{kTextEnd}));
  if (end < begin) return fail(ErrorCode::kMalformed, "a Word document whose text ends before it begins");
  return readable(utf8_of_windows_1252(as_text(clamped(in.bytes(), begin, std::min<std::uint64_t>(end - begin, kMaxOffice97Text)))));
}

}  // namespace

const char* word97_table(ByteView document) {
  return (ByteReader(document).value_at<std::uint16_t>(FileOffset{kFlags}) & kSecondTable) != 0 ? "1Table" : "0Table";
}

Result<std::string> word97_text(ByteView document, ByteView table) {
  const ByteReader in(document);
  PROVA_TRY(ident, in.read_at<std::uint16_t>(FileOffset{kIdent}));
  PROVA_TRY(version, in.read_at<std::uint16_t>(FileOffset{kVersion}));
  PROVA_TRY(flags, in.read_at<std::uint16_t>(FileOffset{kFlags}));
  if (ident != kWordIdent && ident != kWord6Ident) return fail(ErrorCode::kMalformed, "not a Word document");
  if ((flags & kEncrypted) != 0) return fail(ErrorCode::kUnsupported, "is encrypted and needs its password");
  if (version < kWord97) return word6_text(in, flags);
  PROVA_TRY(clx, in.read_at<std::uint32_t>(FileOffset{kClx}));
  PROVA_TRY(clx_size, in.read_at<std::uint32_t>(FileOffset{kClxSize}));
  PROVA_TRY(pieces, read_pieces(ByteReader(table), clx, clx_size));
  std::array<std::uint64_t, kSubdocuments + 1> starts{};
  for (std::size_t i = 0; i < kSubdocuments; ++i) starts[i + 1] = starts[i] + in.value_at<std::uint32_t>(FileOffset{kCounts + 4 * i});
  std::string text;
  for (const std::size_t part : kReadingOrder) {
    if (text.size() <= kMaxOffice97Text) text += readable(text_between(document, pieces, starts[part], starts[part + 1]));
  }
  return text;
}

}  // namespace prova
