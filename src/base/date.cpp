#include "base/date.h"

#include <fmt/format.h>

namespace prova {
namespace {

constexpr int kFirstYear = 1970;
constexpr int kLastYear = 2199;

/// The decimal number of exactly `width` digits at `at`, or -1.
int digits(std::string_view text, std::size_t at, std::size_t width) {
  if (at + width > text.size()) return -1;
  int value = 0;
  for (const char c : text.substr(at, width)) {
    if (c < '0' || c > '9') return -1;
    value = value * 10 + (c - '0');
  }
  return value;
}

tl::unexpected<Error> not_a_date(std::string_view text) {
  constexpr std::size_t kShown = 40;
  return fail(ErrorCode::kMalformed, fmt::format("'{}' is no date, expected YYYY-MM-DD, YYYY-MM or YYYY from {} to {}",
                                                 text.substr(0, kShown), kFirstYear, kLastYear));
}

/// One date without "..".
Result<DateSpan> parse_one(std::string_view text) {
  using namespace std::chrono;
  const bool has_month = text.size() >= 7;
  const bool has_day = text.size() == 10;
  if (text.size() != 4 && text.size() != 7 && text.size() != 10) return not_a_date(text);
  if ((has_month && text[4] != '-') || (has_day && text[7] != '-')) return not_a_date(text);
  const int y = digits(text, 0, 4);
  const int m = has_month ? digits(text, 5, 2) : 1;
  const int d = has_day ? digits(text, 8, 2) : 1;
  if (y < kFirstYear || y > kLastYear || m < 1 || m > 12 || d < 1) return not_a_date(text);
  const year_month month_of{year{y}, month{static_cast<unsigned>(m)}};
  const year_month_day first = month_of / day{static_cast<unsigned>(d)};
  if (!first.ok()) {
    return fail(ErrorCode::kMalformed, fmt::format("'{}' is no day of the calendar, that month has {} days", text,
                                                   static_cast<unsigned>((month_of / last).day())));
  }
  year_month_day end = first;
  if (!has_month) end = year{y} / December / 31;
  if (has_month && !has_day) end = month_of / last;
  return DateSpan{std::string(text), sys_days{first}, sys_days{end}};
}

}  // namespace

Result<DateSpan> parse_date(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) return parse_one(text);
  PROVA_TRY(from, parse_one(text.substr(0, dots)));
  PROVA_TRY(to, parse_one(text.substr(dots + 2)));
  if (to.last < from.first) {
    return fail(ErrorCode::kMalformed, fmt::format("'{}' ends before it begins", text));
  }
  return DateSpan{std::string(text), from.first, to.last};
}

Result<Day> parse_day(std::string_view text) {
  PROVA_TRY(span, parse_one(text));
  return span.last;
}

std::string to_string(Day day) {
  const std::chrono::year_month_day date{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

}  // namespace prova
