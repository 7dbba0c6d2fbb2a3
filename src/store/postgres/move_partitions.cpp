#include "store/postgres/move_partitions.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "store/postgres/copy_partition.h"
#include "store/postgres/move_plan.h"
#include "store/postgres/placement_lock.h"
#include "store/postgres/schema.h"
#include "store/postgres/server_setup.h"

namespace prova {
namespace {

/// Passes over a partition before writers are kept out: each leaves what was written during the one before, so the last one is short.
constexpr int kPassesBeforeLock = 3;
/// Attempts to get the tables while writers are kept out; they then go first, and we try again.
constexpr int kAttemptsUnderLock = 4;
/// Readers wait behind us so long, at most.
constexpr int kReaderPatienceMs = 2'000;
constexpr std::chrono::milliseconds kRest(1'000);
/// A mover that was killed is gone after a second or two.
constexpr int kOtherMoverPatienceMs = 10'000;

/// A row of prova.moves.
struct Move {
  std::int16_t part = 0;
  ServerIndex from, to;
  bool swapped = false;
};

std::string shard_value(const Placement& placement, ServerIndex server) { return server ? std::to_string(placement.shards[*server].id) : "NULL"; }

/// Has the server end our session, and with it our locks, soon after we are gone, whatever it is doing for us.
Status notice_dead_client(PostgresConnection& connection) {
  return connection.execute("SET client_connection_check_interval = '1s'; SET tcp_keepalives_idle = 30; SET tcp_keepalives_interval = 10; "
                            "SET tcp_keepalives_count = 3");
}

class PartitionMover {
 public:
  PartitionMover(PostgresConnection& coordinator, std::string url, const MoveWatch& watch) : coordinator_(coordinator), url_(std::move(url)), watch_(watch) {}

  Result<MoveOutcome> run(const MoveOrder& order) {
    PROVA_TRY(begin());
    PROVA_TRY(plan, plan_moves(placement_, order));
    PROVA_TRY(left, read_unfinished());
    for (const Move& move : left) {
      // One that goes on to the same server is not in the way.
      const bool goes_on = !move.swapped && std::find(plan.begin(), plan.end(), PlannedMove{move.part, move.to}) != plan.end();
      if (goes_on) continue;
      PROVA_TRY(went_on, told(move, tidy(move)));
      if (!went_on) return interrupted();
      ++outcome_.tidied;
    }
    for (const PlannedMove& planned : plan) {
      const Move move{planned.part, placement_.shard_of[static_cast<std::size_t>(planned.part)], planned.to, false};
      PROVA_TRY(went_on, told(move, carry_out(move)));
      if (!went_on) return interrupted();
      outcome_.moved.push_back({move.part, name_of(placement_, move.from), name_of(placement_, move.to)});
    }
    return std::move(outcome_);
  }

 private:
  Status begin() {
    PROVA_TRY(notice_dead_client(coordinator_));
    // Held by this session until it ends, and with it the command.
    PROVA_TRY(coordinator_.execute(fmt::format("SET lock_timeout = {}", kOtherMoverPatienceMs)));
    const Status alone = coordinator_.execute(fmt::format("SELECT pg_advisory_lock({}, 0)", kMoveLock));
    if (!alone && coordinator_.is_alive()) {
      return tl::unexpected<Error>(Error{ErrorCode::kStore, "another command is moving partitions of this index; let it finish, or try again in a minute when it was killed",
                                         std::nullopt, coordinator_.server()});
    }
    PROVA_TRY(alone);
    PROVA_TRY(coordinator_.execute("SET lock_timeout = DEFAULT"));
    PROVA_TRY(placement, read_placement(coordinator_));
    placement_ = std::move(placement);
    PROVA_TRY(number, coordinator_.run("SELECT nextval('prova.next_mover')"));
    mover_ = number.number(0, 0);
    return {};
  }

  Result<std::vector<Move>> read_unfinished() {
    PROVA_TRY(rows, coordinator_.run("SELECT part, source, target, swapped FROM prova.moves ORDER BY part"));
    const auto server = [&](std::size_t row, int column) -> ServerIndex {
      if (rows.is_null(row, column)) return std::nullopt;
      const auto found = std::find_if(placement_.shards.begin(), placement_.shards.end(), [&](const auto& shard) { return shard.id == rows.number(row, column); });
      return static_cast<std::size_t>(found - placement_.shards.begin());  // Listed: a foreign key says so.
    };
    std::vector<Move> moves;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      moves.push_back({static_cast<std::int16_t>(rows.number(i, 0)), server(i, 1), server(i, 2), rows.number(i, 3) != 0});
    }
    return moves;
  }

  /// Says to an error where the partition is served from, and what to do.
  Result<bool> told(const Move& move, Result<bool> result) {
    if (result) return result;
    Error error = std::move(result).error();
    if (!coordinator_.is_alive()) {
      error.message += fmt::format("; `prova index shard list` says which server serves partition {}, and the same command goes on from here", move.part);
      return tl::unexpected<Error>(std::move(error));
    }
    error.message += swapped_ || move.swapped
                         ? fmt::format("; partition {} is served by {}, and the copy on {} that nobody reads is deleted when the same command is run again",
                                       move.part, name_of(placement_, move.to), name_of(placement_, move.from))
                         : fmt::format("; partition {} is served by {} as before, and the same command goes on from here", move.part, name_of(placement_, move.from));
    return tl::unexpected<Error>(std::move(error));
  }

  MoveOutcome interrupted() {
    outcome_.interrupted = true;
    return std::move(outcome_);
  }

  [[nodiscard]] bool step(const Move& move, std::string_view what, std::uint64_t done = 0, std::uint64_t total = 0) const {
    return watch_(fmt::format("Partition {} to {}: {}", move.part, name_of(placement_, move.to), what), done, total);
  }

  /// A server that is the one that is listed, and of this version.
  Result<std::unique_ptr<PostgresConnection>> connect(ServerIndex server) const {
    if (!server) {
      PROVA_TRY(connection, PostgresConnection::open(url_));
      PROVA_TRY(notice_dead_client(*connection));
      return connection;
    }
    const Placement::Shard& shard = placement_.shards[*server];
    PROVA_TRY(connection, PostgresConnection::open(shard.url, coordinator_.user()));
    PROVA_TRY(notice_dead_client(*connection));
    PROVA_TRY(version, schema_version(*connection));
    const auto refuse = [&](ErrorCode code, std::string message) {
      return tl::unexpected<Error>(Error{code, std::move(message), std::nullopt, connection->server()});
    };
    if (version != static_cast<std::int64_t>(kPostgresVersion)) {
      return refuse(ErrorCode::kStore, fmt::format("the database holds an index of version {}, expected {}: `prova index init` brings all servers of an index to one version",
                                                   version, kPostgresVersion));
    }
    PROVA_TRY(mark, read_mark(*connection));
    if (mark != ServerMark{placement_.identity, shard.id}) {
      return refuse(ErrorCode::kUsage, fmt::format("the database is not the one that is listed as shard {} ({}) of this index, it belongs to another", shard.id, shard.url));
    }
    return connection;
  }

  static PartitionTables tables_at_target(const Move& move) { return {move.part, !move.to}; }

  /// The whole way of one partition. False: told to stop.
  Result<bool> carry_out(const Move& move) {
    swapped_ = dropped_ = false;
    if (!step(move, "beginning")) return false;
    PROVA_TRY(noted, coordinator_.run(fmt::format("INSERT INTO prova.moves (part, source, target) VALUES ({}, {}, {}) ON CONFLICT (part) DO NOTHING",
                                                  move.part, shard_value(placement_, move.from), shard_value(placement_, move.to))));
    PROVA_TRY(from, connect(move.from));
    PROVA_TRY(to, connect(move.to));
    if (!step(move, "making tables")) return false;
    PROVA_TRY(make_target(move, *to));
    // From here on the target has the tables, and what is committed in them is right.
    for (int pass = 0; pass < kPassesBeforeLock; ++pass) {
      const std::uint64_t before = outcome_.rows;
      PROVA_TRY(went_on, copy(move, *from, *to));
      if (!went_on) return false;
      if (outcome_.rows == before) break;
    }
    PROVA_TRY(changed, change_place(move, *from, *to));
    if (!changed) return false;
    // From here on the target serves.
    if (dropped_) return true;
    return drop(move, move.from, *from, 0);
  }

  Status make_target(const Move& move, PostgresConnection& to) const {
    PROVA_TRY(transaction, SqlTransaction::start(to));
    PROVA_TRY(claim_server(to, mover_));
    if (move.to) {
      PROVA_TRY(make_partition(to, move.part));
      return transaction.commit();
    }
    const PartitionTables tables = tables_at_target(move);
    for (const StoredTable table : kAllRowTables) {
      // The check is what attaching need not look for in every row.
      PROVA_TRY(to.execute(fmt::format("CREATE TABLE IF NOT EXISTS {0} (LIKE prova.{1} INCLUDING STORAGE, CONSTRAINT {1}_{2}_pkey PRIMARY KEY (address) "
                                       "WITH (fillfactor = 100), CONSTRAINT this_part CHECK (part = {2}))", tables[table], name_of(table), move.part)));
    }
    return transaction.commit();
  }

  Result<bool> copy(const Move& move, PostgresConnection& from, PostgresConnection& to) {
    const auto watch = [&](std::uint64_t done, std::uint64_t total) { return step(move, "copying rows", done, total); };
    PROVA_TRY(copied, copy_partition(from, {move.part, false}, to, tables_at_target(move), mover_, watch));
    outcome_.rows += copied.rows;
    return copied.complete;
  }

  /// Keeps writers out, copies what they wrote meanwhile, and lets the target serve. False: told to stop.
  Result<bool> change_place(const Move& move, PostgresConnection& from, PostgresConnection& to) {
    for (;;) {
      PlacementLock lock(coordinator_);
      PROVA_TRY(locked, lock.take([&] { return step(move, "waiting for writers"); }));
      if (!locked) return false;
      PROVA_TRY(complete, copy(move, from, to));
      if (!complete) return false;
      // From here on the two copies are the same, and stay so while we hold the lock.
      PROVA_TRY(done, wait_patiently(coordinator_, [&](int patience_ms) { return swap(move, std::min(patience_ms, kReaderPatienceMs)); },
                                     kAttemptsUnderLock, [] { return true; }));
      if (done) {
        swapped_ = true;
        // While no writer is at work nobody holds the old tables for long.
        PROVA_TRY(dropped, drop(move, move.from, from, kAttemptsUnderLock));
        dropped_ = dropped;
        PROVA_TRY(lock.release());
        return true;
      }
      PROVA_TRY(lock.release());
      if (!step(move, "waiting for readers")) return false;
      std::this_thread::sleep_for(kRest);
    }
  }

  /// One transaction of the session that holds the lock: committed only if nobody wrote since the copies were the same.
  Status swap(const Move& move, int patience_ms) {
    PROVA_TRY(transaction, SqlTransaction::start(coordinator_));
    PROVA_TRY(coordinator_.execute(fmt::format("SET LOCAL lock_timeout = {}", patience_ms)));
    for (const StoredTable table : kAllRowTables) {
      PROVA_TRY(coordinator_.execute(fmt::format("DROP VIEW prova.{1}_{2}_visible; DROP {0} prova.{1}_{2}", move.from ? "FOREIGN TABLE" : "TABLE",
                                                 name_of(table), move.part)));
      if (move.to) continue;
      PROVA_TRY(coordinator_.execute(fmt::format("ALTER TABLE prova.{0}_{1}_copy RENAME TO {0}_{1}; ALTER TABLE prova.{0} ATTACH PARTITION prova.{0}_{1} "
                                                 "FOR VALUES IN ({1}); ALTER TABLE prova.{0}_{1} DROP CONSTRAINT this_part", name_of(table), move.part)));
    }
    if (move.to) PROVA_TRY(make_foreign_partition(coordinator_, move.part, placement_.shards[*move.to].id));
    PROVA_TRY(make_views(coordinator_, move.part));
    PROVA_TRY(coordinator_.execute(fmt::format("UPDATE prova.partitions SET shard = {} WHERE part = {}; UPDATE prova.moves SET swapped = true WHERE part = {}; "
                                               "UPDATE prova.store SET moves = moves + 1", shard_value(placement_, move.to), move.part, move.part)));
    return transaction.commit();
  }

  /// What an interrupted move left: the old copy of one that came to its change of place, else the unfinished new one.
  Result<bool> tidy(const Move& move) {
    if (!step(move, "tidying up after an interrupted move")) return false;
    const ServerIndex server = move.swapped ? move.from : move.to;
    PROVA_TRY(connection, connect(server));
    return drop(move, server, *connection, 0);
  }

  /// Deletes the copy on a server that does not serve, then the note of the move. `attempts` 0: until it is done. False: told to stop, or
  /// no attempt was left; the note stays.
  Result<bool> drop(const Move& move, ServerIndex server, PostgresConnection& connection, int attempts) {
    PROVA_TRY(serving, coordinator_.run(fmt::format("SELECT 1 FROM prova.partitions WHERE part = {} AND shard IS NOT DISTINCT FROM {}::smallint", move.part,
                                                    shard_value(placement_, server))));
    if (serving.size() != 0) {
      return tl::unexpected<Error>(Error{ErrorCode::kStore, "the catalogue names the copy that is to be deleted as the one that serves; nothing was deleted, see `prova index verify`",
                                         std::nullopt, connection.server()});
    }
    const PartitionTables tables{move.part, !server};
    for (const StoredTable table : kAllRowTables) {
      const auto attempt = [&](int patience_ms) -> Status {
        PROVA_TRY(transaction, SqlTransaction::start(connection));
        PROVA_TRY(connection.execute(fmt::format("SET LOCAL lock_timeout = {}", std::min(patience_ms, kReaderPatienceMs))));
        PROVA_TRY(claim_server(connection, mover_));
        PROVA_TRY(connection.execute(fmt::format("DROP TABLE IF EXISTS {}", tables[table])));
        return transaction.commit();
      };
      PROVA_TRY(done, wait_patiently(connection, attempt, attempts, [&] { return step(move, "deleting the old copy"); }));
      if (!done) return false;
    }
    PROVA_TRY(forgotten, coordinator_.run(fmt::format("DELETE FROM prova.moves WHERE part = {}", move.part)));
    return true;
  }

  PostgresConnection& coordinator_;  ///< Holds the lock of movers, and while a partition changes its place that of the placement.
  std::string url_;
  const MoveWatch& watch_;
  Placement placement_;
  std::int64_t mover_ = 0;
  bool swapped_ = false;  ///< The partition in hand is served by its target,
  bool dropped_ = false;  ///< and its old copy is gone.
  MoveOutcome outcome_;
};

}  // namespace

Result<MoveOutcome> move_postgres_partitions(const std::string& url, const MoveOrder& order, const MoveWatch& watch) {
  PROVA_TRY(coordinator, PostgresConnection::open(url));
  return PartitionMover(*coordinator, url, watch).run(order);
}

}  // namespace prova
