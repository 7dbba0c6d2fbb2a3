// MISP galaxies, own YAML, the file that a source is kept in, and the directory.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <unistd.h>

#include "knowledge/citation_table.h"
#include "knowledge/countries.h"
#include "knowledge/directory.h"
#include "knowledge/import.h"
#include "knowledge/knowledge_test_support.h"
#include "knowledge/misp.h"
#include "knowledge/names.h"
#include "knowledge/own_yaml.h"
#include "knowledge/shipped.h"
#include "knowledge/source_file.h"

namespace prova::knowledge {
namespace {

using testing::HasSubstr;

constexpr std::string_view kGalaxy = R"json({"type":"threat-actor","name":"Threat Actor","version":3,"values":[
 {"uuid":"u1","value":"OilRig","description":"d","meta":{"country":"IR","synonyms":["APT34","OilRig"],"refs":["https://a.example/x"],
  "name-attribution":["APT34:da5cdcd1-7b15-4371-b7eb-ca32916d2052","G0049:a1ad5090-2487-46d2-8237-6151a2dd5063"],
  "origin:Earth Simnavaz":"Trend Micro","cfr-suspected-victims":["Israel","Middle East","Korea (Republic of)"],
  "cfr-suspected-state-sponsor":"Iran (Islamic Republic of)"},"related":[{"dest-uuid":"u2","type":"similar"}]},
 {"uuid":"u1","value":"again"}, {"value":"no uuid"}, 5, {"uuid":"u2","value":"B","meta":{"country":7,"synonyms":"B2","cfr-suspected-state-sponsor":"Unknown"}}]})json";

TEST(Misp, ReadsNamesWithWhoUsesThem) {
  const auto source = read_misp(kGalaxy);
  ASSERT_TRUE(source);
  EXPECT_EQ(source->id, "misp-threat-actor");
  EXPECT_EQ(source->version, "3");
  ASSERT_EQ(source->groups.size(), 2U);
  const Group& oilrig = source->groups[0];
  EXPECT_EQ(oilrig.id, "misp:u1");
  EXPECT_EQ(oilrig.known_as, std::vector<std::string>{"G0049"});
  ASSERT_EQ(oilrig.aliases.size(), 2U);
  EXPECT_EQ(oilrig.aliases[0].name, "APT34");
  EXPECT_EQ(oilrig.aliases[0].given_by, "Mandiant");
  EXPECT_EQ(oilrig.aliases[1].given_by, "Trend Micro");
  ASSERT_EQ(oilrig.victims.size(), 2U);  // "Middle East" is no country.
  EXPECT_EQ(oilrig.victims[1].value, "KR");
  EXPECT_EQ(oilrig.sponsors[0].value, "Iran (Islamic Republic of)");
  EXPECT_EQ(oilrig.links[0].value, "similar misp:u2");
  EXPECT_EQ(source->groups[1].aliases[0].name, "B2");
  EXPECT_TRUE(source->groups[1].nations.empty());
  EXPECT_EQ(source->skipped_count, 3U);
}

TEST(Misp, OtherGalaxiesAreRefused) {
  const auto other = read_misp(R"({"type":"banker","values":[]})");
  ASSERT_FALSE(other);
  EXPECT_EQ(other.error().code, ErrorCode::kUnsupported);
}

constexpr std::string_view kYaml = R"yaml(knowledge: 1
id: ours
citations:
  r1: {title: "Report", url: "https://x.example/r1", date: "2020-05"}
groups:
  - id: G0001
    name: Alpha
    nation: {value: Albania, cite: r1}
    aliases: [Beta, {name: Gamma, by: Vendor, valid: "2019..2021", cite: [r1]}]
    reports: [{cite: r1, techniques: [T1059], software: [S0001]}]
)yaml";

TEST(OwnYaml, ReadsWhatTheFormatSays) {
  const auto source = test::sources_from_yaml({std::string(kYaml)}).at(0);
  const Group& alpha = source.groups.at(0);
  EXPECT_EQ(alpha.nations.at(0).value, "AL");
  EXPECT_EQ(alpha.aliases.at(1).valid, "2019..2021");
  EXPECT_EQ(alpha.techniques.at(0).citations, CitationList{0});
  EXPECT_EQ(to_string(*source.citations.at(0).published), "2020-05-31");
}

TEST(OwnYaml, EveryMistakeIsListedWithItsLine) {
  const auto source = read_own_yaml(
      "knowledge: 1\nid: ours\nextra: 1\ngroups:\n  - {id: A, name: A, nation: Atlantis}\n  - {id: A, name: B}\n  - {name: C}\n  - 7\n"
      "  - {id: D, name: D, cite: nowhere, nations: 1}\n");
  ASSERT_TRUE(source);
  std::vector<std::string> found;
  for (const Skipped& one : source->skipped) found.push_back(fmt::format("{}: {}", one.position, one.reason));
  EXPECT_THAT(found, testing::ElementsAre(HasSubstr("3: the file has no such key"), "5: is no country that ISO 3166-1 lists", "6: this id is there twice",
                                          "7: has no 'id'", "8: a group is a map", HasSubstr("9: a group has no such key"), "9: no citation of this file has that key"));
  EXPECT_EQ(source->groups.size(), 2U);
}

TEST(OwnYaml, HostileTextIsRefusedWithItsLine) {
  EXPECT_THAT(read_own_yaml("a: &a [1]\nb: *a\n").error().message, HasSubstr("line 2: cannot be read: aliases are not used"));
  EXPECT_THAT(read_own_yaml("a: " + std::string(100, '[')).error().message, HasSubstr("nested deeper"));
  EXPECT_EQ(read_own_yaml(std::string(600'000, '[')).error().code, ErrorCode::kLimit);
  EXPECT_THAT(read_own_yaml("hello").error().message, HasSubstr("knowledge: 1"));
  EXPECT_THAT(read_own_yaml("knowledge: 2\nid: x").error().message, HasSubstr("knowledge: 1"));
}

TEST(Shipped, IsCompleteAndCitesWhatItSays) {
  const Source& source = shipped_source();
  EXPECT_EQ(source.skipped_count, 0U);
  EXPECT_GE(source.groups.size(), 60U);
  const KnowledgeBase base({source});
  for (const Group& group : source.groups) {
    for (const Use& use : group.techniques) {
      EXPECT_NE(base.technique(use.target), nullptr) << group.id << " " << use.target;
      EXPECT_FALSE(use.citations.empty()) << group.id << " " << use.target;
    }
    for (const Use& use : group.software) EXPECT_NE(base.software(use.target), nullptr) << group.id << " " << use.target;
  }
  for (const Citation& one : source.citations) EXPECT_FALSE(one.url.empty()) << one.title;
}

TEST(SourceFile, ReadsBackWhatWasWritten) {
  for (const std::string_view text : {kGalaxy, kYaml}) {
    auto source = read_any(text, "x");
    ASSERT_TRUE(source);
    source->sha256 = "ab";
    source->imported = "2022-01-01T00:00:00Z";
    const std::string bytes = write_source(*source);
    const auto back = parse_source(bytes);
    ASSERT_TRUE(back) << back.error().message;
    EXPECT_EQ(write_source(*back), bytes);
    EXPECT_EQ(back->groups.at(0).aliases.size(), source->groups.at(0).aliases.size());
  }
  EXPECT_EQ(write_source(*parse_source(write_source(shipped_source()))), write_source(shipped_source()));
}

TEST(SourceFile, EveryTruncationAndEveryFlippedByteIsRefused) {
  const std::string bytes = write_source(*read_any(kYaml, "x"));
  for (std::size_t n = 0; n < bytes.size(); ++n) EXPECT_FALSE(parse_source(bytes.substr(0, n))) << n;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::string damaged = bytes;
    damaged[i] = static_cast<char>(damaged[i] ^ 1);
    const auto read = parse_source(damaged);
    ASSERT_FALSE(read) << i;
    EXPECT_EQ(read.error().code, ErrorCode::kStore);
  }
}

TEST(SourceFile, AnotherVersionIsNamedWithTheRemedy) {
  std::string bytes = write_source(*read_any(kYaml, "x"));
  bytes.replace(bytes.find("\"version\":1"), 11, "\"version\":9");
  EXPECT_THAT(parse_source(bytes).error().message, HasSubstr("format version 9, this prova reads 1; import the source again"));
}

TEST(Directory, ImportingAgainReplacesTheSameSource) {
  const std::filesystem::path directory = std::filesystem::path(testing::TempDir()) / fmt::format("knowledge-{}", ::getpid());
  std::filesystem::remove_all(directory);
  EXPECT_TRUE(read_directory(directory)->empty());
  auto source = *read_any(kYaml, "x");
  ASSERT_TRUE(write_to_directory(directory, source));
  source.version = "2";
  ASSERT_TRUE(write_to_directory(directory, source));
  std::ofstream(directory / "notes.txt") << "left alone";
  const auto back = read_directory(directory);
  ASSERT_TRUE(back);
  ASSERT_EQ(back->size(), 1U);
  EXPECT_EQ(back->at(0).version, "2");
  source.id = "../evil";
  EXPECT_EQ(write_to_directory(directory, source).error().code, ErrorCode::kUsage);
  EXPECT_EQ(remove_from_directory(directory, "nothere").error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(remove_from_directory(directory, "ours"));
  EXPECT_TRUE(read_directory(directory)->empty());
  std::filesystem::remove_all(directory);
}

TEST(Import, RecognisesTheFormatByContent) {
  EXPECT_EQ(read_any(kGalaxy, "x")->kind, SourceKind::kMisp);
  EXPECT_EQ(read_any(kYaml, "x")->kind, SourceKind::kOwn);
  EXPECT_EQ(read_any(test::bundle({}), "my-bundle")->id, "my-bundle");
  EXPECT_EQ(read_any("{}", "x").error().code, ErrorCode::kUnsupported);
  EXPECT_FALSE(read_any(" \n", "x"));
  EXPECT_EQ(source_id_from("My Bundle (2).json"), "my-bundle-2");
  EXPECT_EQ(source_id_from("2024.json"), "source-2024");
}

TEST(Citations, ThoseBeyondTheCapAreCountedAndListed) {
  CitationTable table;
  for (std::size_t i = 0; i < kMaxCitations + 3; ++i) {
    EXPECT_EQ(table.add("", fmt::format("https://x.example/{}", i), std::nullopt).has_value(), i < kMaxCitations);
  }
  EXPECT_TRUE(table.add("", "https://x.example/0", std::nullopt));  // Known already.
  Source source;
  std::move(table).finish(source);
  EXPECT_EQ(source.citations.size(), kMaxCitations);
  ASSERT_EQ(source.skipped.size(), 1U);
  EXPECT_THAT(source.skipped[0].reason, HasSubstr("3 mentions of reports beyond the first 200000"));
}

TEST(Records, DatesInNotes) {
  const auto day = [](std::string_view note) { const auto d = date_in_note(note); return d ? to_string(*d) : "-"; };
  EXPECT_EQ(day("Falcone, R. (2016, November 30). X. Retrieved January 11, 2017."), "2016-11-30");
  EXPECT_EQ(day("A (the first). B. (2021, October). C"), "2021-10-31");
  EXPECT_EQ(day("KISA. (2021). X"), "2021-12-31");
  EXPECT_EQ(day("X. (n.d.). Y. Retrieved 2020"), "-");
  EXPECT_EQ(day("X (20211) Y"), "-");
  EXPECT_EQ(day("X (2018, October 03). Y"), "2018-10-03");
}

TEST(Records, ReportKeys) {
  EXPECT_EQ(report_key("https://WWW.Example.ORG/Path/"), "example.org/Path");
  EXPECT_EQ(report_key("http://example.org/Path?utm=1#x"), "example.org/Path");
  EXPECT_EQ(report_key("example.org"), "example.org");
  EXPECT_EQ(report_key(""), "");
}

TEST(Countries, CodesNamesAndLongNames) {
  EXPECT_EQ(country_code("albania"), "AL");
  EXPECT_EQ(country_code("al"), "AL");
  EXPECT_EQ(country_code("Iran (Islamic Republic of)"), "IR");
  EXPECT_FALSE(country_code("Middle East"));
  EXPECT_EQ(country_name("KP"), "North Korea");
}

TEST(Countries, TheNationThatADescriptionNames) {
  EXPECT_EQ(nation_in_text("X is a suspected Iranian threat group that targets Israeli companies"), "IR");
  EXPECT_EQ(nation_in_text("X is a China-based actor"), "CN");
  EXPECT_EQ(nation_in_text("X has been attributed to Russia's General Staff"), "RU");
  EXPECT_EQ(nation_in_text("X is a North Korean state-sponsored group"), "KP");
  EXPECT_EQ(nation_in_text("X has targeted Japanese organisations"), std::nullopt);
  EXPECT_EQ(nation_in_text("X targets Russian government bodies in Ukraine"), std::nullopt);
}

TEST(Names, FoldingAndSuggestions) {
  EXPECT_EQ(folded("APT-28"), folded("apt 28"));
  EXPECT_NE(folded("APT28"), folded("APT29"));
  EXPECT_EQ(nearest_names("Mimicatz", {"Meterpreter", "Mimikatz"}, 3), std::vector<std::string>{"Mimikatz"});
  EXPECT_TRUE(nearest_names("", {"a"}, 3).empty());
}

}  // namespace
}  // namespace prova::knowledge
