// Who may see what: the database enforces it, and what one may not see leaves no trace in answers, counts or ids.

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shared_indexes.h"
#include "store/postgres/connection.h"
#include "store_under_test.h"

namespace prova {
namespace {

using ::testing::HasSubstr;

class SharedRights : public testing::TestWithParam<const char*> {
 protected:
  void SetUp() override {
    indexes().empty(GetParam());
    ASSERT_TRUE(grant_store(url("owner"), {"partner-red", "ben", true, false}));
  }
  SharedIndexes& indexes() { return *SharedIndexes::get(); }
  std::string url(const std::string& role) { return indexes().url(GetParam(), role); }
  /// ben's sessions that write to the partner's compartment.
  std::string partner_url() { return url("ben") + "&options=-c%20prova.compartment%3Dpartner-red"; }
  Result<SqlRows> ask(const std::string& role, const std::string& sql) {
    PROVA_TRY(connection, PostgresConnection::open(url(role)));
    return connection->run(sql);
  }
};
INSTANTIATE_TEST_SUITE_P(Servers, SharedRights, testing::Values("postgres", "two_shards"), [](const auto& name) { return std::string(name.param); });

/// kMaxPostings functions that hold the feature 1, one of them also 2.
std::vector<StoredSample> common_code(const std::string& name) {
  std::vector<StoredFunction> functions(kMaxPostings, function_with({1}, 5));
  functions[0] = function_with({1, 2}, 5);
  return {sample_of(name, functions, "family of " + name)};
}

TEST_P(SharedRights, AForeignCompartmentLeavesNoTrace) {
  const auto anna = open_or_fail(url("anna"), OpenMode::kWrite);
  ASSERT_TRUE(anna->add(common_code("hers")));
  const std::vector<Probe> probes = {probe_for({1}, 5), probe_for({1, 2}), probe_for({2}, 9)};
  const auto before = anna->candidates(probes, 20'000).value();
  const auto info = anna->info().value();
  // The partner learns the same file and another one: with these the feature 1 is too common to find anything.
  const auto ben = open_or_fail(partner_url(), OpenMode::kWrite);
  ASSERT_TRUE(ben->add(common_code("hers")));
  ASSERT_TRUE(ben->add(std::vector{sample_of("secret", {function_with({1, 2}, 9)}, "secret family")}));
  EXPECT_EQ(anna->candidates(probes, 20'000).value(), before);
  EXPECT_TRUE(before[2].size() == 1);
  EXPECT_EQ(anna->samples()->size(), 1U);
  EXPECT_EQ(anna->info()->functions, info.functions);
  EXPECT_EQ(anna->info()->bytes_on_disk, 0U);  // It would tell what others have.
  EXPECT_EQ(anna->info()->segments, info.segments);
  EXPECT_TRUE(anna->verify()->problems.empty());
  // Ids go on without a gap: those of others come from other blocks.
  ASSERT_TRUE(anna->add(std::vector{sample_of("next", {function_with({3})})}));
  EXPECT_EQ(anna->samples()->back().first, SampleId{2});
  // What the partner sees is both, and the two copies of one file apart.
  const auto seen = ben->samples().value();
  EXPECT_EQ(seen.size(), 4U);
  for (const auto& [id, record] : seen) {
    if (raw(id) > 2) {
      EXPECT_EQ(anna->sample(id).error().code, ErrorCode::kNotFound);
    }
  }
  EXPECT_TRUE(ben->candidates(probes, 20'000)->at(0).size() <= 2 * kMaxExact);  // By exact hash only.
  // Removing by digest reaches only one's own.
  const std::vector<std::pair<Sha256, std::string>> secret = {{identity("secret"), ""}};
  EXPECT_EQ(anna->remove(secret).value(), 0U);
  const std::vector<std::pair<Sha256, std::string>> hers = {{identity("hers"), ""}};
  EXPECT_EQ(anna->remove(hers).value(), 1U);
  EXPECT_EQ(ben->samples()->size(), 3U);
}

TEST_P(SharedRights, TheDatabaseEnforcesItNotTheClient) {
  const auto ben = open_or_fail(partner_url(), OpenMode::kWrite);
  ASSERT_TRUE(ben->add(std::vector{sample_of("secret", {function_with({1, 2}, 9)})}));
  for (const char* table : {"runs", "samples", "postings", "long_postings", "prints", "blocks", "queue", "garbage"}) {
    const auto rows = ask("anna", fmt::format("SELECT count(*) FROM prova.{}", table));
    ASSERT_TRUE(rows) << to_string(rows.error());
    EXPECT_EQ(rows->number(0, 0), 0) << table;
  }
  EXPECT_EQ(ask("anna", "SELECT count(*) FROM prova.compartments")->number(0, 0), 1);
  EXPECT_FALSE(ask("anna", "SELECT 1 FROM prova.members"));
  EXPECT_FALSE(ask("anna", "SELECT 1 FROM prova.prints_0"));
  EXPECT_FALSE(ask("anna", "SELECT prova.take_ids(1::smallint, 1)"));
  EXPECT_FALSE(ask("anna", "INSERT INTO prova.prints VALUES (0, 1, 1, '')"));
  EXPECT_FALSE(ask("anna", "INSERT INTO prova.members VALUES (1, 'anna', true)"));
  // Neither does another role's name help.
  EXPECT_FALSE(ask("anna", "SET ROLE ben"));
  EXPECT_THAT(to_string(open_store(url("anna") + "&options=-c%20prova.compartment%3Dpartner-red", OpenMode::kWrite).error()),
              HasSubstr("role anna sees no compartment partner-red"));
}

TEST_P(SharedRights, AMembershipCanBeTakenAway) {
  const auto ben = open_or_fail(partner_url(), OpenMode::kWrite);
  ASSERT_TRUE(ben->add(std::vector{sample_of("secret", {function_with({1})})}));
  ASSERT_TRUE(grant_store(url("owner"), {"partner-red", "rita", false, false}));
  EXPECT_EQ(open_or_fail(url("rita"), OpenMode::kRead)->samples()->size(), 1U);
  ASSERT_TRUE(grant_store(url("owner"), {"partner-red", "rita", false, true}));
  EXPECT_EQ(open_or_fail(url("rita"), OpenMode::kRead)->samples()->size(), 0U);
  EXPECT_THAT(to_string(grant_store(url("owner"), {"partner-red", "nobody_of_ours", false, false}).error()), HasSubstr("make it with createuser"));
  EXPECT_FALSE(grant_store(url("ben"), {"partner-red", "anna", true, false}));
}

TEST_P(SharedRights, AReaderMatchesAndDoesNotWrite) {
  ASSERT_TRUE(open_or_fail(url("anna"), OpenMode::kWrite)->add(common_code("hers")));
  const auto rita = open_or_fail(url("rita"), OpenMode::kRead);
  EXPECT_FALSE(rita->candidates(std::vector{probe_for({1, 2})}, 10)->at(0).empty());
  EXPECT_EQ(rita->sample(SampleId{1})->functions.size(), kMaxPostings);
  EXPECT_THAT(to_string(open_store(url("rita"), OpenMode::kWrite).error()), HasSubstr("role rita may not write to the compartment shared"));
  EXPECT_FALSE(ask("rita", "DELETE FROM prova.samples"));
  EXPECT_FALSE(ask("rita", "DELETE FROM prova.prints"));
}

TEST_P(SharedRights, TheAuditSaysWhoDidWhatAndOnlyGrows) {
  const auto last = ask("owner", "SELECT coalesce(max(id), 0) FROM prova.audit");
  const std::string since = fmt::format(" FROM prova.audit WHERE id > {}", last->number(0, 0));
  const auto anna = open_or_fail(url("anna"), OpenMode::kWrite);
  ASSERT_TRUE(anna->add(std::vector{sample_of("a", {function_with({1})})}));
  const std::vector<std::pair<Sha256, std::string>> a = {{identity("a"), ""}};
  ASSERT_TRUE(anna->remove(a));
  ASSERT_TRUE(open_or_fail(url("rita"), OpenMode::kRead)->note_match(identity("b")));
  const auto rows = ask("owner", "SELECT who::text, did, sha256" + since + " ORDER BY id");
  ASSERT_EQ(rows->size(), 3U);
  const auto row = [&](std::size_t i) { return fmt::format("{} {}", rows->bytes(i, 0), rows->bytes(i, 1)); };
  EXPECT_EQ(row(0), "anna learned");
  EXPECT_EQ(row(1), "anna removed");
  EXPECT_EQ(row(2), "rita matched");
  EXPECT_EQ(to_hex(as_bytes(rows->bytes(2, 2))), to_hex(identity("b")));
  // Curators read it, within their compartments; nobody changes it, not even its owner.
  EXPECT_EQ(ask("cora", "SELECT count(*)" + since)->number(0, 0), 2);
  EXPECT_FALSE(ask("anna", "SELECT 1 FROM prova.audit"));
  EXPECT_FALSE(ask("anna", "INSERT INTO prova.audit (did) VALUES ('nothing')"));
  EXPECT_FALSE(ask("owner", "DELETE FROM prova.audit"));
  EXPECT_FALSE(ask("owner", "UPDATE prova.audit SET who = 'ben'"));
  EXPECT_FALSE(ask("owner", "TRUNCATE prova.audit"));
}

}  // namespace
}  // namespace prova
