#include "workbench/views/row_table.h"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <numeric>
#include <optional>

#include "base/ascii.h"

namespace prova {
namespace {

std::optional<std::size_t> place_of(const std::vector<std::string>& names, std::string_view name) {
  const auto at = std::find(names.begin(), names.end(), name);
  if (at == names.end()) return std::nullopt;
  return static_cast<std::size_t>(at - names.begin());
}

bool has_any(const std::vector<std::string>& values, const std::vector<std::string>& wanted) {
  return std::any_of(values.begin(), values.end(), [&](const std::string& value) { return std::find(wanted.begin(), wanted.end(), value) != wanted.end(); });
}

}  // namespace

void RowTable::add(TableRow row) {
  if (counts_.empty()) counts_.resize(facets_.size());
  if (rows_.size() == kMaxTableRows) {
    ++left_out_;
    return;
  }
  for (std::size_t i = 0; i < facets_.size(); ++i) {
    for (const std::string& value : row.facets[i]) ++counts_[i][value];
  }
  row.searched = ascii_lower(row.label + '\n' + row.searched);
  rows_.push_back(std::move(row));
}

Result<std::vector<std::uint32_t>> RowTable::chosen(const RowQuery& query) const {
  std::vector<std::pair<std::size_t, const std::vector<std::string>*>> wanted;
  for (const auto& [facet, values] : query.facets) {
    const auto place = place_of(facets_, facet);
    if (!place) return fail(ErrorCode::kUsage, fmt::format("no facet \"{}\"; there are {}", facet, fmt::join(facets_, ", ")));
    if (!values.empty()) wanted.emplace_back(*place, &values);
  }
  const std::string search = ascii_lower(query.search);
  std::vector<std::uint32_t> rows;
  for (std::uint32_t i = 0; i < rows_.size(); ++i) {
    const TableRow& row = rows_[i];
    const bool matches = std::all_of(wanted.begin(), wanted.end(), [&](const auto& one) { return has_any(row.facets[one.first], *one.second); });
    if (matches && (search.empty() || row.searched.find(search) != std::string::npos)) rows.push_back(i);
  }
  return rows;
}

Status RowTable::order(std::vector<std::uint32_t>& rows, const std::string& by) const {
  if (by.empty()) return {};
  const bool descending = by.front() == '-';
  const std::string name = by.substr(descending ? 1 : 0);
  const auto stable = [&](auto less) {
    std::stable_sort(rows.begin(), rows.end(), [&](std::uint32_t a, std::uint32_t b) { return descending ? less(rows_[b], rows_[a]) : less(rows_[a], rows_[b]); });
  };
  if (name == "label") {
    stable([](const TableRow& a, const TableRow& b) { return a.label < b.label; });
    return {};
  }
  const auto place = place_of(numbers_, name);
  if (!place) return fail(ErrorCode::kUsage, fmt::format("cannot sort by \"{}\"; possible are label, {}", name, fmt::join(numbers_, ", ")));
  stable([&](const TableRow& a, const TableRow& b) { return a.numbers[*place] < b.numbers[*place]; });
  return {};
}

std::string RowTable::facet_counts() const {
  nlohmann::ordered_json all = nlohmann::ordered_json::object();
  for (std::size_t i = 0; i < counts_.size(); ++i) all[facets_[i]] = counts_[i];
  return all.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

Result<std::string> RowTable::page(std::string_view schema, const RowQuery& query) const {
  if (query.limit > kMaxPageRows) return fail(ErrorCode::kUsage, fmt::format("{} rows, at most {} at a time", query.limit, kMaxPageRows));
  PROVA_TRY(rows, chosen(query));
  PROVA_TRY(order(rows, query.sort));
  std::string out = fmt::format("{{\"schema\":\"{}\",\"rows_total\":{},\"left_out\":{},\"matching\":{},\"offset\":{},\"facets\":{},\"rows\":[", schema,
                                rows_.size() + left_out_, left_out_, rows.size(), query.offset, facet_counts());
  const std::uint64_t begin = std::min<std::uint64_t>(query.offset, rows.size());
  const std::uint64_t end = std::min<std::uint64_t>(begin + query.limit, rows.size());
  for (std::uint64_t i = begin; i < end; ++i) {
    if (i != begin) out += ',';
    out += rows_[rows[static_cast<std::size_t>(i)]].json;
  }
  return out + "]}\n";
}

}  // namespace prova
