#pragma once
// Makes an index in PostgreSQL, and says who may see which part of it.

#include <span>
#include <string>

#include "store/open.h"

namespace prova {

/// Each of the partitioned tables has so many partitions, whatever the number of shards: a partition is what can be placed, so at
/// most as many shards can be used; each costs a look-up some tens of microseconds.
constexpr std::int16_t kPartitions = 16;

/// Runs the schema files that the database has not seen, and places the partitions: evenly over `shards`, or here without any. Can be
/// interrupted and called again; an index that is there stays. REQUIRES a superuser on each server (roles, postgres_fdw).
/// Errors: those of PostgresConnection; kUsage (too many shards; the index is there and lies on other shards).
[[nodiscard]] Status init_postgres(const std::string& url, std::span<const std::string> shards);

/// Sets a membership, on the coordinator and on every shard. REQUIRES the owner of the index. Errors: kUsage (names); those of
/// PostgresConnection.
[[nodiscard]] Status grant_compartment(const std::string& url, const CompartmentGrant& grant);

}  // namespace prova
