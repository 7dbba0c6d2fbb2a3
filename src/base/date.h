#pragma once
// Days and written dates. A case speaks of days, months and years; comparisons need days.

#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace prova {

/// A calendar day, Gregorian, UTC.
using Day = std::chrono::sys_days;

/// A date as it was written ("2022-07-17", "2022-06", "2021-05..2022-01"), and the days that it may mean.
struct DateSpan {
  std::string text;
  Day first{};
  Day last{};
  friend bool operator==(const DateSpan&, const DateSpan&) = default;
};

/// Reads YYYY, YYYY-MM, YYYY-MM-DD or two of them joined by "..". Years 1970 to 2199, the range that reports use.
/// Errors: kMalformed (not a date of these forms, a day that no calendar has, an end before the beginning).
[[nodiscard]] Result<DateSpan> parse_date(std::string_view text);

/// One day. A month or year is read as its last day: what is only known to be "in May" was not known on 2 May.
/// Errors: as parse_date; kMalformed for a span with "..".
[[nodiscard]] Result<Day> parse_day(std::string_view text);

/// "2022-07-17".
[[nodiscard]] std::string to_string(Day day);

}  // namespace prova
