// Sources put together: what is one group, what is not, and what a name may mean.

#include "knowledge/knowledge_base.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "knowledge/knowledge_test_support.h"
#include "knowledge/misp.h"

namespace prova::knowledge {
namespace {

const std::string kOurs = R"(knowledge: 1
id: ours
groups:
  - {id: G0001, name: Alpha Group, nation: IR, aliases: [{name: Shared, by: One}, Cobalt]}
  - {id: G0002, name: Beta, aliases: [{name: Shared, by: Two}, Kitten], description: "hits water works"}
software:
  - {id: S0001, name: Tool, kind: tool, aliases: [T2]}
techniques:
  - {id: T1059, name: "Command and Scripting Interpreter"}
)";

std::vector<Source> with_galaxy(const std::string& values) {
  auto sources = test::sources_from_yaml({kOurs});
  auto galaxy = read_misp(R"({"type":"threat-actor","values":[)" + values + "]}");
  EXPECT_TRUE(galaxy);
  sources.push_back(*std::move(galaxy));
  return sources;
}

TEST(KnowledgeBase, ASharedAliasIsAmbiguousAndNeverMerges) {
  const KnowledgeBase base(test::sources_from_yaml({kOurs}));
  const NameLookup found = base.find_group("shared");
  ASSERT_EQ(found.hits.size(), 2U);
  EXPECT_FALSE(found.only());
  EXPECT_EQ(found.hits[0].given_by, "One");
  EXPECT_EQ(found.hits[1].given_by, "Two");
  EXPECT_EQ(base.groups().size(), 2U);
}

TEST(KnowledgeBase, AnOwnNameIsBeforeAnAlias) {
  const KnowledgeBase base(with_galaxy(R"({"uuid":"u","value":"Kitten"})"));
  const NameLookup found = base.find_group("KITTEN");
  ASSERT_TRUE(found.only());
  EXPECT_EQ(base.groups()[*found.only()].id, "misp:u");
  EXPECT_EQ(found.hits.size(), 2U);  // The alias of Beta is still listed.
}

TEST(KnowledgeBase, JoinsByEquatedIdSameNameOrMutualAlias) {
  const KnowledgeBase base(with_galaxy(
      R"({"uuid":"u1","value":"Whatever","meta":{"country":"RU","name-attribution":["G0001:a1ad5090-2487-46d2-8237-6151a2dd5063"]}},)"
      R"({"uuid":"u2","value":"kitten","meta":{"synonyms":["BETA"],"country":"CN"}})"));
  ASSERT_EQ(base.groups().size(), 2U);
  EXPECT_EQ(base.group("G0001")->parts.at(1).because, "its source equates the two");
  EXPECT_EQ(base.group("G0001")->nation, "IR");  // Own files come first; the other value stays with its part.
  EXPECT_EQ(base.group("G0001")->parts.at(1).group->nations.at(0).value, "RU");
  EXPECT_EQ(base.group("G0002")->parts.at(1).because, "each counts the other's name among its aliases");
  EXPECT_EQ(base.group("G0002")->nation, "CN");
}

TEST(KnowledgeBase, AOneSidedAliasDoesNotJoin) {
  const KnowledgeBase base(with_galaxy(R"({"uuid":"u","value":"Cobalt"},{"uuid":"v","value":"New","meta":{"synonyms":["Alpha Group","Shared"]}})"));
  EXPECT_EQ(base.groups().size(), 4U);
}

TEST(KnowledgeBase, TwoThatWouldJoinEquallyStayApart) {
  const KnowledgeBase equal(with_galaxy(R"({"uuid":"u","value":"Beta"},{"uuid":"v","value":"BETA"})"));
  EXPECT_EQ(equal.groups().size(), 4U);
  const KnowledgeBase stronger(with_galaxy(
      R"({"uuid":"u","value":"Beta","meta":{"name-attribution":["G0002:a1ad5090-2487-46d2-8237-6151a2dd5063"]}},{"uuid":"v","value":"BETA"})"));
  EXPECT_EQ(stronger.groups().size(), 3U);
  EXPECT_EQ(stronger.group("G0002")->parts.at(1).group->id, "misp:u");
}

TEST(KnowledgeBase, TheOrderOfTheSourcesChangesNothing) {
  auto sources = with_galaxy(R"({"uuid":"u","value":"Beta"},{"uuid":"v","value":"Other"})");
  const KnowledgeBase forward(sources);
  std::reverse(sources.begin(), sources.end());
  const KnowledgeBase backward(sources);
  ASSERT_EQ(forward.groups().size(), backward.groups().size());
  for (std::size_t i = 0; i < forward.groups().size(); ++i) {
    EXPECT_EQ(forward.groups()[i].id, backward.groups()[i].id);
    EXPECT_EQ(forward.groups()[i].name, backward.groups()[i].name);
    EXPECT_EQ(forward.groups()[i].parts.size(), backward.groups()[i].parts.size());
  }
}

TEST(KnowledgeBase, UnknownNamesComeWithTheNearest) {
  const KnowledgeBase base(test::sources_from_yaml({kOurs}));
  EXPECT_THAT(base.find_group("Alpa Group").nearest, testing::ElementsAre("Alpha Group"));
  EXPECT_TRUE(base.find_group("zzzzzzzz").nearest.empty());
  EXPECT_EQ(base.find_software("t2").only(), 0U);
  EXPECT_EQ(base.find_technique("t1059").only(), 0U);
  EXPECT_EQ(base.find_technique("command and scripting interpreter").only(), 0U);
}

TEST(KnowledgeBase, SearchNeedsEveryWordAndPutsNamesFirst) {
  const KnowledgeBase base(test::sources_from_yaml({kOurs}));
  const auto hits = base.search("water works", 10);
  ASSERT_EQ(hits.size(), 1U);
  EXPECT_EQ(base.groups()[hits[0].index].id, "G0002");
  EXPECT_TRUE(base.search("water fire", 10).empty());
  EXPECT_TRUE(base.search("   ", 10).empty());
  EXPECT_EQ(base.search("alpha", 1).size(), 1U);
}

}  // namespace
}  // namespace prova::knowledge
