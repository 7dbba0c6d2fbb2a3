#include "evidence/yaml_fields.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <fmt/format.h>

#include "base/edit_distance.h"

namespace prova {
namespace {

/// Longest part of a found value that is quoted in a message.
constexpr std::size_t kQuoted = 40;

std::string shortened(std::string_view text) {
  return text.size() <= kQuoted ? std::string(text) : std::string(text.substr(0, kQuoted)) + "...";
}

bool is_id_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '.';
}

/// Elements of a list node, or the node itself as the only element.
std::vector<YAML::Node> elements(const YAML::Node& node, std::string_view what, Problems& problems) {
  if (!node.IsSequence()) return {node};
  std::vector<YAML::Node> list;
  for (const YAML::Node& element : node) {
    if (list.size() == kMaxListLength) {
      problems.add(line_of(node), fmt::format("{} has more than {} entries", what, kMaxListLength));
      break;
    }
    list.push_back(element);
  }
  return list;
}

}  // namespace

int line_of(const YAML::Node& node) { return node.Mark().line + 1; }

std::string describe(const YAML::Node& node) {
  if (node.IsMap()) return "a map";
  if (node.IsSequence()) return "a list";
  if (!node.IsScalar()) return "nothing";
  return fmt::format("'{}'", shortened(node.Scalar()));
}

std::string expected_one_of(std::string_view found, const std::vector<std::string_view>& known) {
  constexpr std::size_t kNear = 3;
  std::string_view nearest;
  std::size_t best = kNear + 1;
  for (const std::string_view candidate : known) {
    if (found.size() > kMaxIdBytes) break;
    const std::size_t distance = edit_distance(found, candidate);
    if (distance < best && distance < candidate.size()) {
      best = distance;
      nearest = candidate;
    }
  }
  std::string text = fmt::format("expected one of {}", fmt::join(known, ", "));
  if (!nearest.empty()) text += fmt::format(" (nearest: '{}')", nearest);
  return text;
}

std::optional<std::string> read_text(const YAML::Node& node, std::string_view what, Problems& problems) {
  if (!node.IsScalar()) {
    problems.add(line_of(node), fmt::format("{} is {}, expected text", what, describe(node)));
    return std::nullopt;
  }
  const std::string& text = node.Scalar();
  if (text.size() > kMaxTextBytes) {
    problems.add(line_of(node), fmt::format("{} has {} bytes, at most {} accepted", what, text.size(), kMaxTextBytes));
    return std::nullopt;
  }
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if ((byte < 0x20 && c != '\n' && c != '\t') || byte == 0x7f) {
      problems.add(line_of(node), fmt::format("{} holds the control character {:#04x}, expected printable text", what, byte));
      return std::nullopt;
    }
  }
  return text;
}

std::optional<std::string> read_id(const YAML::Node& node, std::string_view what, Problems& problems) {
  const auto text = read_text(node, what, problems);
  if (!text) return std::nullopt;
  if (text->empty() || text->size() > kMaxIdBytes || !std::all_of(text->begin(), text->end(), is_id_character)) {
    problems.add(line_of(node), fmt::format("{} is {}, expected 1 to {} letters, digits, '_', '-' or '.'", what,
                                            describe(node), kMaxIdBytes));
    return std::nullopt;
  }
  return text;
}

std::optional<double> read_number(const YAML::Node& node, std::string_view what, double low, double high,
                                  Problems& problems) {
  double value = 0;
  bool good = node.IsScalar();
  if (good) {
    const std::string& text = node.Scalar();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    good = error == std::errc{} && end == text.data() + text.size() && std::isfinite(value);
  }
  if (!good || value < low || value > high) {
    problems.add(line_of(node), fmt::format("{} is {}, expected a number from {} to {}", what, describe(node), low, high));
    return std::nullopt;
  }
  return value;
}

Fields::Fields(const YAML::Node& node, std::string_view what, std::initializer_list<std::string_view> known,
               Problems& problems)
    : what_(what), line_(line_of(node)), problems_(&problems) {
  if (!node.IsMap()) {
    problems.add(line_, fmt::format("{} is {}, expected a map", what, describe(node)));
    return;
  }
  const std::vector<std::string_view> keys(known);
  for (const auto& entry : node) {
    if (problems.full()) return;
    if (!entry.first.IsScalar()) {
      problems.add(line_of(entry.first), fmt::format("{} has {} as a key, expected text", what, describe(entry.first)));
      continue;
    }
    const std::string& key = entry.first.Scalar();
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) {
      problems.add(line_of(entry.first),
                   fmt::format("{} has the unknown key '{}', {}", what, shortened(key), expected_one_of(key, keys)));
    } else if (std::any_of(entries_.begin(), entries_.end(), [&](const auto& e) { return e.first == key; })) {
      problems.add(line_of(entry.first), fmt::format("{} has the key '{}' twice", what, key));
    } else {
      entries_.emplace_back(key, entry.second);
    }
  }
}

const YAML::Node* Fields::find(std::string_view key) const {
  for (const auto& [name, node] : entries_) {
    if (name == key) return node.IsNull() || !node.IsDefined() ? nullptr : &node;
  }
  return nullptr;
}

const YAML::Node* Fields::need(std::string_view key) {
  const YAML::Node* node = find(key);
  if (node == nullptr) problems_->add(line_, fmt::format("{} has no '{}'", what_, key));
  return node;
}

std::string Fields::text(std::string_view key) {
  const YAML::Node* node = find(key);
  return node == nullptr ? std::string() : read_text(*node, key, *problems_).value_or("");
}

std::string Fields::id(std::string_view key, bool required) {
  const YAML::Node* node = required ? need(key) : find(key);
  return node == nullptr ? std::string() : read_id(*node, key, *problems_).value_or("");
}

std::optional<double> Fields::number(std::string_view key, double low, double high) {
  const YAML::Node* node = find(key);
  return node == nullptr ? std::nullopt : read_number(*node, key, low, high, *problems_);
}

std::optional<int> Fields::integer(std::string_view key, int low, int high) {
  const YAML::Node* node = find(key);
  if (node == nullptr) return std::nullopt;
  int value = 0;
  bool good = node->IsScalar();
  if (good) {
    const std::string& text = node->Scalar();
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    good = error == std::errc{} && end == text.data() + text.size() && value >= low && value <= high;
  }
  if (!good) {
    problems_->add(line_of(*node),
                   fmt::format("{} is {}, expected a whole number from {} to {}", key, describe(*node), low, high));
    return std::nullopt;
  }
  return value;
}

bool Fields::flag(std::string_view key, bool otherwise) {
  const YAML::Node* node = find(key);
  if (node == nullptr) return otherwise;
  const std::string word = node->IsScalar() ? node->Scalar() : std::string();
  if (word == "yes" || word == "true") return true;
  if (word == "no" || word == "false") return false;
  problems_->add(line_of(*node), fmt::format("{} is {}, expected yes or no", key, describe(*node)));
  return otherwise;
}

std::vector<std::string> Fields::ids(std::string_view key) {
  std::vector<std::string> list;
  const YAML::Node* node = find(key);
  if (node == nullptr) return list;
  for (const YAML::Node& element : elements(*node, key, *problems_)) {
    if (auto value = read_id(element, key, *problems_)) list.push_back(*std::move(value));
  }
  std::sort(list.begin(), list.end());
  list.erase(std::unique(list.begin(), list.end()), list.end());
  return list;
}

std::vector<std::string> Fields::texts(std::string_view key) {
  std::vector<std::string> list;
  const YAML::Node* node = find(key);
  if (node == nullptr) return list;
  for (const YAML::Node& element : elements(*node, key, *problems_)) {
    if (auto value = read_text(element, key, *problems_)) list.push_back(*std::move(value));
  }
  return list;
}

}  // namespace prova
