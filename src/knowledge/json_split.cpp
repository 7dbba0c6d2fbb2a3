#include "knowledge/json_split.h"

#include <cstring>
#include <fmt/format.h>

namespace prova::knowledge {
namespace {

/// Walks over raw JSON text.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {}
  [[nodiscard]] std::size_t at() const { return at_; }
  /// The next character that is not white space, or NUL at the end.
  char peek() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\r' || text_[at_] == '\t')) ++at_;
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  Status expect(char wanted) {
    const char found = peek();
    if (at_ >= text_.size()) return truncated(wanted);
    if (found != wanted) {
      return fail(ErrorCode::kMalformed, fmt::format("found {:#04x}, expected '{}'", static_cast<unsigned char>(found), wanted),
                  FileOffset{at_});
    }
    ++at_;
    return {};
  }
  /// Raw text of the string at the cursor, without its quotes.
  Result<std::string_view> string() {
    PROVA_TRY(expect('"'));
    const std::size_t begin = at_;
    PROVA_TRY(skip_string_rest());
    return text_.substr(begin, at_ - 1 - begin);
  }
  /// Raw text of the value at the cursor.
  Result<std::string_view> value() {
    const char first = peek();
    const std::size_t begin = at_;
    if (first == '{' || first == '[') {
      PROVA_TRY(skip_brackets());
    } else if (first == '"') {
      ++at_;
      PROVA_TRY(skip_string_rest());
    } else {
      while (at_ < text_.size() && std::strchr(",]} \n\r\t", text_[at_]) == nullptr) ++at_;
      if (at_ == begin) return fail(ErrorCode::kMalformed, "a value is missing", FileOffset{at_});
    }
    return text_.substr(begin, at_ - begin);
  }

 private:
  [[nodiscard]] tl::unexpected<Error> truncated(char wanted) const {
    return fail(ErrorCode::kTruncated, fmt::format("the document ends where '{}' is expected", wanted), FileOffset{at_});
  }
  /// From behind the opening quote to behind the closing one.
  Status skip_string_rest() {
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') return {};
      if (c == '\\') ++at_;  // The escaped character.
    }
    at_ = text_.size();
    return truncated('"');
  }
  /// From an opening bracket to behind its match. Which bracket closes which is for the real parser to check.
  Status skip_brackets() {
    std::size_t depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_++];
      if (c == '"') {
        PROVA_TRY(skip_string_rest());
      } else if (c == '{' || c == '[') {
        ++depth;
      } else if ((c == '}' || c == ']') && --depth == 0) {
        return {};
      }
    }
    return truncated('}');
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Consumes ',' and says whether another entry follows; at the closing bracket consumes that.
Result<bool> another(Cursor& cursor, char closing) {
  if (cursor.peek() == ',') {
    PROVA_TRY(cursor.expect(','));
    return true;
  }
  PROVA_TRY(cursor.expect(closing));
  return false;
}

Status split_array(Cursor& cursor, const JsonParts& parts) {
  PROVA_TRY(cursor.expect('['));
  if (cursor.peek() == ']') return cursor.expect(']');
  for (bool more = true; more;) {
    PROVA_TRY(element, cursor.value());
    parts.on_element(element, cursor.at() - element.size());
    PROVA_TRY(next, another(cursor, ']'));
    more = next;
  }
  return {};
}

Status split_members(Cursor& cursor, std::string_view array_key, const JsonParts& parts) {
  if (cursor.peek() == '}') return cursor.expect('}');
  for (bool more = true; more;) {
    PROVA_TRY(key, cursor.string());
    PROVA_TRY(cursor.expect(':'));
    if (key == array_key && cursor.peek() == '[') {
      PROVA_TRY(split_array(cursor, parts));
    } else {
      PROVA_TRY(value, cursor.value());
      parts.on_member(key, value, cursor.at() - value.size());
    }
    PROVA_TRY(next, another(cursor, '}'));
    more = next;
  }
  return {};
}

}  // namespace

Status split_document(std::string_view text, std::string_view array_key, const JsonParts& parts) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  if (text.starts_with(kByteOrderMark)) {
    return fail(ErrorCode::kMalformed, "begins with a byte order mark, JSON has none (RFC 8259)", FileOffset{0});
  }
  Cursor cursor(text);
  PROVA_TRY(cursor.expect('{'));
  PROVA_TRY(split_members(cursor, array_key, parts));
  if (cursor.peek() != '\0' || cursor.at() < text.size()) {
    return fail(ErrorCode::kMalformed, "more text after the end of the document", FileOffset{cursor.at()});
  }
  return {};
}

}  // namespace prova::knowledge
