#include "content/dkim/canonical.h"

#include <algorithm>

#include "content/dkim/tag_list.h"
#include "content/inventory/crypto.h"

namespace prova {
namespace {

bool is_wsp(char c) { return c == ' ' || c == '\t'; }

/// The line at `at` without its end; moves `at` to the next line.
std::string_view next_line(std::string_view text, std::size_t& at) {
  const std::size_t end = std::min(text.find('\n', at), text.size());
  std::string_view line = text.substr(at, end - at);
  if (line.ends_with('\r')) line.remove_suffix(1);
  at = std::min(end + 1, text.size());
  return line;
}

/// Every run of white space as one space, none at the end.
void append_relaxed(std::string& out, std::string_view line) {
  for (std::size_t at = 0; at < line.size();) {
    if (is_wsp(line[at])) {
      while (at < line.size() && is_wsp(line[at])) ++at;
      if (at < line.size()) out += ' ';
      continue;
    }
    const std::size_t begin = at;
    while (at < line.size() && !is_wsp(line[at])) ++at;
    out.append(line, begin, at - begin);
  }
}

/// Hashes what comes, up to a limit, and counts all of it.
class LimitedDigest {
 public:
  explicit LimitedDigest(std::optional<std::uint64_t> limit) : left_(limit.value_or(~std::uint64_t{0})) {}
  std::string& buffer() { return buffer_; }
  void flush_if_full() {
    constexpr std::size_t kBuffered = 1 << 16;
    if (buffer_.size() >= kBuffered) flush();
  }
  BodyDigest finish() {
    flush();
    return {stream_.finish(), length_};
  }

 private:
  void flush() {
    const std::size_t taken = static_cast<std::size_t>(std::min<std::uint64_t>(left_, buffer_.size()));
    stream_.add(std::string_view(buffer_).substr(0, taken));
    left_ -= taken;
    length_ += buffer_.size();
    buffer_.clear();
  }
  Sha256Stream stream_;
  std::string buffer_;
  std::uint64_t left_, length_ = 0;
};

std::string unfolded(std::string_view text) {
  std::string out(text);
  std::erase_if(out, [](char c) { return c == '\r' || c == '\n'; });
  return out;
}

}  // namespace

MessageParts split_message(std::string_view message) {
  MessageParts parts;
  bool open = false;  // Whether the line before belongs to the last field.
  for (std::size_t at = 0; at < message.size();) {
    const std::size_t begin = at;
    const std::string_view line = next_line(message, at);
    if (line.empty()) {
      parts.body = message.substr(at);
      break;
    }
    const std::size_t end = begin + line.size();
    if (is_wsp(line.front())) {
      if (!open) continue;
      std::string_view& raw = parts.fields.back().raw;
      raw = message.substr(static_cast<std::size_t>(raw.data() - message.data()), end - static_cast<std::size_t>(raw.data() - message.data()));
      continue;
    }
    const std::size_t colon = line.find(':');
    open = colon != std::string_view::npos && parts.fields.size() < kMaxHeaderFields;
    if (!open) continue;
    std::string_view name = line.substr(0, colon);
    while (!name.empty() && is_wsp(name.back())) name.remove_suffix(1);
    parts.fields.push_back({name, line});
  }
  return parts;
}

std::string canonical_field(std::string_view raw, DkimForm form) {
  std::string out;
  if (form == DkimForm::kSimple) {
    for (std::size_t at = 0; at < raw.size();) {
      if (at > 0) out += "\r\n";
      out += next_line(raw, at);
    }
    return out;
  }
  const std::size_t colon = std::min(raw.find(':'), raw.size());
  append_relaxed(out, ascii_lower(raw.substr(0, colon)));
  out += ':';
  const std::string value = unfolded(raw.substr(std::min(colon + 1, raw.size())));
  append_relaxed(out, std::string_view(value).substr(std::min(value.find_first_not_of(" \t"), value.size())));
  return out;
}

BodyDigest canonical_body_digest(std::string_view body, DkimForm form, std::optional<std::uint64_t> limit) {
  LimitedDigest digest(limit);
  std::string& out = digest.buffer();
  std::uint64_t empty_lines = 0;
  bool any = false;
  std::string relaxed;
  for (std::size_t at = 0; at < body.size();) {
    std::string_view line = next_line(body, at);
    if (form == DkimForm::kRelaxed) {
      relaxed.clear();
      append_relaxed(relaxed, line);
      line = relaxed;
    }
    if (line.empty()) {
      ++empty_lines;
      continue;
    }
    for (; empty_lines > 0; --empty_lines) {
      out += "\r\n";
      digest.flush_if_full();
    }
    out.append(line).append("\r\n");
    digest.flush_if_full();
    any = true;
  }
  if (!any && form == DkimForm::kSimple) out += "\r\n";
  return digest.finish();
}

}  // namespace prova
