#include <fmt/format.h>

#include <algorithm>

#include "store/postgres/move_partitions.h"
#include "store/postgres/move_plan.h"
#include "store/postgres/placement_lock.h"
#include "store/postgres/server_setup.h"

namespace prova {
namespace {

/// The number of a shard: that under which its address is listed, else the next one.
std::int16_t number_for(const Placement& placement, const std::string& url) {
  std::int16_t next = 0;
  for (const Placement::Shard& shard : placement.shards) {
    if (shard.url == url) return shard.id;
    next = std::max(next, static_cast<std::int16_t>(shard.id + 1));
  }
  return next;
}

bool is_listed(const Placement& placement, std::int16_t number) {
  return std::any_of(placement.shards.begin(), placement.shards.end(), [&](const Placement::Shard& shard) { return shard.id == number; });
}

/// As check_free_for; a database that an interrupted call has marked with a number that nobody got is free.
Status check_free(PostgresConnection& shard, const Placement& placement, const ServerMark& mark) {
  PROVA_TRY(there, read_mark(shard));
  const bool abandoned = there && there->identity == mark.identity && there->shard && !is_listed(placement, *there->shard);
  return abandoned ? Status{} : check_free_for(shard, mark, false);
}

/// Who may see and write what is the same on all servers.
Status copy_memberships(PostgresConnection& coordinator, PostgresConnection& shard) {
  PROVA_TRY(shard.execute("DELETE FROM prova.members"));
  PROVA_TRY(compartments, coordinator.run("SELECT id, name FROM prova.compartments ORDER BY id"));
  for (std::size_t i = 0; i < compartments.size(); ++i) {
    PROVA_TRY(done, shard.run("INSERT INTO prova.compartments (id, name) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET name = $2",
                              SqlParameters().add(compartments.number(i, 0)).add_text(compartments.bytes(i, 1))));
  }
  PROVA_TRY(members, coordinator.run("SELECT compartment, member, may_write FROM prova.members ORDER BY compartment, member"));
  for (std::size_t i = 0; i < members.size(); ++i) {
    PROVA_TRY(done, shard.run("INSERT INTO prova.members VALUES ($1, $2, $3 <> 0)", SqlParameters().add(members.number(i, 0))
                                                                                     .add_text(members.bytes(i, 1)).add(members.number(i, 2))));
  }
  return {};
}

Status list_shard(PostgresConnection& coordinator, std::int16_t number, const std::string& url) {
  PROVA_TRY(transaction, SqlTransaction::start(coordinator));
  PROVA_TRY(make_foreign_server(coordinator, number, url));
  PROVA_TRY(make_disk_size(coordinator, number));
  // That the coordinator reaches the shard is better known now than at the first look-up.
  PROVA_TRY(reached, coordinator.run(fmt::format("SELECT bytes FROM prova.disk_size_{}", number)));
  PROVA_TRY(listed, coordinator.run("INSERT INTO prova.shards VALUES ($1, $2) ON CONFLICT (id) DO NOTHING",
                                    SqlParameters().add(number).add_text(url)));
  PROVA_TRY(coordinator.execute("UPDATE prova.store SET moves = moves + 1"));
  return transaction.commit();
}

}  // namespace

Status add_postgres_shard(const std::string& url, const std::string& shard_url) {
  PROVA_TRY(coordinator, PostgresConnection::open(url));
  // Nobody grants a membership meanwhile that the new shard would not get.
  PlacementLock lock(*coordinator);
  PROVA_TRY(locked, lock.take([] { return true; }));
  static_cast<void>(locked);  // Nobody says stop.
  PROVA_TRY(placement, read_placement(*coordinator));
  const ServerMark mark{placement.identity, number_for(placement, shard_url)};
  if (!is_listed(placement, *mark.shard) && placement.shards.size() >= static_cast<std::size_t>(kPartitions)) {
    return fail(ErrorCode::kUsage, fmt::format("the index has {} shards, and at most {} can be used", placement.shards.size(), kPartitions));
  }
  PROVA_TRY(shard, PostgresConnection::open(shard_url, coordinator->user()));
  PROVA_TRY(check_free(*shard, placement, mark));
  PROVA_TRY(transaction, SqlTransaction::start(*shard));
  PROVA_TRY(migrate(*shard, mark));
  PROVA_TRY(copy_memberships(*coordinator, *shard));
  PROVA_TRY(transaction.commit());
  return list_shard(*coordinator, *mark.shard, shard_url);
}

Result<IndexServers> list_postgres_servers(const std::string& url) {
  PROVA_TRY(coordinator, PostgresConnection::open(url));
  PROVA_TRY(transaction, SqlTransaction::start(*coordinator, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY"));
  PROVA_TRY(placement, read_placement(*coordinator));
  PROVA_TRY(rows, coordinator->run("SELECT part, source, target, swapped FROM prova.moves ORDER BY part"));
  IndexServers servers;
  servers.servers.push_back({std::nullopt, "coordinator", {}});
  for (const Placement::Shard& shard : placement.shards) servers.servers.push_back({shard.id, shard.url, {}});
  for (std::size_t part = 0; part < placement.shard_of.size(); ++part) {
    const ServerIndex at = placement.shard_of[part];
    servers.servers[at ? *at + 1 : 0].partitions.push_back(static_cast<std::int16_t>(part));
  }
  const auto name = [&](std::size_t row, int column) {
    if (rows.is_null(row, column)) return std::string("coordinator");
    const auto found = std::find_if(placement.shards.begin(), placement.shards.end(), [&](const auto& shard) { return shard.id == rows.number(row, column); });
    return found == placement.shards.end() ? std::string() : found->url;
  };
  for (std::size_t i = 0; i < rows.size(); ++i) {
    servers.unfinished.push_back({static_cast<std::int16_t>(rows.number(i, 0)), name(i, 1), name(i, 2), rows.number(i, 3) != 0});
  }
  return servers;
}

}  // namespace prova
