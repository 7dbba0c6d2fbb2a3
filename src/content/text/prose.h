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
/// Shares of all characters. Measured over up to 800 files each: prose of the leak benchmark has (median) 0.97 letters and no code signs, and all of it
/// passes; C headers, Python, JSON, JavaScript and Perl have 0.82 to 0.88 letters and 0.03 to 0.09 code signs, and at most 2 % of them pass; no log does.
constexpr double kLeastLetters = 0.88, kMostCodeSigns = 0.015, kMostDigits = 0.08;

}  // namespace prova
