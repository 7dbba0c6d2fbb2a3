#include "store/postgres/init.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/postgres/connection.h"
#include "store/postgres/directory.h"
#include "store/postgres/placement_lock.h"
#include "store/postgres/schema.h"
#include "store/postgres/server_setup.h"

namespace prova {
namespace {

/// Compartments' names are typed by people and stand in settings of roles.
constexpr std::size_t kMaxCompartmentName = 63;

/// Where each partition of a new index lies.
std::optional<std::int16_t> first_place(std::int16_t part, std::size_t shards) {
  if (shards == 0) return std::nullopt;
  return static_cast<std::int16_t>(static_cast<std::size_t>(part) % shards);
}

Status place_partitions(PostgresConnection& coordinator, std::span<const std::string> shards) {
  for (std::size_t i = 0; i < shards.size(); ++i) {
    PROVA_TRY(done, coordinator.run("INSERT INTO prova.shards VALUES ($1, $2)", SqlParameters().add(static_cast<std::int64_t>(i)).add_text(shards[i])));
  }
  for (std::int16_t part = 0; part < kPartitions; ++part) {
    const auto shard = first_place(part, shards.size());
    PROVA_TRY(coordinator.execute(fmt::format("INSERT INTO prova.partitions VALUES ({}, {})", part, shard ? std::to_string(*shard) : "NULL")));
    PROVA_TRY(shard ? make_foreign_partition(coordinator, part, *shard) : make_partition(coordinator, part));
  }
  return {};
}

Status check_same_shards(const PostgresConnection& coordinator, std::span<const std::string> there, std::span<const std::string> given) {
  if (given.empty() || std::equal(there.begin(), there.end(), given.begin(), given.end())) return {};
  return tl::unexpected<Error>(Error{ErrorCode::kUsage, fmt::format("the index is there and lies on {} shards, in another order or at other addresses than the "
                                     "{} that were given; `prova index shard add` adds one", there.size(), given.size()),
                                     std::nullopt, coordinator.server()});
}

/// The shards of an index that is there, or those that were given for a new one.
Result<std::vector<std::string>> wanted_shards(PostgresConnection& coordinator, std::int64_t version, std::span<const std::string> given) {
  if (version == 0) return std::vector<std::string>(given.begin(), given.end());
  PROVA_TRY(rows, coordinator.run("SELECT url FROM prova.shards ORDER BY id"));
  std::vector<std::string> listed;
  for (std::size_t i = 0; i < rows.size(); ++i) listed.emplace_back(rows.bytes(i, 0));
  PROVA_TRY(check_same_shards(coordinator, listed, given));
  return listed;
}

/// Shards first: what the coordinator lists is there, and of this version.
Status set_up_shard(PostgresConnection& coordinator, const std::string& url, const ServerMark& mark, std::size_t shards, bool is_new) {
  PROVA_TRY(shard, PostgresConnection::open(url, coordinator.user()));
  PROVA_TRY(check_free_for(*shard, mark, !is_new));
  PROVA_TRY(transaction, SqlTransaction::start(*shard));
  PROVA_TRY(migrate(*shard, mark));
  for (std::int16_t part = 0; part < kPartitions && is_new; ++part) {
    if (first_place(part, shards) == mark.shard) PROVA_TRY(make_partition(*shard, part));
  }
  return transaction.commit();
}

}  // namespace

Status init_postgres(const std::string& url, std::span<const std::string> shards) {
  if (shards.size() > static_cast<std::size_t>(kPartitions)) {
    return fail(ErrorCode::kUsage, fmt::format("{} shards, at most {} can be used", shards.size(), kPartitions));
  }
  PROVA_TRY(coordinator, PostgresConnection::open(url));
  PROVA_TRY(version, schema_version(*coordinator));
  PROVA_TRY(placed, wanted_shards(*coordinator, version, shards));
  PROVA_TRY(identity, new_identity(*coordinator));
  PROVA_TRY(mark, read_mark(*coordinator));
  if (!mark) mark = ServerMark{identity, std::nullopt};
  PROVA_TRY(check_free_for(*coordinator, {mark->identity, std::nullopt}, true));
  if (version == static_cast<std::int64_t>(kPostgresVersion)) {
    PROVA_TRY(placement, read_placement(*coordinator));
    return {};
  }
  for (std::size_t i = 0; i < placed.size(); ++i) {
    PROVA_TRY(set_up_shard(*coordinator, placed[i], {mark->identity, static_cast<std::int16_t>(i)}, placed.size(), version == 0));
  }
  PROVA_TRY(transaction, SqlTransaction::start(*coordinator));
  PROVA_TRY(migrate(*coordinator, *mark));
  for (std::size_t i = 0; i < placed.size(); ++i) {
    PROVA_TRY(make_foreign_server(*coordinator, static_cast<std::int16_t>(i), placed[i]));
    PROVA_TRY(make_disk_size(*coordinator, static_cast<std::int16_t>(i)));
  }
  if (version == 0) PROVA_TRY(place_partitions(*coordinator, placed));
  for (std::int16_t part = 0; part < kPartitions; ++part) PROVA_TRY(make_views(*coordinator, part));
  return transaction.commit();
}

namespace {

Status grant_on(PostgresConnection& connection, std::int64_t id, const CompartmentGrant& grant) {
  PROVA_TRY(made, connection.run("INSERT INTO prova.compartments (id, name) VALUES ($1, $2) ON CONFLICT DO NOTHING",
                                 SqlParameters().add(id).add_text(grant.compartment)));
  if (grant.revoke) {
    PROVA_TRY(gone, connection.run("DELETE FROM prova.members WHERE compartment = $1 AND member = $2", SqlParameters().add(id).add_text(grant.role)));
  } else {
    PROVA_TRY(done, connection.run("INSERT INTO prova.members VALUES ($1, $2, $3 <> 0) ON CONFLICT (compartment, member) DO UPDATE SET may_write = $3 <> 0",
                                   SqlParameters().add(id).add_text(grant.role).add(grant.may_write ? 1 : 0)));
  }
  return {};
}

}  // namespace

Status grant_compartment(const std::string& url, const CompartmentGrant& grant) {
  if (grant.compartment.empty() || grant.compartment.size() > kMaxCompartmentName || grant.role.empty() || grant.role.size() > kMaxCompartmentName) {
    return fail(ErrorCode::kUsage, fmt::format("names of compartments and roles have 1 to {} bytes", kMaxCompartmentName));
  }
  PROVA_TRY(coordinator, PostgresConnection::open(url));
  PROVA_TRY(transaction, SqlTransaction::start(*coordinator));
  PROVA_TRY(share_placement(*coordinator));  // A shard that is being added gets all memberships, or we see it.
  PROVA_TRY(placement, read_placement(*coordinator));
  PROVA_TRY(role, coordinator->run("SELECT 1 FROM pg_roles WHERE rolname = $1", SqlParameters().add_text(grant.role)));
  if (role.size() == 0) return fail(ErrorCode::kUsage, fmt::format("the server has no role {}; make it with createuser", grant.role));
  PROVA_TRY(known, coordinator->run("SELECT coalesce((SELECT id FROM prova.compartments WHERE name = $1), (SELECT max(id) + 1 FROM prova.compartments))",
                                    SqlParameters().add_text(grant.compartment)));
  const std::int64_t id = known.number(0, 0);
  // Shards first, so that whoever may write here may write there.
  for (const Placement::Shard& shard : placement.shards) {
    PROVA_TRY(connection, PostgresConnection::open(shard.url, coordinator->user()));
    PROVA_TRY(there, SqlTransaction::start(*connection));
    PROVA_TRY(grant_on(*connection, id, grant));
    PROVA_TRY(there.commit());
  }
  PROVA_TRY(grant_on(*coordinator, id, grant));
  return transaction.commit();
}

}  // namespace prova
