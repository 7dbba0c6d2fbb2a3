// What goes wrong with servers and writers: the shared store says what, where and what to do, loses nothing that it has confirmed and
// shows nothing half.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <chrono>
#include <filesystem>
#include <functional>
#include <thread>

#include "child_process.h"
#include "shared_indexes.h"
#include "store/postgres/connection.h"
#include "store/postgres/index_writer.h"
#include "store_faults.h"
#include "store_under_test.h"

namespace prova {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;

std::string error_of(const std::string& url, OpenMode mode = OpenMode::kRead) {
  const auto store = open_store(url, mode);
  return store ? "opened" : to_string(store.error());
}

std::int64_t ask_number(const PostgresServer& server, const std::string& sql) {
  const auto connection = PostgresConnection::open(server.url());
  EXPECT_TRUE(connection) << to_string(connection.error());
  const auto rows = (*connection)->run(sql);
  EXPECT_TRUE(rows) << to_string(rows.error());
  return rows && rows->size() > 0 ? rows->number(0, 0) : -1;
}

class SharedFault : public testing::TestWithParam<const char*> {
 protected:
  SharedIndexes& indexes() { return *SharedIndexes::get(); }
  std::vector<PostgresServer*> servers() { return indexes().servers(GetParam()); }
  std::string url(const std::string& role = "anna") { return indexes().url(GetParam(), role); }
  void SetUp() override { indexes().empty(GetParam()); }

  /// Rows of a table on the servers that keep them.
  std::int64_t rows_of(const std::string& table) {
    std::int64_t sum = 0;
    const auto all = servers();
    for (std::size_t i = all.size() > 1 ? 1 : 0; i < all.size(); ++i) sum += ask_number(*all[i], "SELECT count(*) FROM prova." + table);
    return sum;
  }
  /// What is listed in the catalogue is what lies on the servers, and nothing else does.
  void expect_no_orphans() {
    for (int attempt = 0; attempt < 50; ++attempt) {  // A server takes a moment to see that its client is gone.
      open_or_fail(url(), OpenMode::kWrite);          // Sweeps.
      if (ask_number(*servers().front(), "SELECT count(*) FROM prova.garbage") == 0) break;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    const PostgresServer& catalogue = *servers().front();
    EXPECT_EQ(ask_number(catalogue, "SELECT count(*) FROM prova.garbage"), 0);
    EXPECT_EQ(rows_of("prints"), ask_number(catalogue, "SELECT coalesce(sum(functions), 0)::bigint FROM prova.runs"));
    EXPECT_EQ(rows_of("postings"), ask_number(catalogue, "SELECT coalesce(sum(1 << bits), 0)::bigint FROM prova.runs"));
    EXPECT_EQ(rows_of("long_postings"), ask_number(catalogue, "SELECT coalesce(sum(long_lists), 0)::bigint FROM prova.runs"));
    EXPECT_EQ(rows_of("blocks"), ask_number(catalogue, "SELECT count(*) FROM prova.samples"));
  }
};
INSTANTIATE_TEST_SUITE_P(Servers, SharedFault, testing::Values("postgres", "two_shards"), [](const auto& name) { return std::string(name.param); });

/// How many batches the output confirms.
std::uint64_t confirmed_in(const std::string& output) {
  std::uint64_t lines = 0;
  for (std::size_t at = 0; (at = output.find("one ", at)) != std::string::npos; ++at) ++lines;
  return lines;
}

int number_of_kills() {
  const char* asked = std::getenv("PROVA_KILLS");
  return asked != nullptr ? std::atoi(asked) : 12;
}

TEST_P(SharedFault, ABatchIsInOrOutAfterAKillAtAnyMoment) {
  std::mt19937_64 random(20220715);
  std::uint64_t confirmed = 0;
  for (int i = 0; i < number_of_kills(); ++i) {
    ChildProcess writer({PROVA_STORE_WRITER, url(), std::to_string(confirmed)});
    if (i % 2 == 1) {
      EXPECT_TRUE(writer.await_output());
    }
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 300'000));
    writer.kill();
    confirmed += confirmed_in(writer.rest_of_output());
    const auto reader = open_or_fail(url(), OpenMode::kRead);
    ASSERT_EQ(reader->verify()->problems, std::vector<std::string>{}) << "kill " << i;
    // All that were confirmed, and perhaps one whose confirmation was not printed any more, or is being committed just now.
    const auto batches = whole_batches(*reader);
    ASSERT_GE(batches.size(), confirmed) << "kill " << i;
    ASSERT_LE(batches.size(), confirmed + 1) << "kill " << i;
    for (std::uint64_t b = 0; b < batches.size(); ++b) ASSERT_EQ(batches[b], b);
    confirmed = batches.size();
  }
  EXPECT_GT(confirmed, 0U);
  expect_no_orphans();
}

TEST_P(SharedFault, AConnectionThatIsLostWhileWritingLeavesTheIndexAsItWas) {
  const auto store = open_or_fail(url(), OpenMode::kWrite);
  ASSERT_TRUE(store->add(numbered_batch(0)));
  std::uint64_t batch = 1;
  const auto added = store->add_all([&]() -> Result<std::vector<StoredSample>> {
    if (batch == 3) {
      for (const PostgresServer* server : servers()) run_sql(*server, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'anna'");
    }
    return batch > 4 ? std::vector<StoredSample>{} : numbered_batch(batch++);
  });
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, ErrorCode::kIo) << to_string(added.error());
  EXPECT_EQ(whole_batches(*open_or_fail(url(), OpenMode::kRead)), std::vector<std::uint64_t>{0});
  // The same object goes on with new connections.
  ASSERT_TRUE(store->add(numbered_batch(1)));
  EXPECT_EQ(whole_batches(*store), (std::vector<std::uint64_t>{0, 1}));
  expect_no_orphans();
}

TEST_P(SharedFault, ASourceThatFailsAddsNothing) {
  const auto store = open_or_fail(url(), OpenMode::kWrite);
  std::uint64_t batch = 0;
  const auto added = store->add_all([&]() -> Result<std::vector<StoredSample>> {
    if (batch == 2) return fail(ErrorCode::kMalformed, "the third batch is damaged");
    return numbered_batch(batch++);
  });
  EXPECT_EQ(to_string(added.error()), "the third batch is damaged");
  EXPECT_TRUE(store->samples()->empty());
  expect_no_orphans();
}

TEST_P(SharedFault, AMissingPartitionIsNamedAndTheAnswerIsAnError) {
  const auto store = open_or_fail(url(), OpenMode::kWrite);
  ASSERT_TRUE(store->add(numbered_batch(0)));
  ASSERT_TRUE(store->candidates(std::vector{probe_for({32, 64}, 7)}, 10));
  for (const PostgresServer* server : servers()) {
    for (int part = 0; part < 16; ++part) {
      if (ask_number(*server, fmt::format("SELECT count(*) FROM pg_class WHERE relname = 'prints_{}' AND relkind = 'r'", part)) > 0) {
        run_sql(*server, fmt::format("TRUNCATE prova.prints_{}", part));
      }
    }
  }
  const auto answer = store->candidates(std::vector{probe_for({32, 64}, 7)}, 10);
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, ErrorCode::kStore);
  EXPECT_THAT(answer.error().message, HasSubstr("rows of prints are missing, the first one is row 0 of run 1 in partition 1"));
  EXPECT_THAT(answer.error().message, HasSubstr("the answer would be incomplete: restore that partition"));
  EXPECT_THAT(store->verify()->problems.front(), HasSubstr("rows of prints are missing"));
  EXPECT_EQ(store->sample(SampleId{1}).error().code, ErrorCode::kStore);
}

TEST_P(SharedFault, DamagedRowsAreFoundAndNamed) {
  const auto store = open_or_fail(url(), OpenMode::kWrite);
  ASSERT_TRUE(store->add(numbered_batch(0)));
  const auto all = servers();
  for (std::size_t i = all.size() > 1 ? 1 : 0; i < all.size(); ++i) {
    run_sql(*all[i], "UPDATE prova.postings SET packed = set_byte(packed, 3, 255 - get_byte(packed, 3))");
  }
  EXPECT_FALSE(store->verify()->problems.empty());
  const auto answer = store->candidates(std::vector{probe_for({32, 64}, 7)}, 10);
  if (!answer) {
    EXPECT_EQ(answer.error().code, ErrorCode::kStore);
    EXPECT_THAT(answer.error().message, HasSubstr("of run 1 in postings is damaged"));
  }
}

TEST_P(SharedFault, ManySmallBatchesLeaveFewRunsAndNothingElse) {
  std::mt19937_64 random(5);
  const RandomShape shape{.identities = 60, .max_functions = 3};
  const auto store = open_or_fail(url(), OpenMode::kWrite);
  for (int i = 0; i < 60; ++i) {
    const StoredSample sample = random_sample(random, shape);
    ASSERT_TRUE(store->add(std::span(&sample, 1)));
  }
  EXPECT_LE(store->info()->segments, 8U);
  EXPECT_TRUE(store->verify()->problems.empty());
  expect_no_orphans();
}

TEST_P(SharedFault, AFullDiskLeavesTheIndexAsItWas) {
  // The server's own tables stay where they are; the fingerprints move to a file system that is soon full.
  const TemporaryDirectory directory;
  const std::string mounted = directory / "small";
  std::filesystem::create_directory(mounted);
  if (::mount("tmpfs", mounted.c_str(), "tmpfs", 0, "size=3m,mode=0777") != 0) GTEST_SKIP() << "mounting a small file system takes root";
  std::filesystem::permissions(directory.path(), std::filesystem::perms::all);
  const PostgresServer& server = *servers().back();
  const std::string tablespace = mounted + "/space";
  std::filesystem::create_directory(tablespace);
  ASSERT_TRUE(server.own(tablespace));
  run_sql(server, fmt::format("CREATE TABLESPACE small LOCATION '{}'", tablespace));
  std::vector<std::string> prints;
  for (int part = 0; part < 16; ++part) {
    if (ask_number(server, fmt::format("SELECT count(*) FROM pg_class WHERE relname = 'prints_{}' AND relkind = 'r'", part)) > 0) {
      prints.push_back(fmt::format("prova.prints_{}", part));
    }
  }
  for (const std::string& table : prints) run_sql(server, "ALTER TABLE " + table + " SET TABLESPACE small");
  {
    const auto store = open_or_fail(url(), OpenMode::kWrite);
    std::uint64_t batch = 0;
    Status added;
    const auto big_batch = [&] {
      std::vector<StoredSample> samples = numbered_batch(batch);
      for (StoredSample& sample : samples) {
        StoredFunction wide = function_with({});
        for (FeatureKey key = 0; key < 400; ++key) wide.fingerprint.own.push_back(key * 10'000'000);
        sample.functions.assign(100, wide);
      }
      return samples;
    };
    while (batch < 200 && (added = store->add(big_batch()))) ++batch;
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, ErrorCode::kIo) << to_string(added.error());
    EXPECT_THAT(added.error().message, HasSubstr("the disk of the server is full; nothing of the batch was kept"));
    EXPECT_EQ(whole_batches(*store).size(), batch);
    EXPECT_THAT(store->verify()->problems, IsEmpty());
  }
  for (const std::string& table : prints) {
    run_sql(server, "ALTER TABLE " + table + " SET TABLESPACE pg_default");  // First: emptying a table takes room, too.
    run_sql(server, "TRUNCATE " + table);
  }
  run_sql(server, "DROP TABLESPACE small");
  EXPECT_EQ(::umount(mounted.c_str()), 0);
}

TEST(SharedShards, AShardThatIsDownIsNamedAndComesBack) {
  SharedIndexes& indexes = *SharedIndexes::get();
  const auto store = open_or_fail(indexes.empty("two_shards"), OpenMode::kWrite);
  ASSERT_TRUE(store->add(numbered_batch(0)));
  const auto probes = std::vector{probe_for({32, 64, 96}, 7)};
  const auto right = store->candidates(probes, 100).value();
  // Run 1 is so small that it lies in partition 1 alone, which is on the second shard.
  PostgresServer& shard = *indexes.servers("two_shards")[2];
  shard.crash();
  const auto restarted = [&] { return static_cast<bool>(shard.restart()); };
  struct Finally {
    std::function<bool()> then;
    ~Finally() { then(); }
  } finally{restarted};
  for (int i = 0; i < 2; ++i) {  // The first finds a connection that broke, the second none.
    const auto answer = store->candidates(probes, 100);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, ErrorCode::kIo) << to_string(answer.error());
    EXPECT_THAT(to_string(answer.error()), HasSubstr("without it the answer would be incomplete"));
  }
  EXPECT_THAT(to_string(store->candidates(probes, 100).error()), HasSubstr("prova_shard_1"));
  const auto added = store->add(numbered_batch(1));
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().code, ErrorCode::kIo);
  EXPECT_THAT(to_string(added.error()), HasSubstr("/second:5432"));
  ASSERT_TRUE(restarted());
  EXPECT_EQ(store->candidates(probes, 100).value(), right);
  ASSERT_TRUE(store->add(numbered_batch(1)));
  EXPECT_EQ(whole_batches(*store), (std::vector<std::uint64_t>{0, 1}));
}

TEST(SharedUrls, EachMistakeIsSaidWithItsRemedy) {
  SharedIndexes& indexes = *SharedIndexes::get();
  EXPECT_THAT(error_of("postgresql://anna:secret@host/prova"), HasSubstr("put it into ~/.pgpass"));
  EXPECT_EQ(error_of("postgresql://anna:secret@host/prova").find("secret"), std::string::npos);
  EXPECT_THAT(error_of("postgresql://[::1/x"), HasSubstr("the index URL is not understood"));
  EXPECT_THAT(error_of("postgresql://anna@127.0.0.1:1/prova"), HasSubstr("PostgreSQL at 127.0.0.1:1/prova: the server cannot be reached"));
  EXPECT_THAT(error_of("postgresql://anna@/prova?host=/nonexistent"), HasSubstr("the server cannot be reached"));
  const PostgresServer& alone = *indexes.servers("postgres").front();
  EXPECT_THAT(error_of(alone.url("anna", "elsewhere")), HasSubstr("make it with createdb"));
  EXPECT_THAT(error_of(alone.url("nobody_of_ours")), HasSubstr("the login was refused"));
  EXPECT_EQ(open_store(alone.url("anna", "template1"), OpenMode::kRead).error().code, ErrorCode::kNotFound);
  EXPECT_THAT(error_of(alone.url("anna", "template1")), HasSubstr("`prova index init URL` makes one"));
}

TEST(SharedUrls, OtherVersionsAndSchemesAreRefused) {
  SharedIndexes& indexes = *SharedIndexes::get();
  const std::string url = indexes.empty("postgres");
  const PostgresServer& server = *indexes.servers("postgres").front();
  run_sql(server, "UPDATE prova.store SET version = 99");
  EXPECT_THAT(error_of(url), HasSubstr("index of version 99, this version of prova reads up to 2: use a newer prova"));
  EXPECT_THAT(to_string(init_store(server.url(), {}).error()), HasSubstr("use a newer prova"));
  run_sql(server, "UPDATE prova.store SET version = 2, scheme = 99");
  EXPECT_THAT(error_of(url, OpenMode::kWrite), HasSubstr("fingerprint scheme 99"));
  run_sql(server, fmt::format("UPDATE prova.store SET scheme = {}", kFingerprintScheme));
  EXPECT_EQ(error_of(url), "opened");
  EXPECT_TRUE(init_store(server.url(), {}));  // Again: nothing changes.
}

/// Says of itself that it is PostgreSQL 13, and nothing else: the start-up of protocol 3.0, "Message Formats".
void pretend_old_server(int listener) {
  const int client = ::accept(listener, nullptr, nullptr);
  std::array<char, 1024> request;
  static_cast<void>(::read(client, request.data(), request.size()));
  const std::string answer = std::string("R\0\0\0\x08\0\0\0\0", 9) + std::string("S\0\0\0\x18server_version\0" "13.4\0", 25) +
                             std::string("Z\0\0\0\x05I", 6);
  static_cast<void>(::write(client, answer.data(), answer.size()));
  static_cast<void>(::read(client, request.data(), request.size()));
  ::close(client);
}

TEST(SharedUrls, AnOldServerIsRefused) {
  const TemporaryDirectory directory;
  const int listener = ::socket(AF_UNIX, SOCK_STREAM, 0);
  struct sockaddr_un address {};
  address.sun_family = AF_UNIX;
  const std::string path = directory / ".s.PGSQL.5432";
  path.copy(address.sun_path, sizeof address.sun_path - 1);
  ASSERT_EQ(::bind(listener, reinterpret_cast<const struct sockaddr*>(&address), sizeof address), 0);
  ASSERT_EQ(::listen(listener, 1), 0);
  std::jthread server(pretend_old_server, listener);
  EXPECT_THAT(error_of(fmt::format("postgresql://anna@/prova?host={}&port=5432", directory.path().string())),
              HasSubstr("the server is PostgreSQL 13.4, 15 or newer is needed"));
  ::close(listener);
}

}  // namespace
}  // namespace prova
