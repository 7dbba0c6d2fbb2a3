#include "store/postgres/fetch_rows.h"

#include <fmt/format.h>

#include <algorithm>

namespace prova {

std::string select_rows(StoredTable table, const std::vector<std::vector<std::int64_t>>& asked, SqlParameters& parameters) {
  std::string sql;
  for (std::size_t part = 0; part < asked.size(); ++part) {
    if (asked[part].empty()) continue;
    parameters.add_all(asked[part]);
    sql += fmt::format("{}SELECT address, packed FROM prova.{}_{}_visible WHERE address = ANY (${})", sql.empty() ? "" : " UNION ALL ",
                       name_of(table), part, parameters.size());
  }
  return sql;
}

Result<FetchedRows> fetch_rows(PostgresConnection& connection, const Placement& placement, StoredTable table,
                               std::span<const std::int64_t> addresses) {
  FetchedRows fetched;
  if (addresses.empty()) return fetched;
  std::vector<std::vector<std::int64_t>> asked(placement.shard_of.size());
  for (const std::int64_t address : addresses) {
    asked[static_cast<std::size_t>(partition_of(table, address, placement.partitions()))].push_back(address);
  }
  SqlParameters parameters;
  const std::string sql = select_rows(table, asked, parameters);
  PROVA_TRY(rows, connection.run(sql, parameters));
  constexpr std::uint32_t kMissing = ~0U;
  fetched.row_of_.assign(addresses.size(), kMissing);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int64_t address = rows.number(i, 0);
    const auto place = std::lower_bound(addresses.begin(), addresses.end(), address);
    if (place != addresses.end() && *place == address) fetched.row_of_[static_cast<std::size_t>(place - addresses.begin())] = static_cast<std::uint32_t>(i);
  }
  const auto missing = std::find(fetched.row_of_.begin(), fetched.row_of_.end(), kMissing);
  if (missing != fetched.row_of_.end()) {
    const std::int64_t address = addresses[static_cast<std::size_t>(missing - fetched.row_of_.begin())];
    return tl::unexpected<Error>(
        Error{ErrorCode::kNotFound,
              fmt::format("{} of {} rows of {} are missing, the first one is row {} of run {} in {}; the answer would be incomplete: restore "
                          "that partition from its backup, or learn the samples again (`prova index verify` lists them)",
                          std::count(missing, fetched.row_of_.end(), kMissing), addresses.size(), name_of(table), number_of(address),
                          run_of(address), placement.describe(partition_of(table, address, placement.partitions()))),
              std::nullopt, connection.server()});
  }
  fetched.rows_ = std::move(rows);
  return fetched;
}

}  // namespace prova
