#include "evidence/yaml_spelling.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace prova {
namespace {

/// A text this long is folded over several lines rather than quoted on one. Unit: bytes.
constexpr std::size_t kFoldFrom = 90;

/// A line break and the blanks that the next line begins with.
std::string line_break(std::size_t indent) { return fmt::format("\n{:{}}", "", indent); }

bool is_blank(char c) { return c == ' ' || c == '\t'; }

/// YAML 1.2, 7.3.3 (plain style), and what readers of 1.1 take for null; narrower than the specification.
bool plain_in_flow(std::string_view text) {
  static constexpr auto kNulls = std::to_array<std::string_view>({"~", "null", "Null", "NULL", "---", "..."});
  if (text.empty() || std::find(kNulls.begin(), kNulls.end(), text) != kNulls.end()) return false;
  if (is_blank(text.front()) || is_blank(text.back()) || text.back() == ':') return false;
  constexpr std::string_view kIndicators = "?:,[]{}#&*!|>'\"%@`=<";
  if (kIndicators.find(text.front()) != std::string_view::npos) return false;
  if (text.front() == '-' && (text.size() == 1 || is_blank(text[1]))) return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f || std::string_view(",[]{}").find(c) != std::string_view::npos) return false;
    if (c == ':' && i + 1 < text.size() && is_blank(text[i + 1])) return false;
    if (c == '#' && is_blank(text[i - 1])) return false;
    // Some readers take "a:b" in a flow map apart, and U+0085 or a byte order mark for a line end.
    if (static_cast<unsigned char>(c) == 0xc2 || static_cast<unsigned char>(c) == 0xef) return false;
  }
  return true;
}

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string flow_scalar(std::string_view text) { return plain_in_flow(text) ? std::string(text) : quoted(text); }

/// Whether a folded block gives back this very text: words with one blank between them.
bool folds(std::string_view text) {
  if (text.size() < kFoldFrom || text.front() == ' ' || text.back() == ' ' || text.front() == '#') return false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto byte = static_cast<unsigned char>(text[i]);
    if (byte < 0x20 || byte == 0x7f || byte == 0xc2 || byte == 0xef) return false;
    if (text[i] == ' ' && text[i + 1] == ' ') return false;
  }
  return true;
}

std::string folded(std::string_view text, std::size_t indent) {
  const std::string margin = line_break(indent);
  std::string out = ">-" + margin;
  std::size_t column = indent;
  for (bool first = true; !text.empty(); first = false) {
    const std::string_view word = text.substr(0, text.find(' '));
    text.remove_prefix(std::min(text.size(), word.size() + 1));
    if (!first && column + 1 + word.size() > kYamlColumns) {
      out += margin;
      column = indent;
    } else if (!first) {
      out += ' ';
      ++column;
    }
    out += word;
    column += word.size();
  }
  return out;
}

std::string block_list(const std::vector<EditValue>& list, std::size_t indent) {
  std::string out;
  for (const EditValue& element : list) out += fmt::format("{}- {}", line_break(indent), flow_spelling(element));
  return out;
}

}  // namespace

std::string flow_spelling(const EditValue& value) {
  std::string out;
  switch (value.kind) {
    case EditValue::Kind::kNothing: return "~";
    case EditValue::Kind::kScalar: return flow_scalar(value.text);
    case EditValue::Kind::kList:
      for (const EditValue& element : value.list) out += fmt::format("{}{}", out.empty() ? "" : ", ", flow_spelling(element));
      return fmt::format("[{}]", out);
    case EditValue::Kind::kMap:
      for (const auto& [key, entry] : value.map) out += fmt::format("{}{}: {}", out.empty() ? "" : ", ", flow_scalar(key), flow_spelling(entry));
      return fmt::format("{{{}}}", out);
  }
  return out;
}

std::string entry_spelling(std::string_view key, const EditValue& value, std::size_t indent) {
  constexpr std::size_t kStep = 2;
  const std::string head = flow_scalar(key) + ":";
  if (value.kind == EditValue::Kind::kScalar && folds(value.text)) return head + " " + folded(value.text, indent + kStep);
  const std::string line = head + " " + flow_spelling(value);
  const bool collection = value.kind == EditValue::Kind::kList || value.kind == EditValue::Kind::kMap;
  if (!collection || indent + line.size() <= kYamlColumns) return line;
  if (value.kind == EditValue::Kind::kList) return head + block_list(value.list, indent + kStep);
  std::string out = head;
  for (const auto& [name, entry] : value.map) out += line_break(indent + kStep) + entry_spelling(name, entry, indent + kStep);
  return out;
}

std::string element_spelling(const EditValue& value, std::size_t indent) {
  constexpr std::size_t kStep = 2;
  if (value.kind != EditValue::Kind::kMap || value.map.empty()) return fmt::format("- {}", flow_spelling(value));
  std::string out = "- ";
  for (const auto& [key, entry] : value.map) {
    if (out.size() > kStep) out += line_break(indent + kStep);
    out += entry_spelling(key, entry, indent + kStep);
  }
  return out;
}

}  // namespace prova
