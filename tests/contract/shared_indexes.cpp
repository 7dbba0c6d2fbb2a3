#include "shared_indexes.h"

#include <gtest/gtest.h>

#include <array>
#include <filesystem>

#include "store/open.h"
#include "store/postgres/connection.h"

namespace prova {
namespace {

constexpr const char* kRoles =
    "DO $$ BEGIN IF NOT EXISTS (SELECT 1 FROM pg_roles WHERE rolname = 'anna') THEN "
    "CREATE ROLE anna LOGIN IN ROLE prova_analyst; CREATE ROLE ben LOGIN IN ROLE prova_analyst; "
    "CREATE ROLE rita LOGIN IN ROLE prova_reader; CREATE ROLE cora LOGIN IN ROLE prova_curator; END IF; END $$";

constexpr const char* kEmpty = R"(
DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT format('prova.%I', c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
              WHERE n.nspname = 'prova' AND c.relkind = 'r' AND c.relispartition LOOP
    EXECUTE 'TRUNCATE ' || name;
  END LOOP;
END $$;
TRUNCATE prova.samples, prova.runs, prova.garbage, prova.queue, prova.attempts;
DELETE FROM prova.members WHERE compartment <> 0;
DELETE FROM prova.compartments WHERE id <> 0;
UPDATE prova.compartments SET generation = generation + 1, next_sample = 0, block_end = 0;
SELECT setval('prova.next_block', 0, false), setval('prova.next_run', 1, false);
)";

}  // namespace

void run_sql(const PostgresServer& server, const std::string& sql) {
  const auto connection = PostgresConnection::open(server.url());
  ASSERT_TRUE(connection) << to_string(connection.error());
  const auto done = (*connection)->execute(sql);
  ASSERT_TRUE(done) << to_string(done.error());
}

SharedIndexes* SharedIndexes::get(const std::vector<std::string>& settings, const std::string& directory) {
  // Not destroyed at exit but with the process: servers end with their parent.
  static SharedIndexes* indexes = [&]() -> SharedIndexes* {
    if (PostgresServer::missing()) return nullptr;
    static SharedIndexes made;
    const auto started = made.start(settings, directory);
    EXPECT_TRUE(started) << to_string(started.error());
    return started ? &made : nullptr;
  }();
  return indexes;
}

Status SharedIndexes::start(const std::vector<std::string>& settings, const std::string& directory) {
  const std::filesystem::path place = directory.empty() ? directory_.path() : std::filesystem::path(directory);
  std::filesystem::create_directories(place);
  std::filesystem::permissions(place, std::filesystem::perms::owner_all | std::filesystem::perms::group_exec |
                                                      std::filesystem::perms::others_exec);
  const std::array<std::pair<std::unique_ptr<PostgresServer>*, const char*>, 4> all = {
      {{&alone_, "alone"}, {&coordinator_, "coordinator"}, {&first_, "first"}, {&second_, "second"}}};
  for (const auto& [server, name] : all) {
    PROVA_TRY(started, PostgresServer::start((place / name).string(), settings));
    *server = std::move(started);
  }
  PROVA_TRY(init_store(alone_->url(), {}));
  const std::array<std::string, 2> shards = {first_->url(""), second_->url("")};
  PROVA_TRY(init_store(coordinator_->url(), shards));
  for (const auto* server : {&alone_, &coordinator_, &first_, &second_}) {
    PROVA_TRY(connection, PostgresConnection::open((*server)->url()));
    PROVA_TRY(connection->execute(kRoles));
  }
  return {};
}

std::vector<PostgresServer*> SharedIndexes::servers(const std::string& kind) const {
  if (kind == "postgres") return {alone_.get()};
  return {coordinator_.get(), first_.get(), second_.get()};
}

std::string SharedIndexes::url(const std::string& kind, const std::string& role) const { return servers(kind).front()->url(role); }

std::string SharedIndexes::empty(const std::string& kind, const std::string& role) {
  for (const PostgresServer* server : servers(kind)) run_sql(*server, kEmpty);
  return url(kind, role);
}

}  // namespace prova
