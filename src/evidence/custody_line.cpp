#include "evidence/custody_line.h"

#include <fmt/format.h>

#include <charconv>

#include "base/escape.h"

namespace prova::custody {
namespace {

bool is_control(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

/// A JSON string in its one canonical spelling: " and \ by a backslash, controls as \u00nn, the rest as it is.
std::string json_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : valid_utf8(text)) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (is_control(c)) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

/// Everything but the closing brace and the member `hash`: what the hash is taken over, once a brace is added.
std::string open_line(const CustodyEntry& entry) {
  const CustodyEvent& e = entry.event;
  return fmt::format(R"({{"sequence":{},"time":{},"who":{},"action":{},"path":{},"sha256":{},"size":{},"note":{},)"
                     R"("previous":"{}")",
                     entry.sequence, json_string(e.time), json_string(e.who), json_string(e.action),
                     json_string(e.path), e.sha256 ? json_string(to_hex(*e.sha256)) : std::string("null"), e.size,
                     json_string(e.note), to_hex(entry.previous));
}

/// Reads the members of a line in their order.
class LineReader {
 public:
  explicit LineReader(std::string_view line) : line_(line) {}

  [[nodiscard]] Status literal(std::string_view expected) {
    if (line_.substr(at_, expected.size()) != expected) return refuse(fmt::format("expected {}", expected));
    at_ += expected.size();
    return {};
  }

  [[nodiscard]] Result<std::uint64_t> integer() {
    std::uint64_t value = 0;
    const char* begin = line_.data() + at_;
    const auto [end, error] = std::from_chars(begin, line_.data() + line_.size(), value);
    if (error != std::errc{}) return refuse("expected an integer below 2^64");
    at_ += static_cast<std::size_t>(end - begin);
    return value;
  }

  [[nodiscard]] Result<std::string> string() {
    PROVA_TRY(literal("\""));
    std::string out;
    while (at_ < line_.size() && line_[at_] != '"') {
      if (line_[at_] != '\\') {
        out += line_[at_++];
        continue;
      }
      PROVA_TRY(c, escaped());
      out += c;
    }
    PROVA_TRY(literal("\""));
    return out;
  }

  [[nodiscard]] Result<Sha256> digest() {
    PROVA_TRY(hex, string());
    auto value = sha256_from_hex(hex);
    if (!value) return refuse("expected 64 hex digits");
    return *value;
  }

  [[nodiscard]] Result<std::optional<Sha256>> digest_or_null() {
    if (line_.substr(at_, 4) == "null") {
      at_ += 4;
      return std::optional<Sha256>();
    }
    PROVA_TRY(value, digest());
    return std::optional<Sha256>(value);
  }

  [[nodiscard]] bool at_end() const { return at_ == line_.size(); }

 private:
  [[nodiscard]] tl::unexpected<Error> refuse(std::string message) const {
    return fail(ErrorCode::kMalformed, std::move(message), FileOffset{at_});
  }

  /// The character behind a backslash; moves past it.
  [[nodiscard]] Result<char> escaped() {
    const std::string_view rest = line_.substr(at_ + 1);
    if (!rest.empty() && (rest[0] == '"' || rest[0] == '\\')) {
      at_ += 2;
      return rest[0];
    }
    unsigned value = 0;
    if (rest.size() < 5 || !rest.starts_with("u00")) return refuse("unknown escape");
    const auto [end, error] = std::from_chars(rest.data() + 3, rest.data() + 5, value, 16);
    if (error != std::errc{} || end != rest.data() + 5 || value > 0x7f) return refuse("unknown escape");
    at_ += 6;
    return static_cast<char>(value);
  }

  std::string_view line_;
  std::size_t at_ = 0;
};

bool is_time(std::string_view time) {
  constexpr std::string_view kShape = "0000-00-00T00:00:00Z";
  if (time.size() != kShape.size()) return false;
  for (std::size_t i = 0; i < kShape.size(); ++i) {
    const bool digit = time[i] >= '0' && time[i] <= '9';
    if (kShape[i] == '0' ? !digit : time[i] != kShape[i]) return false;
  }
  const auto two = [&](std::size_t i) { return (time[i] - '0') * 10 + (time[i + 1] - '0'); };
  return two(5) >= 1 && two(5) <= 12 && two(8) >= 1 && two(8) <= 31 && two(11) <= 23 && two(14) <= 59 && two(17) <= 60;
}

bool is_inside_case(std::string_view path) {
  if (path.starts_with('/')) return false;
  for (const auto& part : std::filesystem::path(path)) {
    if (part == "..") return false;
  }
  return true;
}

}  // namespace

Status check_event(const CustodyEvent& event) {
  if (!is_time(event.time)) {
    return fail(ErrorCode::kUsage, fmt::format("time is '{}', expected the form 2022-07-18T09:00:00Z",
                                               escape_terminal(event.time.substr(0, 40))));
  }
  if (event.who.empty()) return fail(ErrorCode::kUsage, "who is empty, expected a name");
  if (event.action.empty()) return fail(ErrorCode::kUsage, "action is empty, expected a word such as 'added'");
  if (event.action == custody_action::kRepaired) {
    return fail(ErrorCode::kUsage, "action is 'repaired', which only the log itself may write");
  }
  if (!is_inside_case(event.path)) {
    return fail(ErrorCode::kUsage,
                fmt::format("path is '{}', expected one inside the case", escape_terminal(event.path)));
  }
  for (const std::string* field : {&event.who, &event.action, &event.path, &event.note}) {
    if (field->size() > kMaxCustodyField) {
      return fail(ErrorCode::kUsage,
                  fmt::format("a field has {} bytes, at most {} accepted", field->size(), kMaxCustodyField));
    }
  }
  return {};
}

CustodyEntry seal(std::uint64_t sequence, CustodyEvent event, const Sha256& previous) {
  CustodyEntry entry{sequence, std::move(event), previous, {}};
  for (std::string* field : {&entry.event.who, &entry.event.action, &entry.event.path, &entry.event.note}) {
    *field = valid_utf8(*field);
  }
  entry.hash = sha256(as_bytes(open_line(entry) + "}"));
  return entry;
}

std::string write_line(const CustodyEntry& entry) {
  return fmt::format(R"({},"hash":"{}"}})", open_line(entry), to_hex(entry.hash));
}

Result<CustodyEntry> read_line(std::string_view line) {
  LineReader in(line);
  CustodyEntry entry;
  const auto member = [&in](std::string_view name, auto read, auto& into) -> Status {
    PROVA_TRY(in.literal(name));
    PROVA_TRY(value, read());
    into = std::move(value);
    return {};
  };
  const auto integer = [&in] { return in.integer(); };
  const auto string = [&in] { return in.string(); };
  const auto digest = [&in] { return in.digest(); };
  PROVA_TRY(member(R"({"sequence":)", integer, entry.sequence));
  PROVA_TRY(member(R"(,"time":)", string, entry.event.time));
  PROVA_TRY(member(R"(,"who":)", string, entry.event.who));
  PROVA_TRY(member(R"(,"action":)", string, entry.event.action));
  PROVA_TRY(member(R"(,"path":)", string, entry.event.path));
  PROVA_TRY(member(R"(,"sha256":)", [&in] { return in.digest_or_null(); }, entry.event.sha256));
  PROVA_TRY(member(R"(,"size":)", integer, entry.event.size));
  PROVA_TRY(member(R"(,"note":)", string, entry.event.note));
  PROVA_TRY(member(R"(,"previous":)", digest, entry.previous));
  PROVA_TRY(member(R"(,"hash":)", digest, entry.hash));
  PROVA_TRY(in.literal("}"));
  if (!in.at_end() || write_line(entry) != line) {
    return fail(ErrorCode::kMalformed, "not in canonical form, expected the exact bytes that prova writes");
  }
  return entry;
}

bool hash_holds(const CustodyEntry& entry) { return sha256(as_bytes(open_line(entry) + "}")) == entry.hash; }

}  // namespace prova::custody
