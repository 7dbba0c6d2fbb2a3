#pragma once
// Names from inputs are hostile: they pass through one of these before anyone sees them.

#include <string>
#include <string_view>

namespace prova {

/// `text` with control characters, escape sequences, bidirectional overrides and invalid UTF-8 written as \xNN or
/// \u{NNNN}, so that printing it cannot move the cursor, recolour the screen or reorder what is read. O(n).
[[nodiscard]] std::string escape_terminal(std::string_view text);

/// `text` for an HTML text node or a quoted attribute: & < > " ' are entities, invalid UTF-8 becomes U+FFFD,
/// control characters other than newline and tab become U+FFFD. O(n).
[[nodiscard]] std::string escape_html(std::string_view text);

/// `text` with every byte that is not part of valid UTF-8 replaced by U+FFFD; safe to hand to a JSON writer. O(n).
[[nodiscard]] std::string valid_utf8(std::string_view text);

}  // namespace prova
