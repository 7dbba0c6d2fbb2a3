#include "store/postgres/server_setup.h"

#include <fmt/format.h>

#include "fingerprint/fingerprint.h"
#include "store/postgres/schema.h"

namespace prova {
namespace {

tl::unexpected<Error> refuse(const PostgresConnection& connection, ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::nullopt, connection.server()});
}

std::string shard_value(const std::optional<std::int16_t>& shard) { return shard ? std::to_string(*shard) : "NULL"; }

}  // namespace

Result<std::string> new_identity(PostgresConnection& coordinator) {
  PROVA_TRY(rows, coordinator.run("SELECT encode(substr(sha256(convert_to(c.system_identifier || ' ' || d.oid, 'UTF8')), 1, 16), 'hex')::uuid::text "
                                  "FROM pg_control_system() c, pg_database d WHERE d.datname = current_database()"));
  return std::string(rows.bytes(0, 0));
}

Result<std::int64_t> schema_version(PostgresConnection& connection) {
  PROVA_TRY(known, connection.run("SELECT to_regclass('prova.store') IS NOT NULL"));
  if (known.number(0, 0) == 0) return std::int64_t{0};
  PROVA_TRY(version, connection.run("SELECT version FROM prova.store"));
  return version.size() == 0 ? std::int64_t{0} : version.number(0, 0);
}

Result<std::optional<ServerMark>> read_mark(PostgresConnection& connection) {
  PROVA_TRY(version, schema_version(connection));
  if (version < 2) return std::optional<ServerMark>{};
  PROVA_TRY(rows, connection.run("SELECT identity::text, shard FROM prova.store"));
  ServerMark mark{std::string(rows.bytes(0, 0)), std::nullopt};
  if (!rows.is_null(0, 1)) mark.shard = static_cast<std::int16_t>(rows.number(0, 1));
  return std::optional(mark);
}

Status check_free_for(PostgresConnection& connection, const ServerMark& mark, bool listed) {
  PROVA_TRY(version, schema_version(connection));
  if (version > static_cast<std::int64_t>(kPostgresVersion)) {
    return refuse(connection, ErrorCode::kStore, fmt::format("index of version {}, this version of prova makes {}: use a newer prova", version, kPostgresVersion));
  }
  PROVA_TRY(there, read_mark(connection));
  if (!there) {
    if (version == 0 || listed) return {};
    return refuse(connection, ErrorCode::kStore, fmt::format("the database holds an index of version {} already; give an empty database (createdb)", version));
  }
  if (there->identity != mark.identity) {
    return refuse(connection, ErrorCode::kUsage, "the database belongs to another index already; give an empty database (createdb)");
  }
  if (there->shard == mark.shard) return {};
  return refuse(connection, ErrorCode::kUsage, there->shard ? fmt::format("the database is shard {} of this index already, by another address (`prova index shard list`)", *there->shard)
                                                            : std::string("the database is the coordinator of this index; a shard needs a database of its own"));
}

Status migrate(PostgresConnection& connection, const ServerMark& mark) {
  PROVA_TRY(version, schema_version(connection));
  const auto schema = postgres_schema();
  for (std::size_t i = static_cast<std::size_t>(version); i < schema.size(); ++i) PROVA_TRY(connection.execute(std::string(schema[i])));
  return connection.execute(fmt::format("INSERT INTO prova.store (one, version, scheme, partitions, identity, shard) VALUES (1, {0}, {1}, {2}, {3}, {4}) "
                                        "ON CONFLICT (one) DO UPDATE SET version = {0}, identity = {3}, shard = {4}",
                                        kPostgresVersion, kFingerprintScheme, kPartitions, sql_literal(mark.identity), shard_value(mark.shard)));
}

/// Made aside and attached: that way others go on reading and writing the other partitions.
Status make_partition(PostgresConnection& connection, std::int16_t part) {
  for (const StoredTable table : kAllRowTables) {
    const std::string name = fmt::format("{}_{}", name_of(table), part);
    PROVA_TRY(known, connection.run("SELECT to_regclass($1) IS NOT NULL", SqlParameters().add_text("prova." + name)));
    if (known.number(0, 0) != 0) continue;
    PROVA_TRY(connection.execute(fmt::format(
        "CREATE TABLE prova.{0} (LIKE prova.{1} INCLUDING STORAGE, CONSTRAINT {0}_pkey PRIMARY KEY (address) WITH (fillfactor = 100)); "
        "ALTER TABLE prova.{1} ATTACH PARTITION prova.{0} FOR VALUES IN ({2})", name, name_of(table), part)));
  }
  return {};
}

Status make_foreign_partition(PostgresConnection& coordinator, std::int16_t part, std::int16_t shard) {
  for (const StoredTable table : kAllRowTables) {
    PROVA_TRY(coordinator.execute(fmt::format("CREATE FOREIGN TABLE prova.{0}_{1} PARTITION OF prova.{0} FOR VALUES IN ({1}) SERVER "
                                              "prova_shard_{2} OPTIONS (schema_name 'prova', table_name '{0}')", name_of(table), part, shard)));
  }
  return {};
}

Status make_views(PostgresConnection& coordinator, std::int16_t part) {
  for (const StoredTable table : kAllRowTables) {
    PROVA_TRY(coordinator.execute(fmt::format(
        "CREATE VIEW prova.{0}_{1}_visible WITH (security_barrier) AS SELECT address, packed FROM prova.{0}_{1} WHERE part = {1} AND "
        "compartment = ANY ((SELECT prova.readable())::smallint[]); GRANT SELECT ON prova.{0}_{1}_visible TO prova_reader", name_of(table), part)));
  }
  return {};
}

Status make_foreign_server(PostgresConnection& coordinator, std::int16_t shard, const std::string& url) {
  PROVA_TRY(options, parse_postgres_url(url));
  PROVA_TRY(known, coordinator.run("SELECT 1 FROM pg_foreign_server WHERE srvname = $1", SqlParameters().add_text(fmt::format("prova_shard_{}", shard))));
  if (known.size() > 0) return {};
  std::string text;
  for (const char* name : {"host", "port", "dbname", "sslmode", "sslrootcert", "sslcert", "sslkey"}) {
    if (const auto given = options.find(name); given != options.end()) text += fmt::format("{} {}, ", name, sql_literal(given->second));
  }
  // A shard that is cut off must become an error within half a minute, and never be waited for in silence.
  text += "connect_timeout '10', keepalives_idle '10', keepalives_interval '5', tcp_user_timeout '30000', fetch_size '10000', "
          "async_capable 'true', options '-c enable_seqscan=off -c jit=off'";
  PROVA_TRY(coordinator.execute("CREATE EXTENSION IF NOT EXISTS postgres_fdw SCHEMA public"));
  PROVA_TRY(coordinator.execute(fmt::format("CREATE SERVER prova_shard_{} FOREIGN DATA WRAPPER postgres_fdw OPTIONS ({})", shard, text)));
  // The password of prova_coordinator, if the shard asks for one, lies with the coordinator's server process (its ~/.pgpass).
  return coordinator.execute(fmt::format("CREATE USER MAPPING FOR PUBLIC SERVER prova_shard_{} OPTIONS (user 'prova_coordinator', "
                                         "password_required 'false')", shard));
}

Status make_disk_size(PostgresConnection& coordinator, std::int16_t shard) {
  return coordinator.execute(fmt::format("CREATE FOREIGN TABLE IF NOT EXISTS prova.disk_size_{0} (bytes bigint) SERVER prova_shard_{0} "
                                         "OPTIONS (schema_name 'prova', table_name 'disk_size'); GRANT SELECT ON prova.disk_size_{0} TO prova_curator", shard));
}

}  // namespace prova
