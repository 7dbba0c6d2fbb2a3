#pragma once
// Rows by address, from the partitions that hold them: all of them, or an error that says which are missing.

#include <span>
#include <vector>

#include "base/bytes.h"
#include "store/postgres/addresses.h"
#include "store/postgres/directory.h"

namespace prova {

/// The packed columns of the rows that were asked for. Views live as long as this does.
class FetchedRows {
 public:
  [[nodiscard]] std::size_t size() const { return row_of_.size(); }
  /// Of the address at `index` in the request.
  [[nodiscard]] ByteView packed(std::size_t index) const { return as_bytes(rows_.bytes(row_of_[index], 1)); }

 private:
  friend Result<FetchedRows> fetch_rows(PostgresConnection&, const Placement&, StoredTable, std::span<const std::int64_t>);
  SqlRows rows_;
  std::vector<std::uint32_t> row_of_;
};

/// One SELECT per partition that is asked, under one Append, which asks several shards at the same time (the plan says Async Foreign Scan; a test
/// looks). `asked`: addresses per partition.
[[nodiscard]] std::string select_rows(StoredTable table, const std::vector<std::vector<std::int64_t>>& asked, SqlParameters& parameters);

/// Reads the rows at `addresses`, which are ascending without repeats, with one statement: one array per partition, never a join.
/// Every address must have a row; the caller asks only for rows that a complete index holds.
/// Errors: kNotFound, naming table, partition and server, when one has none: the run was merged away since the directory was
/// read, or rows were lost; those of the connection.
[[nodiscard]] Result<FetchedRows> fetch_rows(PostgresConnection& connection, const Placement& placement, StoredTable table,
                                             std::span<const std::int64_t> addresses);

}  // namespace prova
