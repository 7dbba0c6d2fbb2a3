#pragma once
// Letters of ASCII, whatever the locale and whatever else stands between them.

#include <algorithm>
#include <string>
#include <string_view>

namespace prova {

[[nodiscard]] constexpr char ascii_lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// `text` with its ASCII letters in lower case; every other byte stays.
[[nodiscard]] inline std::string ascii_lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), [](char c) { return ascii_lower(c); });
  return out;
}

}  // namespace prova
