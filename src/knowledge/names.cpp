#include "knowledge/names.h"

#include <algorithm>
#include <numeric>

namespace prova::knowledge {
namespace {

/// Longest name that is compared by edit distance.
constexpr std::size_t kMaxCompared = 100;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

/// Levenshtein distance over bytes. O(a x b).
std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

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
