// ATT&CK bundles: what is read, and what becomes of everything that is wrong with them.

#include "knowledge/stix.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <fmt/format.h>
#include <random>

#include "knowledge/knowledge_test_support.h"
#include "knowledge/source_file.h"

namespace prova::knowledge {
namespace {

using namespace test;
using testing::HasSubstr;

const std::string kGroup = "intrusion-set--a", kTechnique = "attack-pattern--t", kMalware = "malware--m";

std::vector<std::string> small_objects() {
  return {group("a", "G0001", "Axiom", R"(,"aliases":["Axiom","Group 72"],"description":"Axiom is a suspected Chinese cyber espionage group.","x_mitre_domains":["enterprise-attack"])"),
          technique("t", "T1059.001", "PowerShell", R"(,"kill_chain_phases":[{"kill_chain_name":"mitre-attack","phase_name":"execution"}])"),
          malware("m", "S0001", "Trojan.X", R"(,"x_mitre_aliases":["Trojan.X","TX"])"),
          relation("uses", kGroup, kTechnique, "https://www.Example.org/report/?a=1#b", "Doe, J. (2016, November 30). T. Retrieved January 1, 2020."),
          relation("uses", kGroup, kMalware, "http://example.org/report", "x"), relation("uses", kMalware, kTechnique)};
}

Source read(const std::vector<std::string>& objects) {
  auto source = read_stix(bundle(objects), "fallback");
  EXPECT_TRUE(source) << (source ? "" : source.error().message);
  return source ? *std::move(source) : Source{};
}

std::vector<std::string> reasons(const Source& source) {
  std::vector<std::string> out;
  for (const Skipped& one : source.skipped) out.push_back(one.reason);
  return out;
}

TEST(Stix, ReadsGroupsProgramsTechniquesAndWhoUsesWhat) {
  const Source source = read(small_objects());
  EXPECT_EQ(source.id, "attack-enterprise");
  ASSERT_EQ(source.groups.size(), 1U);
  const Group& axiom = source.groups[0];
  EXPECT_EQ(axiom.id, "G0001");
  ASSERT_EQ(axiom.aliases.size(), 1U);
  EXPECT_EQ(axiom.aliases[0].name, "Group 72");
  ASSERT_EQ(axiom.nations.size(), 1U);
  EXPECT_EQ(axiom.nations[0].value, "CN");
  ASSERT_EQ(axiom.techniques.size(), 1U);
  EXPECT_EQ(axiom.techniques[0].target, "T1059.001");
  EXPECT_EQ(axiom.software[0].target, "S0001");
  EXPECT_EQ(source.software[0].techniques[0].target, "T1059.001");
  EXPECT_EQ(source.techniques[0].tactics, std::vector<std::string>{"execution"});
  EXPECT_TRUE(source.skipped.empty());
}

TEST(Stix, TwoWaysOfWritingOneAddressAreOneReportWithItsDate) {
  const Source source = read(small_objects());
  ASSERT_EQ(source.citations.size(), 1U);
  EXPECT_EQ(source.citations[0].key, "example.org/report");
  ASSERT_TRUE(source.citations[0].published);
  EXPECT_EQ(to_string(*source.citations[0].published), "2016-11-30");
}

TEST(Stix, TheOrderOfTheObjectsChangesNothing) {
  auto objects = small_objects();
  objects.push_back(group("b", "G0002", "Beta"));
  objects.push_back(relation("uses", "intrusion-set--b", kTechnique, "https://b.example/2", "(2020)"));
  const std::string expected = write_source(read(objects));
  std::mt19937 random(7);
  for (int i = 0; i < 50; ++i) {
    std::shuffle(objects.begin(), objects.end(), random);
    EXPECT_EQ(write_source(read(objects)), expected);
  }
}

TEST(Stix, ARelationWithoutItsEndIsSkippedAndListedWithItsOffset) {
  auto objects = small_objects();
  objects.push_back(relation("uses", kGroup, "attack-pattern--gone"));
  objects.push_back(relation("uses", "malware--gone", kTechnique));
  const std::string text = bundle(objects);
  const auto source = read_stix(text, "x");
  ASSERT_TRUE(source);
  EXPECT_EQ(source->skipped_count, 2U);
  EXPECT_THAT(reasons(*source), testing::ElementsAre("its target_ref is not in the bundle", "its source_ref is not in the bundle"));
  EXPECT_EQ(source->skipped[0].position, text.find(objects[objects.size() - 2]));
}

TEST(Stix, RevokedObjectsAreReplacedAndCyclesEnd) {
  auto objects = small_objects();
  objects.push_back(technique("old", "T1086", "PowerShell", R"(,"revoked":true)"));
  objects.push_back(relation("revoked-by", "attack-pattern--old", kTechnique));
  objects.push_back(relation("uses", kGroup, "attack-pattern--old", "https://c.example/3"));
  objects.push_back(technique("x", "T1111", "X", R"(,"revoked":true)"));
  objects.push_back(technique("y", "T1112", "Y", R"(,"revoked":true)"));
  objects.push_back(relation("revoked-by", "attack-pattern--x", "attack-pattern--y"));
  objects.push_back(relation("revoked-by", "attack-pattern--y", "attack-pattern--x"));
  objects.push_back(relation("uses", kGroup, "attack-pattern--x"));
  const Source source = read(objects);
  ASSERT_EQ(source.groups[0].techniques.size(), 1U);
  EXPECT_EQ(source.groups[0].techniques[0].citations.size(), 2U);
  EXPECT_THAT(reasons(source), testing::ElementsAre(HasSubstr("deprecated, or revoked")));
  EXPECT_EQ(source.techniques.size(), 1U);
}

TEST(Stix, OfTwoVersionsOfOneObjectTheLaterCounts) {
  auto objects = small_objects();
  objects.push_back(group("a", "G0001", "Axiom II", R"(,"modified":"2025-01-01T00:00:00Z")"));
  const Source source = read(objects);
  ASSERT_EQ(source.groups.size(), 1U);
  EXPECT_EQ(source.groups[0].name, "Axiom II");
  EXPECT_THAT(reasons(source), testing::ElementsAre("an older version of the same object"));
}

TEST(Stix, DamagedObjectsAreSkippedOneByOne) {
  auto objects = small_objects();
  const std::string deep = std::string(5000, '[') + std::string(5000, ']');
  for (const std::string& bad : {std::string("42"), std::string("null"), std::string("[]"), std::string(R"({"type":7})"), std::string(R"({"type":"malware"})"),
                                 std::string(R"({"type":"malware","id":"tool--1","name":"x"})") , std::string(R"({"type":"malware","id":"attack-pattern--1","name":"x"})"),
                                 std::string(R"({"type":"malware","id":"malware--1","name":7})"), std::string(R"({"type":"malware","id":"malware--2",})"),
                                 fmt::format(R"({{"type":"malware","id":"malware--3","name":"x","a":{}}})", deep), std::string("{\"type\":\"malware\",\"name\":\"\xff\"}"),
                                 std::string(R"({"type":"relationship","id":"relationship--9","relationship_type":"uses","source_ref":5})")}) {
    objects.push_back(bad);
  }
  const Source source = read(objects);
  EXPECT_EQ(source.groups.size(), 1U);
  EXPECT_EQ(source.groups[0].techniques.size(), 1U);
  EXPECT_EQ(source.skipped_count, 11U);  // All but the tool called malware: both are programs.
}

TEST(Stix, EveryTruncationFailsCleanly) {
  const std::string text = bundle(small_objects());
  for (std::size_t n = 0; n < text.size(); ++n) EXPECT_FALSE(read_stix(text.substr(0, n), "x")) << "length " << n;
}

TEST(Stix, WhatIsNoBundleIsAnErrorWithItsPlace) {
  EXPECT_THAT(read_stix(R"({"type":"report","objects":[]})", "x").error().message, HasSubstr("expected a STIX \"bundle\""));
  const auto error = read_stix(R"({"type":"bundle" "objects":[]})", "x").error();
  ASSERT_TRUE(error.offset);
  EXPECT_EQ(static_cast<std::uint64_t>(*error.offset), 17U);
  EXPECT_FALSE(read_stix("[]", "x"));
  EXPECT_FALSE(read_stix(R"({"type":"bundle","objects":[]} trailing)", "x"));
}

TEST(Stix, NestingOutsideOfObjectsCostsNoStack) {
  const std::string deep(2'000'000, '[');
  EXPECT_FALSE(read_stix(R"({"type":"bundle","x":)" + deep, "x"));
  EXPECT_FALSE(read_stix(R"({"type":"bundle","objects":[)" + deep, "x"));
}

TEST(Stix, HugeObjectsAndListsAreBounded) {
  auto objects = small_objects();
  objects.push_back(fmt::format(R"({{"type":"malware","id":"malware--big","name":"{}"}})", std::string(5U << 20, 'x')));
  objects.push_back(malware("n", "S0002", std::string(1000, 'n')));
  const Source source = read(objects);
  EXPECT_THAT(reasons(source), testing::ElementsAre(HasSubstr("bytes in one object")));
  EXPECT_EQ(source.software[1].name.size(), kMaxNameBytes);
}

TEST(Stix, MoreReasonsThanAnyoneReadsAreCountedOnly) {
  std::vector<std::string> objects(1000, "1");
  const Source source = read(objects);
  EXPECT_EQ(source.skipped_count, 1000U);
  EXPECT_EQ(source.skipped.size(), kMaxSkipped);
}

TEST(Stix, Version21NamesCountriesAsTargetsAndOrigins) {
  auto objects = small_objects();
  objects.push_back(R"({"type":"location","spec_version":"2.1","id":"location--1","country":"AL"})");
  objects.push_back(R"({"type":"location","spec_version":"2.1","id":"location--2","region":"europe"})");
  objects.push_back(relation("targets", kGroup, "location--1"));
  objects.push_back(relation("targets", kGroup, "location--2"));
  const Source source = read(objects);
  ASSERT_EQ(source.groups[0].victims.size(), 1U);
  EXPECT_EQ(source.groups[0].victims[0].value, "AL");
  EXPECT_THAT(reasons(source), testing::ElementsAre(HasSubstr("no country")));
}

}  // namespace
}  // namespace prova::knowledge
