#include "content/container/markup.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <vector>

namespace prova {
namespace {

void append_code_point(std::string& out, std::uint32_t c) {
  if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c < 0xe000)) c = 0xfffd;
  const auto continuation = [&](unsigned shift) { out += static_cast<char>(0x80 | (c >> shift & 0x3f)); };
  if (c < 0x80) {
    out += static_cast<char>(c);
  } else if (c < 0x800) {
    out += static_cast<char>(0xc0 | c >> 6);
    continuation(0);
  } else if (c < 0x10000) {
    out += static_cast<char>(0xe0 | c >> 12);
    continuation(6), continuation(0);
  } else {
    out += static_cast<char>(0xf0 | c >> 18);
    continuation(12), continuation(6), continuation(0);
  }
}

struct NamedReference {
  std::string_view name;
  std::uint32_t code_point;
};
/// HTML's named references for the letters of Albanian, French and their neighbours, and the punctuation that keeps
/// digits apart. Others are left as they stand.
constexpr auto kReferences = std::to_array<NamedReference>({
    {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}, {"nbsp", ' '}, {"shy", 0xad}, {"euro", 0x20ac},
    {"euml", 0xeb}, {"Euml", 0xcb}, {"ccedil", 0xe7}, {"Ccedil", 0xc7}, {"eacute", 0xe9}, {"Eacute", 0xc9}, {"egrave", 0xe8},
    {"Egrave", 0xc8}, {"ecirc", 0xea}, {"Ecirc", 0xca}, {"agrave", 0xe0}, {"Agrave", 0xc0}, {"acirc", 0xe2}, {"aacute", 0xe1},
    {"auml", 0xe4}, {"Auml", 0xc4}, {"icirc", 0xee}, {"iuml", 0xef}, {"iacute", 0xed}, {"igrave", 0xec}, {"ocirc", 0xf4},
    {"ouml", 0xf6}, {"Ouml", 0xd6}, {"oacute", 0xf3}, {"ograve", 0xf2}, {"ugrave", 0xf9}, {"ucirc", 0xfb}, {"uuml", 0xfc},
    {"Uuml", 0xdc}, {"uacute", 0xfa}, {"ntilde", 0xf1}, {"szlig", 0xdf}, {"oelig", 0x153}, {"aelig", 0xe6}, {"pound", 0xa3},
    {"yen", 0xa5}, {"copy", 0xa9}, {"ndash", 0x2013}, {"mdash", 0x2014}, {"laquo", 0xab}, {"raquo", 0xbb}, {"rsquo", 0x2019},
    {"lsquo", 0x2018}, {"ldquo", 0x201c}, {"rdquo", 0x201d}, {"hellip", 0x2026}});

/// Bytes of the reference at `text` (which starts with '&'), 1 when it is none.
std::size_t add_reference(std::string_view text, std::string& out) {
  constexpr std::size_t kLongest = 12;
  const std::size_t end = text.substr(0, kLongest).find(';');
  if (end == std::string_view::npos || end < 2) return out += '&', 1;
  const std::string_view name = text.substr(1, end - 1);
  if (name[0] == '#') {
    const bool hex = name.size() > 1 && (name[1] == 'x' || name[1] == 'X');
    const std::string_view digits = name.substr(hex ? 2 : 1);
    std::uint32_t c = 0;
    const auto [last, error] = std::from_chars(digits.data(), digits.data() + digits.size(), c, hex ? 16 : 10);
    if (error != std::errc{} || last != digits.data() + digits.size()) return out += '&', 1;
    append_code_point(out, c);
    return end + 1;
  }
  const auto* found = std::find_if(kReferences.begin(), kReferences.end(), [&](const NamedReference& r) { return r.name == name; });
  if (found == kReferences.end()) return out += '&', 1;
  append_code_point(out, found->code_point);
  return end + 1;
}

bool starts_with_name(std::string_view text, std::string_view lower_name) {
  if (text.size() < lower_name.size()) return false;
  for (std::size_t i = 0; i < lower_name.size(); ++i) {
    if (std::tolower(static_cast<unsigned char>(text[i])) != lower_name[i]) return false;
  }
  const auto next = text.size() > lower_name.size() ? static_cast<unsigned char>(text[lower_name.size()]) : '>';
  return !std::isalnum(next);
}

/// Position after the closing tag of `name`, searched from `at`.
std::size_t after_element(std::string_view html, std::size_t at, std::string_view name) {
  while ((at = html.find("</", at)) != std::string_view::npos) {
    at += 2;
    if (starts_with_name(html.substr(at), name)) return std::min(html.find('>', at), html.size() - 1) + 1;
  }
  return html.size();
}

/// Position after the tag, comment or unread element that starts at `at`.
std::size_t after_tag(std::string_view html, std::size_t at, std::string& out) {
  const std::string_view rest = html.substr(at + 1);
  if (rest.starts_with("!--")) {
    const std::size_t end = html.find("-->", at + 4);
    return end == std::string_view::npos ? html.size() : end + 3;
  }
  for (const std::string_view unread : {"script", "style", "title"}) {
    if (starts_with_name(rest, unread)) return after_element(html, at + 1, unread);
  }
  for (const std::string_view block : {"p", "br", "div", "tr", "li", "h1", "h2", "h3", "table", "/p", "/div", "/tr", "/li"}) {
    if (starts_with_name(rest, block)) out += '\n';
  }
  if (starts_with_name(rest, "td") || starts_with_name(rest, "th")) out += '\t';
  const std::size_t end = html.find('>', at);
  return end == std::string_view::npos ? html.size() : end + 1;
}

/// Reads RTF's control words and groups (RTF 1.9.1, "Syntax").
class RtfReader {
 public:
  explicit RtfReader(std::string_view rtf) : in_(rtf) {}
  std::string run() {
    while (at_ < in_.size()) step();
    return std::move(out_);
  }

 private:
  void step() {
    const char c = in_[at_++];
    if (c == '{') {
      open_group();
    } else if (c == '}') {
      if (depth_ > 0) --depth_;
    } else if (c == '\\') {
      control();
    } else if (c != '\r' && c != '\n') {
      put(c);
    }
  }
  void open_group() {
    if (depth_ + 1 < kMaxRtfDepth) skipped_[depth_ + 1] = skipped_[depth_];
    ++depth_;
  }
  [[nodiscard]] bool& skipped() { return skipped_[std::min<std::size_t>(depth_, kMaxRtfDepth - 1)]; }
  void put(char c) {
    if (unicode_fallback_ > 0) {
      --unicode_fallback_;
    } else if (!skipped()) {
      out_ += c;
    }
  }
  void control() {
    if (at_ >= in_.size()) return;
    const char c = in_[at_];
    if (!std::isalpha(static_cast<unsigned char>(c))) return symbol(c);
    const std::size_t start = at_;
    while (at_ < in_.size() && std::isalpha(static_cast<unsigned char>(in_[at_]))) ++at_;
    const std::string_view word = in_.substr(start, at_ - start);
    int value = 0;
    const auto [end, error] = std::from_chars(in_.data() + at_, in_.data() + in_.size(), value);
    if (error == std::errc{}) at_ = static_cast<std::size_t>(end - in_.data());
    if (at_ < in_.size() && in_[at_] == ' ') ++at_;
    this->word(word, value);
  }
  void symbol(char c) {
    ++at_;
    if (c == '\'' && at_ + 2 <= in_.size()) {
      unsigned byte = 0;
      const auto [end, error] = std::from_chars(in_.data() + at_, in_.data() + at_ + 2, byte, 16);
      if (error == std::errc{} && end == in_.data() + at_ + 2) put(static_cast<char>(byte));
      at_ += 2;
    } else if (c == '*') {
      skipped() = true;  // A destination that older readers may ignore.
    } else if (c == '\\' || c == '{' || c == '}') {
      put(c);
    } else if (c == '~') {
      put(' ');
    }
  }
  void word(std::string_view word, int value) {
    constexpr auto kUnread = std::to_array<std::string_view>({"fonttbl", "colortbl", "stylesheet", "info", "pict", "object"});
    if (word == "par" || word == "line" || word == "row" || word == "sect" || word == "page") put('\n');
    if (word == "tab" || word == "cell") put('\t');
    if (std::find(kUnread.begin(), kUnread.end(), word) != kUnread.end()) skipped() = true;
    if (word == "u" && !skipped()) {
      append_code_point(out_, static_cast<std::uint32_t>(value < 0 ? value + 65536 : value));
      unicode_fallback_ = 1;
    }
    if (word == "bin" && value > 0) at_ = std::min(in_.size(), at_ + static_cast<std::size_t>(value));
  }

  std::string_view in_;
  std::string out_;
  std::size_t at_ = 0, depth_ = 0;
  unsigned unicode_fallback_ = 0;
  std::array<bool, kMaxRtfDepth> skipped_{};
};

}  // namespace

std::string html_text(std::string_view html) {
  std::string out;
  out.reserve(html.size() / 2);
  for (std::size_t at = 0; at < html.size();) {
    if (html[at] == '<') {
      at = after_tag(html, at, out);
    } else if (html[at] == '&') {
      at += add_reference(html.substr(at), out);
    } else {
      const std::size_t next = std::min(html.find_first_of("<&", at), html.size());
      out += html.substr(at, next - at);
      at = next;
    }
  }
  return out;
}

std::string rtf_text(std::string_view rtf) { return RtfReader(rtf).run(); }

}  // namespace prova
