#include "report/terminal_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/escape.h"

namespace prova::report::term {
namespace {

/// Length in bytes of the code point at the start of valid UTF-8.
std::size_t length_at(std::string_view text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t length = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  return std::min(length, text.size());
}

std::uint32_t value_at(std::string_view text, std::size_t length) {
  if (length == 1) return static_cast<unsigned char>(text[0]);
  std::uint32_t value = static_cast<unsigned char>(text[0]) & (0xffU >> (length + 1));
  for (std::size_t i = 1; i < length; ++i) value = value << 6 | (static_cast<unsigned char>(text[i]) & 0x3fU);
  return value;
}

/// Unicode 15, UAX #11 (wide and fullwidth blocks) and combining blocks, as coarse as lines on a screen need it.
std::size_t width_of(std::uint32_t c) {
  const auto in = [c](std::uint32_t from, std::uint32_t to) { return c >= from && c <= to; };
  if (in(0x300, 0x36f) || in(0x1ab0, 0x1aff) || in(0x20d0, 0x20ff) || in(0xfe00, 0xfe0f) || in(0x200b, 0x200d))
    return 0;
  const bool wide = in(0x1100, 0x115f) || in(0x2e80, 0xa4cf) || in(0xac00, 0xd7a3) || in(0xf900, 0xfaff) ||
                    in(0xfe30, 0xfe6f) || in(0xff00, 0xff60) || in(0xffe0, 0xffe6) || in(0x1f300, 0x1faff) ||
                    in(0x20000, 0x3fffd);
  return wide ? 2 : 1;
}

/// Bytes of the longest prefix that takes at most `width` columns.
std::size_t prefix_of(std::string_view text, std::size_t width) {
  std::size_t at = 0, used = 0;
  while (at < text.size()) {
    const std::size_t length = length_at(text.substr(at));
    used += width_of(value_at(text.substr(at), length));
    if (used > width) break;
    at += length;
  }
  return at;
}

std::string_view code_of(Look look) {
  switch (look) {
    case Look::kPlain:
      return "";
    case Look::kTitle:
      return "\x1b[1m";
    case Look::kHeading:
      return "\x1b[1;36m";
    case Look::kStrong:
      return "\x1b[1m";
    case Look::kSoft:
      return "\x1b[2m";
    case Look::kWarning:
      return "\x1b[33m";
  }
  return "";
}

}  // namespace

std::size_t columns(std::string_view text) {
  std::size_t used = 0;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = length_at(text.substr(at));
    used += width_of(value_at(text.substr(at), length));
    at += length;
  }
  return used;
}

std::string cut(std::string_view text, std::size_t width) {
  if (columns(text) <= width) return std::string(text);
  if (width == 0) return {};
  return fmt::format("{}…", text.substr(0, prefix_of(text, width - 1)));
}

std::string padded(std::string_view text, std::size_t width) {
  std::string out = cut(text, width);
  out.append(width - columns(out), ' ');
  return out;
}

std::string name(std::string_view untrusted, std::size_t width) { return cut(escape_terminal(untrusted), width); }

void Lines::line(std::string_view text, Look look) {
  const std::string shown = cut(escape_terminal(text), style_.width);
  const std::string_view code = style_.color ? code_of(look) : std::string_view();
  lines_.push_back(code.empty() ? shown : fmt::format("{}{}\x1b[0m", code, shown));
}

void Lines::blank() {
  if (!lines_.empty() && !lines_.back().empty()) lines_.emplace_back();
}

void Lines::wrapped(std::string_view text, std::size_t indent, Look look, std::size_t limit) {
  const std::string safe = escape_terminal(text);
  const std::size_t room = style_.width > indent + 8 ? style_.width - indent : 8;
  std::string_view rest = safe;
  for (std::size_t n = 1; !rest.empty() && n <= limit; ++n) {
    std::size_t end = prefix_of(rest, room);
    if (end < rest.size() && n < limit) {
      const std::size_t space = rest.substr(0, end + 1).rfind(' ');
      if (space != std::string_view::npos && space > 0) end = space;
    }
    const bool last = n == limit;
    const std::string_view piece = last ? rest : rest.substr(0, end);
    line(fmt::format("{:{}}{}", "", indent, cut(piece, room)), look);
    if (last) break;
    rest.remove_prefix(end);
    while (rest.starts_with(' ')) rest.remove_prefix(1);
  }
}

std::string Lines::text() const { return fmt::format("{}\n", fmt::join(lines_, "\n")); }

std::string interval_line(const ProbabilityInterval& value, std::size_t width) {
  const auto cell = [width](double p) {
    return static_cast<std::size_t>(std::lround(std::clamp(p, 0.0, 1.0) * static_cast<double>(width - 1)));
  };
  std::string out;
  for (std::size_t i = 0; i < width; ++i) {
    out += i == cell(value.mid) ? "●" : i >= cell(value.low) && i <= cell(value.high) ? "━" : "·";
  }
  return out;
}

}  // namespace prova::report::term
