// Partitions that move between servers: the same answers before, meanwhile and afterwards, whoever is killed or goes down, and nothing left behind.
// Coordinator and shards are databases of one private server, made for each test.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <set>
#include <thread>

#include "child_process.h"
#include "shared_indexes.h"
#include "store/postgres/connection.h"
#include "store/postgres/fetch_rows.h"
#include "store/postgres/placement_lock.h"
#include "store/postgres/schema.h"
#include "store/shards.h"
#include "store_faults.h"
#include "store_under_test.h"

namespace prova {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

bool go_on(std::string_view, std::uint64_t, std::uint64_t) { return true; }

class SharedMove : public testing::Test {
 protected:
  void SetUp() override {
    for (const char* name : kDatabases) run_sql(server(), fmt::format("CREATE DATABASE {}", name));
    const std::array<std::string, 1> shards = {shard("move_a")};
    const auto made = init_store(url("owner"), shards);
    ASSERT_TRUE(made) << to_string(made.error());
    const auto added = add_shard(url("owner"), shard("move_b"));
    ASSERT_TRUE(added) << to_string(added.error());
  }
  void TearDown() override {
    for (const char* name : kDatabases) run_sql(server(), fmt::format("DROP DATABASE {} WITH (FORCE)", name));
  }

  static PostgresServer& server() { return *SharedIndexes::get()->servers("postgres").front(); }
  static std::string url(const std::string& role = "anna") { return server().url(role, "move_coordinator"); }
  static std::string shard(const std::string& name) { return server().url("", name); }

  static SqlRows ask(const std::string& database, const std::string& sql) {
    const auto connection = PostgresConnection::open(server().url("owner", database));
    EXPECT_TRUE(connection) << to_string(connection.error());
    auto rows = (*connection)->run(sql);
    EXPECT_TRUE(rows) << to_string(rows.error());
    return rows ? std::move(*rows) : SqlRows();
  }

  static void run_sql_in(const std::string& database, const std::string& sql) {
    const auto connection = PostgresConnection::open(server().url("owner", database));
    ASSERT_TRUE(connection) << to_string(connection.error());
    const auto done = (*connection)->execute(sql);
    ASSERT_TRUE(done) << to_string(done.error());
  }

  /// Random samples, some of them replaced, in the index and in the memory store that says what is right.
  void fill() {
    std::mt19937_64 random(1);
    const auto store = open_or_fail(url(), OpenMode::kWrite);
    for (int i = 0; i < 4; ++i) {
      std::vector<StoredSample> batch;
      for (int s = 0; s < 6; ++s) batch.push_back(random_sample(random, shape_));
      ASSERT_TRUE(store->add(batch));
      ASSERT_TRUE(right_->add(batch));
    }
    probes_ = random_probes(random, shape_, 10);
  }
  void expect_right() { expect_same(*right_, *open_or_fail(url("rita"), OpenMode::kRead), probes_); }
  /// What changes if rows are missing, doubled or damaged, in a tenth of the time.
  void expect_right_answers() {
    const auto store = open_or_fail(url("rita"), OpenMode::kRead);
    const auto answered = store->candidates(probes_, 50);
    ASSERT_TRUE(answered) << to_string(answered.error());
    ASSERT_EQ(*answered, right_->candidates(probes_, 50).value());
    ASSERT_THAT(store->verify()->problems, IsEmpty());
  }

  static MoveOutcome move(std::vector<std::int16_t> partitions, const std::string& to) {
    const auto moved = move_partitions(url("owner"), {std::move(partitions), to, false}, go_on);
    EXPECT_TRUE(moved) << to_string(moved.error());
    return moved ? *moved : MoveOutcome{};
  }
  static std::string error_of_move(std::int16_t partition, const std::string& to, const MoveWatch& watch = go_on) {
    const auto moved = move_partitions(url("owner"), {{partition}, to, false}, watch);
    return moved ? "moved" : to_string(moved.error());
  }

  /// Each server has the tables of the partitions that it serves, and of no others.
  static void expect_no_leftovers() {
    const auto listed = list_servers(url("owner")).value();
    EXPECT_TRUE(listed.unfinished.empty());
    const std::array<std::string, 3> databases = {"move_coordinator", "move_a", "move_b"};
    for (std::size_t i = 0; i < listed.servers.size(); ++i) {
      const SqlRows rows = ask(databases[i], "SELECT relname FROM pg_class WHERE relnamespace = 'prova'::regnamespace AND relkind = 'r' AND "
                                             "relname ~ '^(postings|long_postings|prints|blocks)_'");
      std::set<std::string> found, wanted;
      for (std::size_t row = 0; row < rows.size(); ++row) found.emplace(rows.bytes(row, 0));
      for (const std::int16_t part : listed.servers[i].partitions) {
        for (const char* table : {"postings", "long_postings", "prints", "blocks"}) wanted.insert(fmt::format("{}_{}", table, part));
      }
      EXPECT_EQ(found, wanted) << databases[i];
    }
  }

  static constexpr std::array<const char*, 3> kDatabases = {"move_coordinator", "move_a", "move_b"};
  RandomShape shape_{.keys = 150, .identities = 20, .max_functions = 20};
  std::unique_ptr<FingerprintStore> right_ = open_or_fail("memory:", OpenMode::kWrite);
  std::vector<Probe> probes_;
};

TEST_F(SharedMove, EveryRouteKeepsAllAnswersAndLeavesNothingBehind) {
  fill();
  const std::array<std::string, 5> routes = {"move_b", "coordinator", "move_a", "coordinator", "move_b"};
  for (const std::string& to : routes) {
    const MoveOutcome outcome = move({1, 15}, to == "coordinator" ? to : shard(to));
    EXPECT_EQ(outcome.moved.size(), 2U);
    EXPECT_GT(outcome.rows, 0U);
    expect_right();
    expect_no_leftovers();
  }
  // The same again is nothing to do; the catalogue goes on as before.
  EXPECT_THAT(move({1, 15}, "1").moved, IsEmpty());
  EXPECT_TRUE(init_store(url("owner"), {}));
  const auto store = open_or_fail(url(), OpenMode::kWrite);
  ASSERT_TRUE(store->add(numbered_batch(0)));
  ASSERT_TRUE(right_->add(numbered_batch(0)));
  expect_right();
}

TEST_F(SharedMove, BalancingSpreadsOverAllShards) {
  fill();
  const auto moved = move_partitions(url("owner"), {{}, "", true}, go_on);
  ASSERT_TRUE(moved) << to_string(moved.error());
  EXPECT_EQ(moved->moved.size(), 8U);
  const auto listed = list_servers(url()).value();
  EXPECT_THAT(listed.servers[1].partitions, ElementsAre(0, 1, 2, 3, 4, 5, 6, 7));
  EXPECT_THAT(listed.servers[2].partitions, ElementsAre(8, 9, 10, 11, 12, 13, 14, 15));
  expect_right();
  expect_no_leftovers();
}

/// Kills the mover at each of its steps in turn; what it left is looked at, finished by the same command, and moved back.
TEST_F(SharedMove, AKillAtEveryStepIsResumedByTheSameCommand) {
  fill();
  for (const auto& [from, to] : {std::pair("0", "1"), std::pair("0", "coordinator"), std::pair("coordinator", "1")}) {
    move({4}, from);
    int step = 1;
    for (bool killed = true; killed; ++step) {
      ASSERT_LT(step, 100);
      ChildProcess mover({PROVA_PARTITION_MOVER, url("owner"), "4", to, std::to_string(step)});
      const std::string output = mover.rest_of_output();
      mover.wait();
      ASSERT_EQ(output.find("error"), std::string::npos) << output;
      killed = std::count(output.begin(), output.end(), '\n') == step;
      expect_right_answers();
      move({4}, to);
      expect_right_answers();
      expect_no_leftovers();
      move({4}, from);
    }
    EXPECT_GT(step, 8) << from << " to " << to;
  }
}

TEST_F(SharedMove, ReadersGetCompleteAnswersWhilePartitionsMove) {
  fill();
  const auto expected = right_->candidates(probes_, 50).value();
  std::atomic<bool> stop = false;
  std::atomic<int> asked = 0;
  std::jthread reader([&] {
    const auto store = open_or_fail(url("rita"), OpenMode::kRead);
    while (!stop) {
      const auto answered = store->candidates(probes_, 50);
      ASSERT_TRUE(answered) << to_string(answered.error());
      ASSERT_EQ(*answered, expected);
      ++asked;
    }
  });
  for (const std::string to : {"1", "coordinator", "0"}) move({0, 1, 2, 3}, to);
  stop = true;
  reader.join();
  EXPECT_GT(asked, 0);
}

TEST_F(SharedMove, WritersGoOnWhilePartitionsMoveAndMoversAreKilled) {
  std::mt19937_64 random(7);
  ChildProcess writer({PROVA_STORE_WRITER, url(), "0"});
  const std::array<std::string, 3> servers = {"0", "1", "coordinator"};
  for (int i = 0; i < 12; ++i) {
    ChildProcess mover({PROVA_PARTITION_MOVER, url("owner"), std::to_string(random() % 16), servers[random() % servers.size()]});
    std::this_thread::sleep_for(std::chrono::milliseconds(random() % 400));
    mover.kill();
    EXPECT_EQ(mover.rest_of_output().find("error"), std::string::npos);
  }
  writer.kill();
  std::uint64_t confirmed = 0;
  const std::string output = writer.rest_of_output();
  EXPECT_EQ(output.find("error"), std::string::npos) << output;
  for (std::size_t at = 0; (at = output.find("done ", at)) != std::string::npos; ++at) ++confirmed;
  EXPECT_GT(confirmed, 0U);
  const auto finished = move_partitions(url("owner"), {{}, "", true}, go_on);
  ASSERT_TRUE(finished) << to_string(finished.error());
  open_or_fail(url(), OpenMode::kWrite);  // Sweeps.
  const auto store = open_or_fail(url("rita"), OpenMode::kRead);
  EXPECT_THAT(store->verify()->problems, IsEmpty());
  const auto batches = whole_batches(*store);
  EXPECT_GE(batches.size(), confirmed);
  EXPECT_LE(batches.size(), confirmed + 1);
  expect_no_leftovers();
}

TEST_F(SharedMove, AWriterThatIsAtWorkIsWaitedFor) {
  const auto store = open_or_fail(url(), OpenMode::kWrite);
  std::uint64_t batch = 0;
  std::jthread mover;
  std::atomic<bool> moved = false;
  const auto added = store->add_all([&]() -> Result<std::vector<StoredSample>> {
    if (batch == 1) {
      mover = std::jthread([&] {
        move({0, 1, 2, 3}, "1");
        moved = true;
      });
      std::this_thread::sleep_for(std::chrono::milliseconds(1'500));
      EXPECT_FALSE(moved) << "while rows are being written to where the partitions were";
    }
    return batch > 2 ? std::vector<StoredSample>{} : numbered_batch(batch++);
  });
  ASSERT_TRUE(added) << to_string(added.error());
  mover.join();
  EXPECT_EQ(whole_batches(*store), (std::vector<std::uint64_t>{0, 1, 2}));
  EXPECT_THAT(store->verify()->problems, IsEmpty());
}

TEST_F(SharedMove, CtrlCStopsBetweenTwoStepsAndAnotherOrderTidiesUp) {
  fill();
  const auto stopped = move_partitions(url("owner"), {{2}, "1", false},
                                       [](std::string_view stage, std::uint64_t, std::uint64_t) { return stage.find("copying") == std::string_view::npos; });
  ASSERT_TRUE(stopped);
  EXPECT_TRUE(stopped->interrupted);
  const auto listed = list_servers(url()).value();
  ASSERT_EQ(listed.unfinished.size(), 1U);
  EXPECT_EQ(listed.unfinished[0].partition, 2);
  EXPECT_EQ(listed.unfinished[0].from, shard("move_a"));
  EXPECT_EQ(listed.unfinished[0].to, shard("move_b"));
  EXPECT_FALSE(listed.unfinished[0].swapped);
  const MoveOutcome elsewhere = move({2}, "coordinator");
  EXPECT_EQ(elsewhere.tidied, 1U);
  EXPECT_EQ(elsewhere.moved.size(), 1U);
  expect_right();
  expect_no_leftovers();
}

TEST_F(SharedMove, OnlyOneMovesAndOneThatLostItsCoordinatorCannotTouchWhatALaterOneMade) {
  fill();
  bool met = false;
  const auto stale = error_of_move(5, "1", [&](std::string_view stage, std::uint64_t, std::uint64_t) {
    if (met || stage.find("copying") == std::string_view::npos) return true;
    met = true;
    EXPECT_THAT(error_of_move(6, "1"), HasSubstr("another command is moving partitions of this index"));
    ask("move_coordinator", fmt::format("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND classid = {}", kMoveLock));
    // The later one goes the same way: from here on what the first would write to is what serves.
    move({5}, "1");
    return true;
  });
  EXPECT_TRUE(met);
  EXPECT_THAT(stale, HasSubstr("another command that moves partitions has begun since"));
  expect_right();
  expect_no_leftovers();
}

TEST_F(SharedMove, AnotherDatabaseThanTheOneThatIsListedIsRefused) {
  fill();
  run_sql(server(), "DROP DATABASE move_b WITH (FORCE)");
  EXPECT_THAT(error_of_move(1, "1"), HasSubstr("make it with createdb"));
  run_sql(server(), "CREATE DATABASE move_b");
  EXPECT_THAT(error_of_move(1, "1"), HasSubstr("the database holds an index of version 0, expected 2"));
  EXPECT_TRUE(init_store(server().url("owner", "move_b"), {}));
  const std::string error = error_of_move(1, "1");
  EXPECT_THAT(error, HasSubstr("is not the one that is listed as shard 1"));
  EXPECT_THAT(error, HasSubstr("partition 1 is served by " + shard("move_a") + " as before"));
  expect_right();
}

std::string error_of_add(const std::string& coordinator, const std::string& shard) {
  const auto added = add_shard(coordinator, shard);
  return added ? "added" : to_string(added.error());
}

TEST_F(SharedMove, WhatCannotBecomeAShardIsRefused) {
  const std::string owner = url("owner");
  EXPECT_EQ(error_of_add(owner, shard("move_b")), "added");  // Again: nothing changes.
  EXPECT_EQ(list_servers(owner)->servers.size(), 3U);
  EXPECT_THAT(error_of_add(owner, shard("move_coordinator")), HasSubstr("the database is the coordinator of this index"));
  EXPECT_THAT(error_of_add(owner, shard("move_b") + "&connect_timeout=9"), HasSubstr("the database is shard 1 of this index already, by another address"));
  EXPECT_THAT(error_of_add(owner, shard("no_such")), HasSubstr("make it with createdb"));
  EXPECT_THAT(error_of_add(owner, "postgresql://a:secret@host/prova"), HasSubstr("put it into ~/.pgpass"));
  EXPECT_THAT(error_of_add(server().url("owner", "move_a"), shard("move_b")), HasSubstr("the database is a shard; the index is reached through its coordinator"));
  EXPECT_THAT(to_string(init_store(server().url("owner", "move_a"), {}).error()), HasSubstr("the database is shard 0 of this index already"));
  // Another index's coordinator and shard, and databases of other versions.
  const std::string other = SharedIndexes::get()->servers("two_shards")[0]->url("", "postgres");
  EXPECT_THAT(error_of_add(owner, other), HasSubstr("the database belongs to another index already; give an empty database"));
  EXPECT_THAT(error_of_add(owner, SharedIndexes::get()->servers("two_shards")[1]->url("", "postgres")), HasSubstr("belongs to another index"));
  ask("move_b", "UPDATE prova.store SET version = 99");
  EXPECT_THAT(error_of_add(owner, shard("move_b")), HasSubstr("index of version 99, this version of prova makes 2: use a newer prova"));
  ask("move_b", "UPDATE prova.store SET version = 1");
  EXPECT_THAT(error_of_add(owner, shard("move_b")), HasSubstr("the database holds an index of version 1 already"));
  EXPECT_THAT(error_of_move(1, "1"), HasSubstr("the database holds an index of version 1, expected 2"));
  EXPECT_THAT(error_of_add("memory:", shard("move_b")), HasSubstr("is no postgresql:// URL"));
}

TEST_F(SharedMove, ANewShardKnowsWhoMayWriteWhat) {
  run_sql(server(), "DROP DATABASE move_b WITH (FORCE); ");
  run_sql(server(), "CREATE DATABASE move_b");
  ask("move_coordinator", "DELETE FROM prova.shards WHERE id = 1");
  ASSERT_TRUE(grant_store(url("owner"), {"partner-red", "ben", true, false}));
  EXPECT_EQ(error_of_add(url("owner"), shard("move_b")), "added");
  move({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, "1");
  ASSERT_TRUE(open_or_fail(url("ben") + "&options=-c%20prova.compartment%3Dpartner-red", OpenMode::kWrite)->add(numbered_batch(0)));
  EXPECT_EQ(open_or_fail(url("anna"), OpenMode::kRead)->samples()->size(), 0U);
  EXPECT_EQ(open_or_fail(url("ben"), OpenMode::kRead)->samples()->size(), kSamplesPerBatch);
}

TEST_F(SharedMove, TheDiskThatAllServersUseIsToldToThoseWhoMaySeeEverything) {
  fill();
  move({1, 2, 3, 4}, "1");
  std::int64_t bytes = 0;
  for (const char* database : kDatabases) bytes += ask(database, "SELECT bytes FROM prova.disk_size").number(0, 0);
  for (const char* role : {"owner", "cora"}) EXPECT_EQ(open_or_fail(url(role), OpenMode::kRead)->info()->bytes_on_disk, static_cast<std::uint64_t>(bytes)) << role;
  EXPECT_EQ(open_or_fail(url("anna"), OpenMode::kRead)->info()->bytes_on_disk, 0U);
  EXPECT_GT(bytes, ask("move_coordinator", "SELECT sum(bytes)::bigint FROM prova.runs").number(0, 0));
}

TEST_F(SharedMove, ShardsAreReadAtTheSameTime) {
  fill();
  move({1, 3, 5}, "1");
  std::vector<std::vector<std::int64_t>> asked(16);
  for (std::size_t part = 0; part < 8; ++part) asked[part] = {row_address(1, static_cast<std::uint32_t>(part)), row_address(2, static_cast<std::uint32_t>(part))};
  for (const char* role : {"owner", "anna", "rita"}) {
    const auto connection = PostgresConnection::open(url(role)).value();
    for (const StoredTable table : {StoredTable::kPostings, StoredTable::kLongPostings, StoredTable::kPrints, StoredTable::kBlocks}) {
      SqlParameters parameters;
      const std::string sql = select_rows(table, asked, parameters);
      const auto plan = connection->run("EXPLAIN (COSTS OFF) " + sql, parameters);
      ASSERT_TRUE(plan) << to_string(plan.error());
      int async = 0;
      for (std::size_t i = 0; i < plan->size(); ++i) async += plan->bytes(i, 0).find("->  Async Foreign Scan on ") != std::string_view::npos;
      EXPECT_EQ(async, 8) << role << " " << name_of(table);
    }
  }
}

/// Back to what prova made before partitions could be moved.
constexpr const char* kToVersionOne = R"(
DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT format('prova.%I', relname) FROM pg_class WHERE relnamespace = 'prova'::regnamespace AND relname LIKE '%visible' LOOP
    EXECUTE 'DROP VIEW ' || name;
  END LOOP;
END $$;
DROP VIEW prova.disk_size; DROP TABLE prova.moves; DROP SEQUENCE prova.next_mover;
ALTER FUNCTION prova.take_ids(smallint, bigint) RENAME TO take_samples;
ALTER TABLE prova.store DROP COLUMN identity, DROP COLUMN shard, DROP COLUMN moves, DROP COLUMN mover;
UPDATE prova.store SET version = 1)";

TEST_F(SharedMove, AnIndexOfVersionOneIsUpgradedWithItsShards) {
  fill();
  move({8, 9, 10}, "1");
  for (const char* database : kDatabases) run_sql_in(database, kToVersionOne);
  run_sql_in("move_coordinator", "DROP FOREIGN TABLE prova.disk_size_0, prova.disk_size_1");
  EXPECT_THAT(to_string(open_store(url(), OpenMode::kRead).error()), HasSubstr("its owner upgrades it with `prova index init URL`"));
  const auto upgraded = init_store(url("owner"), {});
  ASSERT_TRUE(upgraded) << to_string(upgraded.error());
  expect_right();
  move({8, 9, 11}, "coordinator");
  expect_right();
  expect_no_leftovers();
}

TEST_F(SharedMove, AShardThatGoesDownIsNamedAndTheMoveGoesOnWhenItIsBack) {
  fill();
  PostgresServer& other = *SharedIndexes::get()->servers("two_shards")[2];
  run_sql(other, "CREATE DATABASE move_far");
  const std::string far = other.url("", "move_far");
  ASSERT_EQ(error_of_add(url("owner"), far), "added");
  for (const std::string_view when : {"making", "copying", "waiting", "deleting"}) {
    // While it is on the way there, and while it is on the way back.
    for (const std::string& to : {far, std::string("coordinator")}) {
      bool down = false;
      const std::string error = error_of_move(9, to, [&](std::string_view stage, std::uint64_t, std::uint64_t) {
        if (!down && stage.find(when) != std::string_view::npos) {
          other.crash();
          down = true;
        }
        return true;
      });
      ASSERT_TRUE(down);
      if (error != "moved") {
        EXPECT_THAT(error, HasSubstr("/second:5432/move_far")) << when;
        EXPECT_THAT(error, HasSubstr("the same command")) << when;
      }
      ASSERT_TRUE(other.restart());
      move({9}, to);
      expect_right_answers();
      EXPECT_TRUE(list_servers(url())->unfinished.empty()) << when;
    }
  }
  run_sql(other, "DROP DATABASE move_far WITH (FORCE)");
}

TEST_F(SharedMove, AFullDiskOfTheTargetIsNamedAndTheMoveGoesOnWhenThereIsRoom) {
  fill();
  const TemporaryDirectory directory;
  const std::string mounted = directory / "small";
  std::filesystem::create_directory(mounted);
  if (::mount("tmpfs", mounted.c_str(), "tmpfs", 0, "size=192k,mode=0777") != 0) GTEST_SKIP() << "mounting a small file system takes root";
  std::filesystem::permissions(directory.path(), std::filesystem::perms::all);
  std::filesystem::create_directory(mounted + "/space");
  ASSERT_TRUE(server().own(mounted + "/space"));
  run_sql(server(), fmt::format("CREATE TABLESPACE small LOCATION '{}/space'", mounted));
  run_sql(server(), "ALTER DATABASE move_b SET default_tablespace = small");
  const std::string error = [&] {
    for (std::int16_t part = 0; part < 16; ++part) {
      const std::string one = error_of_move(part, "1");
      if (one != "moved") return one;
    }
    return std::string("moved");
  }();
  EXPECT_THAT(error, HasSubstr("the disk of the server is full"));
  EXPECT_THAT(error, HasSubstr("is served by " + shard("move_a") + " as before, and the same command goes on from here"));
  expect_right();
  ASSERT_EQ(::mount("tmpfs", mounted.c_str(), "tmpfs", MS_REMOUNT, "size=64m,mode=0777"), 0);
  move({0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15}, "1");
  expect_right();
  expect_no_leftovers();
  run_sql(server(), "DROP DATABASE move_b WITH (FORCE)");
  run_sql(server(), "DROP TABLESPACE small");
  run_sql(server(), "CREATE DATABASE move_b");
  EXPECT_EQ(::umount(mounted.c_str()), 0);
}

TEST_F(SharedMove, RowsThatAreDamagedOnTheWayAreNotKept) {
  fill();
  // A trigger of the target changes what arrives, as a bad disk would.
  MoveWatch damage = [damaged = false](std::string_view stage, std::uint64_t, std::uint64_t) mutable {
    if (!damaged && stage.find("copying") != std::string_view::npos) {
      damaged = true;
      run_sql_in("move_b", "CREATE FUNCTION public.damage() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.packed = NEW.packed || '\\x00'; RETURN NEW; END $$; "
                           "CREATE TRIGGER damage BEFORE INSERT ON prova.prints_3 FOR EACH ROW EXECUTE FUNCTION public.damage()");
    }
    return true;
  };
  EXPECT_THAT(error_of_move(3, "1", damage), HasSubstr("differ after they were copied"));
  EXPECT_EQ(ask("move_b", "SELECT count(*) FROM prova.prints_3").number(0, 0), 0);
  expect_right();
  run_sql_in("move_b", "DROP TRIGGER damage ON prova.prints_3");
  move({3}, "1");
  expect_right();
}

}  // namespace
}  // namespace prova
