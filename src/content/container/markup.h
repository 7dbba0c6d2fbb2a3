#pragma once
// The text of HTML and RTF: what a reader would see, without a browser. Lenient, linear, and never fails.

#include <string>
#include <string_view>

namespace prova {

/// Text of HTML: tags, comments, scripts and styles dropped, character references resolved, block tags as line breaks.
/// Input that is not UTF-8 passes through as it is. O(n).
[[nodiscard]] std::string html_text(std::string_view html);

/// Text of RTF 1.9: groups that hold fonts, styles, pictures and metadata dropped; \'xx as Windows-1252, \uN as Unicode.
/// At most kMaxRtfDepth groups deep; deeper ones are read as their parent. O(n).
[[nodiscard]] std::string rtf_text(std::string_view rtf);

/// Word nests four or five groups; a cap keeps the state of a hostile file small.
constexpr unsigned kMaxRtfDepth = 256;

}  // namespace prova
