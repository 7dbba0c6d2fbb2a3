#pragma once
// Makes an index in PostgreSQL, and says who may see which part of it.

#include <span>
#include <string>

#include "store/open.h"

namespace prova {

/// Runs the schema files that the database and its shards have not seen, and places the partitions of a new index: evenly over `shards`, or
/// here without any. Can be interrupted and called again; an index that is there stays. REQUIRES a superuser on each server (roles,
/// postgres_fdw). Errors: those of PostgresConnection; kUsage (too many shards; the index is there and lies on other shards; a shard
/// belongs to another index).
[[nodiscard]] Status init_postgres(const std::string& url, std::span<const std::string> shards);

/// Sets a membership, on the coordinator and on every shard. REQUIRES the owner of the index. Errors: kUsage (names); those of
/// PostgresConnection.
[[nodiscard]] Status grant_compartment(const std::string& url, const CompartmentGrant& grant);

}  // namespace prova
