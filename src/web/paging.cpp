#include "web/paging.h"

#include <fmt/format.h>

namespace prova::web {
namespace {

/// Every value of that name in the query.
Result<std::vector<std::string>> values_of(const Call& call, const std::string& facet) {
  std::vector<std::string> values;
  for (const auto& [name, value] : call.target.query) {
    if (name != facet || value.empty()) continue;
    if (values.size() == kMaxFacetValues) return fail(ErrorCode::kLimit, fmt::format("{} is given more than {} times", facet, kMaxFacetValues));
    values.push_back(value);
  }
  return values;
}

}  // namespace

Result<RowQuery> row_query(const Call& call, const std::vector<std::string>& facets) {
  RowQuery query;
  query.search = call.query("q").value_or("");
  if (query.search.size() > kMaxSearchBytes) return fail(ErrorCode::kLimit, fmt::format("q has {} bytes, at most {} accepted", query.search.size(), kMaxSearchBytes));
  query.sort = call.query("sort").value_or("");
  PROVA_TRY(offset, call.number("offset", 0, 1ULL << 40, 0));
  PROVA_TRY(limit, call.number("limit", 0, kMaxPageRows, 100));
  query.offset = offset;
  query.limit = limit;
  for (const std::string& facet : facets) {
    PROVA_TRY(values, values_of(call, facet));
    if (!values.empty()) query.facets.emplace(facet, std::move(values));
  }
  return query;
}

std::vector<QueryName> row_query_names(const std::vector<std::string>& facets, const std::string& orders) {
  std::vector<QueryName> names = {{"q", "Rows that contain this text, ASCII capitals aside"},
                                  {"sort", "One of " + orders + "; '-' before it: descending"},
                                  {"offset", "Rows to leave out first"},
                                  {"limit", fmt::format("Rows at most, up to {}", kMaxPageRows)}};
  for (const std::string& facet : facets) names.push_back({facet, "Rows that have this value; given more than once: one of these"});
  return names;
}

}  // namespace prova::web
