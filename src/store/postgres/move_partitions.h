#pragma once
// Shards of an index in PostgreSQL: listing, adding, moving partitions. The declarations in store/shards.h say what they promise.

#include <string>

#include "store/shards.h"

namespace prova {

[[nodiscard]] Result<IndexServers> list_postgres_servers(const std::string& url);
[[nodiscard]] Status add_postgres_shard(const std::string& url, const std::string& shard_url);
[[nodiscard]] Result<MoveOutcome> move_postgres_partitions(const std::string& url, const MoveOrder& order, const MoveWatch& watch);

}  // namespace prova
