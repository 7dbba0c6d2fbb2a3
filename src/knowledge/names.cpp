#include "knowledge/names.h"

#include <algorithm>

#include "base/edit_distance.h"

namespace prova::knowledge {
namespace {

/// Longest name that is compared by edit distance.
constexpr std::size_t kMaxCompared = 100;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

}  // namespace

std::string lower_case(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::string folded(std::string_view name) {
  std::string out;
  for (const char c : name) {
    if (c != ' ' && c != '-' && c != '_' && c != '.') out += lower(c);
  }
  return out;
}

std::vector<std::string> nearest_names(std::string_view name, const std::vector<std::string_view>& known, std::size_t count) {
  const std::string wanted = folded(name);
  if (wanted.empty() || wanted.size() > kMaxCompared) return {};
  std::vector<std::pair<std::size_t, std::size_t>> found;  // (distance, position)
  for (std::size_t i = 0; i < known.size(); ++i) {
    const std::string other = folded(known[i]);
    if (other.empty() || other.size() > kMaxCompared) continue;
    const bool contained = wanted.size() >= 3 && other.find(wanted) != std::string::npos;
    const std::size_t distance = contained ? 0 : edit_distance(wanted, other);
    if (contained || distance <= std::max<std::size_t>(1, wanted.size() / 3)) found.emplace_back(distance, i);
  }
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<std::string> out;
  for (const auto& [distance, i] : found) {
    if (out.size() == count) break;
    if (std::find(out.begin(), out.end(), known[i]) == out.end()) out.emplace_back(known[i]);
  }
  return out;
}

}  // namespace prova::knowledge
