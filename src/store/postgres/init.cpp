#include "store/postgres/init.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/postgres/addresses.h"
#include "store/postgres/connection.h"
#include "store/postgres/directory.h"
#include "store/postgres/schema.h"

namespace prova {
namespace {

/// Compartments' names are typed by people and stand in settings of roles.
constexpr std::size_t kMaxCompartmentName = 63;

Result<std::int64_t> schema_version(PostgresConnection& connection) {
  PROVA_TRY(known, connection.run("SELECT to_regclass('prova.store') IS NOT NULL"));
  if (known.number(0, 0) == 0) return std::int64_t{0};
  PROVA_TRY(version, connection.run("SELECT version FROM prova.store"));
  return version.size() == 0 ? std::int64_t{0} : version.number(0, 0);
}

/// Brings one server's tables to this version, in one transaction. The partitions that `is_here` names are made.
template <typename IsHere>
Status migrate(PostgresConnection& connection, const IsHere& is_here) {
  PROVA_TRY(version, schema_version(connection));
  if (version > static_cast<std::int64_t>(kPostgresVersion)) {
    return tl::unexpected<Error>(Error{ErrorCode::kStore, fmt::format("index of version {}, this version of prova makes {}: use a newer prova",
                                       version, kPostgresVersion), std::nullopt, connection.server()});
  }
  const auto schema = postgres_schema();
  for (std::size_t i = static_cast<std::size_t>(version); i < schema.size(); ++i) PROVA_TRY(connection.execute(std::string(schema[i])));
  PROVA_TRY(connection.execute(fmt::format("INSERT INTO prova.store VALUES (1, {0}, {1}, {2}) ON CONFLICT (one) DO UPDATE SET version = {0}",
                                           kPostgresVersion, kFingerprintScheme, kPartitions)));
  for (std::int16_t part = 0; part < kPartitions; ++part) {
    if (!is_here(part)) continue;
    for (const StoredTable table : {StoredTable::kPostings, StoredTable::kLongPostings, StoredTable::kPrints, StoredTable::kBlocks}) {
      const std::string name = fmt::format("prova.{}_{}", name_of(table), part);
      PROVA_TRY(connection.execute(fmt::format("CREATE TABLE IF NOT EXISTS {} PARTITION OF prova.{} (PRIMARY KEY (address) WITH (fillfactor = 100)) "
                                               "FOR VALUES IN ({})", name, name_of(table), part)));
    }
  }
  return {};
}

Status make_foreign_server(PostgresConnection& coordinator, std::size_t id, const std::string& url) {
  PROVA_TRY(options, parse_postgres_url(url));
  PROVA_TRY(known, coordinator.run("SELECT 1 FROM pg_foreign_server WHERE srvname = $1", SqlParameters().add_text(fmt::format("prova_shard_{}", id))));
  if (known.size() > 0) return {};
  std::string text;
  for (const char* name : {"host", "port", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey"}) {
    if (const auto given = options.find(name); given != options.end()) text += fmt::format("{} {}, ", name, sql_literal(given->second));
  }
  // A shard that is cut off must become an error within half a minute, and never be waited for in silence.
  text += "connect_timeout '10', keepalives_idle '10', keepalives_interval '5', tcp_user_timeout '30000', fetch_size '10000', "
          "async_capable 'true', options '-c enable_seqscan=off -c jit=off'";
  PROVA_TRY(coordinator.execute("CREATE EXTENSION IF NOT EXISTS postgres_fdw SCHEMA public"));
  PROVA_TRY(coordinator.execute(fmt::format("CREATE SERVER prova_shard_{} FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({})", id, text)));
  // The password of prova_coordinator, if the shard asks for one, lies with the coordinator's server process (its ~/.pgpass).
  return coordinator.execute(fmt::format("CREATE USER MAPPING FOR PUBLIC SERVER prova_shard_{} OPTIONS (user 'prova_coordinator', "
                                         "password_required 'false')", id));
}

Status place_partitions(PostgresConnection& coordinator, std::span<const std::string> shards) {
  for (std::size_t i = 0; i < shards.size(); ++i) {
    PROVA_TRY(make_foreign_server(coordinator, i, shards[i]));
    PROVA_TRY(done, coordinator.run("INSERT INTO prova.shards VALUES ($1, $2)", SqlParameters().add(static_cast<std::int64_t>(i)).add_text(shards[i])));
  }
  for (std::int16_t part = 0; part < kPartitions; ++part) {
    const std::size_t shard = shards.empty() ? 0 : static_cast<std::size_t>(part) % shards.size();
    PROVA_TRY(coordinator.execute(fmt::format("INSERT INTO prova.partitions VALUES ({}, {})", part, shards.empty() ? "NULL" : std::to_string(shard))));
    if (shards.empty()) continue;
    for (const StoredTable table : {StoredTable::kPostings, StoredTable::kLongPostings, StoredTable::kPrints, StoredTable::kBlocks}) {
      PROVA_TRY(coordinator.execute(fmt::format("CREATE FOREIGN TABLE prova.{0}_{1} PARTITION OF prova.{0} FOR VALUES IN ({1}) SERVER "
                                                "prova_shard_{2} OPTIONS (schema_name 'prova', table_name '{0}')", name_of(table), part, shard)));
    }
  }
  return {};
}

Status check_same_shards(const PostgresConnection& coordinator, const Placement& placement, std::span<const std::string> shards) {
  std::vector<std::string> there;
  for (const Placement::Shard& shard : placement.shards) there.push_back(shard.url);
  if (shards.empty() || std::equal(there.begin(), there.end(), shards.begin(), shards.end())) return {};
  return tl::unexpected<Error>(Error{ErrorCode::kUsage, fmt::format("the index is there and lies on {} shards, in another order or at other addresses than the "
                                     "{} that were given; docs/operations.md says how partitions are moved", there.size(), shards.size()),
                                     std::nullopt, coordinator.server()});
}

}  // namespace

Status init_postgres(const std::string& url, std::span<const std::string> shards) {
  if (shards.size() > static_cast<std::size_t>(kPartitions)) {
    return fail(ErrorCode::kUsage, fmt::format("{} shards, at most {} can be used", shards.size(), kPartitions));
  }
  PROVA_TRY(coordinator, PostgresConnection::open(url));
  PROVA_TRY(version, schema_version(*coordinator));
  std::vector<std::string> placed(shards.begin(), shards.end());
  if (version == static_cast<std::int64_t>(kPostgresVersion)) {
    PROVA_TRY(placement, read_placement(*coordinator));
    PROVA_TRY(check_same_shards(*coordinator, placement, shards));
    return {};
  }
  // Shards first: what the coordinator lists is there.
  for (std::size_t i = 0; i < placed.size(); ++i) {
    PROVA_TRY(shard, PostgresConnection::open(placed[i], coordinator->user()));
    PROVA_TRY(transaction, SqlTransaction::start(*shard));
    PROVA_TRY(migrate(*shard, [&](std::int16_t part) { return static_cast<std::size_t>(part) % placed.size() == i; }));
    PROVA_TRY(transaction.commit());
  }
  PROVA_TRY(transaction, SqlTransaction::start(*coordinator));
  PROVA_TRY(migrate(*coordinator, [&](std::int16_t) { return placed.empty(); }));
  PROVA_TRY(place_partitions(*coordinator, placed));
  return transaction.commit();
}

namespace {

Status grant_on(PostgresConnection& connection, std::int64_t id, const CompartmentGrant& grant) {
  PROVA_TRY(transaction, SqlTransaction::start(connection));
  PROVA_TRY(made, connection.run("INSERT INTO prova.compartments (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                                 SqlParameters().add(id).add_text(grant.compartment)));
  if (grant.revoke) {
    PROVA_TRY(gone, connection.run("DELETE FROM prova.members WHERE compartment = $1 AND member = $2", SqlParameters().add(id).add_text(grant.role)));
  } else {
    PROVA_TRY(done, connection.run("INSERT INTO prova.members VALUES ($1, $2, $3 <> 0) ON CONFLICT (compartment, member) DO UPDATE SET may_write = $3 <> 0",
                                   SqlParameters().add(id).add_text(grant.role).add(grant.may_write ? 1 : 0)));
  }
  return transaction.commit();
}

}  // namespace

Status grant_compartment(const std::string& url, const CompartmentGrant& grant) {
  if (grant.compartment.empty() || grant.compartment.size() > kMaxCompartmentName || grant.role.empty() || grant.role.size() > kMaxCompartmentName) {
    return fail(ErrorCode::kUsage, fmt::format("names of compartments and roles have 1 to {} bytes", kMaxCompartmentName));
  }
  PROVA_TRY(coordinator, PostgresConnection::open(url));
  PROVA_TRY(placement, read_placement(*coordinator));
  PROVA_TRY(role, coordinator->run("SELECT 1 FROM pg_roles WHERE rolname = $1", SqlParameters().add_text(grant.role)));
  if (role.size() == 0) return fail(ErrorCode::kUsage, fmt::format("the server has no role {}; make it with createuser", grant.role));
  PROVA_TRY(known, coordinator->run("SELECT coalesce((SELECT id FROM prova.compartments WHERE name = $1), (SELECT max(id) + 1 FROM prova.compartments))",
                                    SqlParameters().add_text(grant.compartment)));
  const std::int64_t id = known.number(0, 0);
  // Shards first, so that whoever may write here may write there.
  for (const Placement::Shard& shard : placement.shards) {
    PROVA_TRY(connection, PostgresConnection::open(shard.url, coordinator->user()));
    PROVA_TRY(grant_on(*connection, id, grant));
  }
  return grant_on(*coordinator, id, grant);
}

}  // namespace prova
