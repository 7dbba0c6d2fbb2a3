#pragma once
// A long list of a report, page by page: a browser shows forty rows of a hundred thousand, so it is sent forty.

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "base/result.h"

namespace prova {

/// One row as it is sent, and what it is found and ordered by.
struct TableRow {
  std::string json;                              ///< One JSON value. Written by us, whatever it holds.
  std::string label;                             ///< Ordered by as "label"; searched. Untrusted.
  std::string searched;                          ///< Further text that a search looks at.
  std::vector<double> numbers;                   ///< Parallel to RowTable::numbers.
  std::vector<std::vector<std::string>> facets;  ///< Parallel to RowTable::facets: its values of each.
};

/// Which rows, and in which order.
struct RowQuery {
  std::string search;                               ///< Rows that contain it, ASCII capitals aside; empty: all.
  std::map<std::string, std::vector<std::string>> facets;  ///< Rows that have one of these values of every facet named.
  std::string sort;                                 ///< Empty: as in the report. "label" or a number's name; '-' before it: descending.
  std::uint64_t offset = 0, limit = 100;
};

/// Rows in one answer.
constexpr std::uint64_t kMaxPageRows = 1000;
/// Rows of one table: a program of a million functions, a file server of a million files. What is beyond is counted, not kept.
constexpr std::size_t kMaxTableRows = 1'000'000;

/// Read-only after the last add. Thread safe then.
class RowTable {
 public:
  RowTable(std::vector<std::string> numbers, std::vector<std::string> facets) : numbers_(std::move(numbers)), facets_(std::move(facets)) {}
  /// REQUIRES: as many numbers and facets as the table has. Above kMaxTableRows the row is counted only.
  void add(TableRow row);
  [[nodiscard]] std::uint64_t rows() const { return rows_.size(); }
  /// The first row that is `wanted`, or null. O(n).
  template <typename Wanted>
  [[nodiscard]] const TableRow* first(Wanted wanted) const {
    const auto at = std::find_if(rows_.begin(), rows_.end(), wanted);
    return at == rows_.end() ? nullptr : &*at;
  }
  /// {"schema", "rows_total", "left_out", "matching", "offset", "facets": {facet: {value: rows}}, "rows": [...]}. The facets
  /// count all rows. Rows of equal value keep the report's order. Errors: kUsage (an order or facet that there is not; limit above
  /// kMaxPageRows). O(n log n).
  [[nodiscard]] Result<std::string> page(std::string_view schema, const RowQuery& query) const;

 private:
  [[nodiscard]] Result<std::vector<std::uint32_t>> chosen(const RowQuery& query) const;
  [[nodiscard]] Status order(std::vector<std::uint32_t>& rows, const std::string& by) const;
  [[nodiscard]] std::string facet_counts() const;

  std::vector<std::string> numbers_, facets_;
  std::vector<TableRow> rows_;
  std::vector<std::map<std::string, std::uint64_t>> counts_;
  std::uint64_t left_out_ = 0;
};

}  // namespace prova
