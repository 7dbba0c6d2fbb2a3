#pragma once
// Text as it is compared: what re-wrapping, re-encoding, hyphenation, ligatures and capitals cannot change.
//
// Kept are letters and digits, compatibility-decomposed, case-folded and without diacritics ("Përgjegjës" = "pergjegjes",
// "ﬁ" = "fi", "Σ" = "ς" = "σ"), currency signs and '%', and '.' and ',' between two digits, so that 1.25 is not 125.
// Dropped is everything else: spaces, line breaks, punctuation, soft hyphens, zero-width characters.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace prova {

/// A stretch of bytes or characters, [begin, end).
struct TextRange {
  std::uint64_t begin = 0, end = 0;
  [[nodiscard]] std::uint64_t size() const { return end - begin; }
  friend bool operator==(const TextRange&, const TextRange&) = default;
};

/// Normalised characters and where each came from. `offsets` is as long as `chars`; it never falls.
struct NormalisedText {
  std::u16string chars;
  std::vector<std::uint32_t> offsets;  ///< Byte of the source that the character starts at.
  std::uint32_t source_bytes = 0;

  /// The bytes of the source behind the characters [begin, end). An empty stretch lies at the next character.
  [[nodiscard]] TextRange source_range(std::uint64_t begin, std::uint64_t end) const;
};

/// A text is normalised in pieces of at most this many bytes; offsets are 32 bits wide.
constexpr std::uint64_t kMaxTextBytes = 1ULL << 31;

/// Normalises UTF-8. Bytes that are not UTF-8 are read as Windows-1252 (where ë and ç lie as in Windows-1250 and
/// ISO 8859-1, -2, -3). Quoted-printable leftovers of mail are undone: "=C3=AB", "=3D", and "=" at the end of a line.
/// Characters beyond the basic plane become one character of the private-use area. Reads at most kMaxTextBytes.
/// O(n), some 500 MB/s on ASCII.
[[nodiscard]] NormalisedText normalise_text(std::string_view utf8);

/// Whether bytes read like text: valid UTF-8 or an 8-bit code page, hardly any control characters, no NUL.
/// Looks at 4 KiB at the start, the middle and the end. UTF-16 is not text here: see `utf16_to_utf8`.
[[nodiscard]] bool looks_like_text(ByteView bytes);

/// UTF-8 of UTF-16 text with a byte order mark, or without one when every second byte of the start is NUL.
/// Empty when the bytes are not UTF-16.
[[nodiscard]] std::string utf16_to_utf8(ByteView bytes);

}  // namespace prova
