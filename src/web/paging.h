#pragma once
// How an address asks for some rows of a long list: ?q=&sort=&offset=&limit= and one name per facet.

#include "web/routes.h"
#include "workbench/views/row_table.h"

namespace prova::web {

/// Longest text that is searched for, and values of one facet in a query. Nobody types more; each costs a pass over the rows.
constexpr std::size_t kMaxSearchBytes = 200, kMaxFacetValues = 64;

/// The query's search, order, window, and the values of each of `facets` (one by one: role=new&role=library). Errors: kUsage, kLimit.
[[nodiscard]] Result<RowQuery> row_query(const Call& call, const std::vector<std::string>& facets);
/// Names of these for the OpenAPI description.
[[nodiscard]] std::vector<QueryName> row_query_names(const std::vector<std::string>& facets, const std::string& orders);

}  // namespace prova::web
