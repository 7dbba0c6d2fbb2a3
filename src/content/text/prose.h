#pragma once
// Which texts are documents: what people write to each other, and not what programs are written in or write down.

#include <cstdint>
#include <string_view>

namespace prova {

/// What a file's name says about its text.
enum class NamedText : std::uint8_t {
  kDocument,  ///< .txt, .md, .tex, .csv ... (decks of figures are stolen as often as letters).
  kOther,     ///< Source code, markup of programs, configuration, logs, traces, subtitles of builds.
  kUnknown,   ///< Another ending, or none: the content decides.
};

/// By the last ending of `name` (a path will do), whatever its capitals. O(1).
[[nodiscard]] NamedText named_text(std::string_view name);

/// Whether text reads like prose: at least kLeastLetters of its characters are letters and spaces, at most kMostCodeSigns are
/// signs that code uses and prose does not, and digits are at most kMostDigits. Looks at the first kProseSample bytes; bytes beyond ASCII count as
/// letters, so that no script is at a disadvantage. O(1).
[[nodiscard]] bool is_prose(std::string_view text);

/// Enough for some hundred lines.
constexpr std::size_t kProseSample = 16 * 1024;
/// Shares of all characters. Prose of the leak benchmark's five languages has 0.96 letters and spaces and no code signs; C++, Python and JSON of a
/// software tree have 0.03 to 0.12 code signs, logs 0.15 to 0.3 digits.
constexpr double kLeastLetters = 0.88, kMostCodeSigns = 0.015, kMostDigits = 0.08;

}  // namespace prova
