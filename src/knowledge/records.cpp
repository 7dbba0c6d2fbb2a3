#include "knowledge/records.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <fmt/format.h>

#include "base/escape.h"

namespace prova::knowledge {
namespace {

bool all_digits(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

bool is_id(std::string_view id, char letter) { return id.size() == 5 && id[0] == letter && all_digits(id.substr(1)); }

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

void drop_prefix(std::string_view& text, std::string_view prefix) {
  if (text.size() < prefix.size()) return;
  const bool same = std::equal(prefix.begin(), prefix.end(), text.begin(), [](char a, char b) { return a == lower(b); });
  if (same) text.remove_prefix(prefix.size());
}

constexpr auto kMonths = std::to_array<std::string_view>({"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep",
                                                           "oct", "nov", "dec"});

/// "November 30" or "November" as "-11-30", "-11"; empty when it is neither.
std::string month_and_day(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == ',')) text.remove_prefix(1);
  if (text.size() < 3) return {};
  const std::array<char, 3> head{lower(text[0]), lower(text[1]), lower(text[2])};
  const auto month = std::find(kMonths.begin(), kMonths.end(), std::string_view(head.data(), head.size()));
  if (month == kMonths.end()) return {};
  const auto number = static_cast<int>(month - kMonths.begin()) + 1;
  const std::size_t space = text.find_first_of("0123456789");
  int day = 0;
  if (space == std::string_view::npos) return fmt::format("-{:02}", number);
  std::from_chars(text.data() + space, text.data() + text.size(), day);
  return day >= 1 && day <= 31 ? fmt::format("-{:02}-{:02}", number, day) : fmt::format("-{:02}", number);
}

}  // namespace

void add_skipped(Source& source, std::uint64_t position, std::string_view id, std::string reason) {
  ++source.skipped_count;
  if (source.skipped.size() < kMaxSkipped) {
    source.skipped.push_back({position, bounded_text(id, kMaxNameBytes), std::move(reason)});
  }
}

bool is_group_id(std::string_view id) { return is_id(id, 'G'); }
bool is_software_id(std::string_view id) { return is_id(id, 'S'); }
bool is_technique_id(std::string_view id) {
  return is_id(id.substr(0, 5), 'T') &&
         (id.size() == 5 || (id.size() == 9 && id[5] == '.' && all_digits(id.substr(6))));
}

std::string report_key(std::string_view url) {
  drop_prefix(url, "https://");
  drop_prefix(url, "http://");
  drop_prefix(url, "www.");
  url = url.substr(0, url.find_first_of("?#"));
  while (!url.empty() && url.back() == '/') url.remove_suffix(1);
  std::string key(url);
  const auto host_end = key.begin() + static_cast<std::ptrdiff_t>(std::min(key.find('/'), key.size()));
  std::transform(key.begin(), host_end, key.begin(), lower);
  return key;
}

std::optional<Day> date_in_note(std::string_view note) {
  constexpr std::size_t kYear = 4;
  for (std::size_t open = note.find('('); open != std::string_view::npos; open = note.find('(', open + 1)) {
    const std::string_view inside = note.substr(open + 1, note.substr(open + 1).find(')'));
    if (inside.size() < kYear || !all_digits(inside.substr(0, kYear))) continue;
    if (inside.size() > kYear && inside[kYear] >= '0' && inside[kYear] <= '9') continue;
    const std::string year(inside.substr(0, kYear));
    if (auto day = parse_day(year + month_and_day(inside.substr(kYear)))) return *day;
    if (auto day = parse_day(year)) return *day;
  }
  return std::nullopt;
}

std::string bounded_text(std::string_view text, std::size_t limit) {
  if (text.size() > limit) {
    text = text.substr(0, limit);
    while (!text.empty() && (static_cast<unsigned char>(text.back()) & 0xc0U) == 0x80U) text.remove_suffix(1);
    if (!text.empty() && static_cast<unsigned char>(text.back()) >= 0xc0U) text.remove_suffix(1);
  }
  return valid_utf8(text);
}

}  // namespace prova::knowledge
