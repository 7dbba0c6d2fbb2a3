#pragma once
// Lines of terminal text. Internal to report/terminal*.cpp.

#include <string>
#include <string_view>
#include <vector>

#include "report/terminal.h"

namespace prova::report::term {

/// What a line is for; with colours on, how it looks.
enum class Look { kPlain, kTitle, kHeading, kStrong, kSoft, kWarning };

/// Columns that the text takes: one per code point, two for wide East Asian ones and emoji, none for combining marks.
[[nodiscard]] std::size_t columns(std::string_view text);
/// The text cut to `width` columns, ending in "…" when something was cut. `text` is valid UTF-8.
[[nodiscard]] std::string cut(std::string_view text, std::size_t width);
/// Padded with spaces to `width` columns (or cut).
[[nodiscard]] std::string padded(std::string_view text, std::size_t width);

/// Collects lines that fit the width.
class Lines {
 public:
  explicit Lines(const TerminalStyle& style) : style_(style) {}
  /// One line, cut to the width. `text` is escaped here: a newline in it does not break the line.
  void line(std::string_view text, Look look = Look::kPlain);
  /// One or more lines, broken between words, each after `indent` spaces; at most `limit` lines.
  void wrapped(std::string_view text, std::size_t indent, Look look = Look::kPlain, std::size_t limit = 4);
  void blank();
  [[nodiscard]] std::size_t count() const { return lines_.size(); }
  [[nodiscard]] std::string text() const;

 private:
  TerminalStyle style_;
  std::vector<std::string> lines_;
};

/// "[······──────━●━━─────·······]": the interval and its middle between 0 and 100 %.
[[nodiscard]] std::string interval_line(const ProbabilityInterval& value, std::size_t width);

/// Code point count cap of one name in a line, so that a hostile name leaves room for the rest.
constexpr std::size_t kMaxName = 40;
/// An untrusted name, escaped and cut.
[[nodiscard]] std::string name(std::string_view untrusted, std::size_t width = kMaxName);

}  // namespace prova::report::term
