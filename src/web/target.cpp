#include "web/target.h"

#include <algorithm>
#include <fmt/format.h>

namespace prova::web {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Decodes %XX, and in a query also '+'.
Result<std::string> decode(std::string_view text, bool plus_is_blank) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      const int high = i + 1 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return fail(ErrorCode::kMalformed, "the address holds a '%' that is not followed by two hex digits");
      out += static_cast<char>(high * 16 + low);
      i += 2;
    } else {
      out += text[i] == '+' && plus_is_blank ? ' ' : text[i];
    }
    if (out.back() == '\0') return fail(ErrorCode::kMalformed, "the address holds a NUL byte");
  }
  return out;
}

bool leaves_its_place(std::string_view segment) {
  if (segment == "." || segment == "..") return true;
  return std::any_of(segment.begin(), segment.end(), [](char c) {
    return c == '/' || c == '\\' || static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
  });
}

Status read_path(std::string_view path, Target& target) {
  while (!path.empty()) {
    path.remove_prefix(1);  // the slash
    const std::string_view raw = path.substr(0, path.find('/'));
    PROVA_TRY(segment, decode(raw, false));
    if (leaves_its_place(segment)) return fail(ErrorCode::kUsage, "the address leaves its place with '..', a slash or a control character");
    if (!segment.empty()) target.segments.push_back(std::move(segment));
    path.remove_prefix(raw.size());
  }
  return {};
}

Status read_query(std::string_view query, Target& target) {
  while (!query.empty()) {
    const std::string_view raw = query.substr(0, query.find('&'));
    query.remove_prefix(std::min(query.size(), raw.size() + 1));
    if (raw.empty()) continue;
    if (target.query.size() == kMaxQueryNames) return fail(ErrorCode::kLimit, fmt::format("more than {} names in the query", kMaxQueryNames));
    const std::size_t equals = std::min(raw.find('='), raw.size());
    PROVA_TRY(name, decode(raw.substr(0, equals), true));
    PROVA_TRY(value, decode(raw.substr(std::min(raw.size(), equals + 1)), true));
    target.query.emplace_back(std::move(name), std::move(value));
  }
  return {};
}

}  // namespace

std::string Target::path() const { return fmt::format("/{}", fmt::join(segments, "/")); }

std::optional<std::string> Target::value(std::string_view name) const {
  const auto found = std::find_if(query.begin(), query.end(), [&](const auto& entry) { return entry.first == name; });
  return found == query.end() ? std::nullopt : std::optional(found->second);
}

Result<Target> parse_target(std::string_view text) {
  if (text.size() > kMaxTargetBytes) return fail(ErrorCode::kLimit, fmt::format("the address has more than {} bytes", kMaxTargetBytes));
  if (text.empty() || text.front() != '/') return fail(ErrorCode::kMalformed, "the address does not begin with a slash");
  text = text.substr(0, text.find('#'));
  const std::size_t mark = std::min(text.find('?'), text.size());
  Target target;
  PROVA_TRY(read_path(text.substr(0, mark), target));
  PROVA_TRY(read_query(text.substr(std::min(text.size(), mark + 1)), target));
  return target;
}

}  // namespace prova::web
