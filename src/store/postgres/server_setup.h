#pragma once
// What `prova index init` and `prova index shard add` do on one server: tables, the mark that says which index the server belongs to, and the
// foreign servers of the coordinator.

#include <optional>
#include <span>
#include <string>

#include "store/postgres/addresses.h"
#include "store/postgres/connection.h"
#include "store/postgres/directory.h"

namespace prova {

/// Each of the partitioned tables has so many partitions, whatever the number of shards: a partition is what can be placed, so at
/// most as many shards can be used; each costs a look-up some tens of microseconds.
constexpr std::int16_t kPartitions = 16;
constexpr std::array<StoredTable, kRowTables> kAllRowTables = {StoredTable::kPostings, StoredTable::kLongPostings, StoredTable::kPrints,
                                                               StoredTable::kBlocks};

/// Which index a server belongs to, and as what.
struct ServerMark {
  std::string identity;                ///< A UUID as text.
  std::optional<std::int16_t> shard;   ///< Number of the shard; none: the coordinator.
  friend bool operator==(const ServerMark&, const ServerMark&) = default;
};

/// The mark of a coordinator, from what the server and the database are: the same at each call, so that making an index can be interrupted.
/// REQUIRES a superuser.
[[nodiscard]] Result<std::string> new_identity(PostgresConnection& coordinator);
/// None: the database holds no index, or one of version 1, which had no marks. Errors: those of the connection.
[[nodiscard]] Result<std::optional<ServerMark>> read_mark(PostgresConnection& connection);
/// 0: the database holds no index.
[[nodiscard]] Result<std::int64_t> schema_version(PostgresConnection& connection);

/// Errors: kUsage, naming the server, when its database belongs to another index or is listed as something else in this one; kStore
/// when it is of a newer version, or of an older one without a mark that `mark` does not list (`listed`).
[[nodiscard]] Status check_free_for(PostgresConnection& connection, const ServerMark& mark, bool listed);

/// Brings the tables of one server to this version and marks it. REQUIRES a transaction that the caller commits.
[[nodiscard]] Status migrate(PostgresConnection& connection, const ServerMark& mark);
/// Makes a partition of all four tables that rows can be written to, unless it is there.
[[nodiscard]] Status make_partition(PostgresConnection& connection, std::int16_t part);
/// On the coordinator: a partition of all four tables whose rows lie on a shard.
[[nodiscard]] Status make_foreign_partition(PostgresConnection& coordinator, std::int16_t part, std::int16_t shard);
/// On the coordinator: what readers ask for the rows of a partition, wherever they lie. REQUIRES: the partition is there.
[[nodiscard]] Status make_views(PostgresConnection& coordinator, std::int16_t part);
/// On the coordinator: how it reaches a shard, unless it is known. Errors: those of the connection; kUsage (not a URL, password in it).
[[nodiscard]] Status make_foreign_server(PostgresConnection& coordinator, std::int16_t shard, const std::string& url);
/// On the coordinator: the size of a shard's disk, unless it is known.
[[nodiscard]] Status make_disk_size(PostgresConnection& coordinator, std::int16_t shard);

}  // namespace prova
