#include "evidence/case_sources.h"

#include <gtest/gtest.h>

namespace prova {
namespace {

TEST(CaseSources, ReadsEveryKey) {
  const CaseSourcesReading reading = parse_case_sources(
      "schema: prova/sources/1\nnotice: simulated\ninventory: a.inventory\nkey: a.key\nimages: [one.img, two.img]\n"
      "directories: back\nbackups: [backup]\ncopies: [laptop.tar.gz]\ndumps: [dump.zip]\n");
  ASSERT_TRUE(reading.errors.empty()) << to_string(reading.errors, "sources.yaml");
  EXPECT_EQ(reading.parsed->images, (std::vector<std::string>{"one.img", "two.img"}));
  EXPECT_EQ(reading.parsed->directories, std::vector<std::string>{"back"});
  EXPECT_EQ(reading.parsed->key, "a.key");
  EXPECT_TRUE(reading.parsed->has_damage_sources());
}

TEST(CaseSources, NamesMistakesWithTheirLines) {
  const CaseSourcesReading reading = parse_case_sources("schema: prova/sources/1\ninventory: a\nimage: [one.img]\n");
  ASSERT_FALSE(reading.parsed);
  ASSERT_EQ(reading.errors.size(), 2U);
  EXPECT_NE(reading.errors[0].message.find("nothing to examine"), std::string::npos);
  EXPECT_EQ(reading.errors[1].line, 3);
  EXPECT_NE(reading.errors[1].message.find("images"), std::string::npos) << "the nearest key is named";
}

TEST(CaseSources, RefusesWhatIsNoMapOrHasNoInventory) {
  EXPECT_FALSE(parse_case_sources("- a\n").parsed);
  EXPECT_FALSE(parse_case_sources("").parsed);
  EXPECT_FALSE(parse_case_sources("schema: prova/sources/1\nimages: [a]\n").parsed);
  EXPECT_FALSE(parse_case_sources("schema: prova/sources/1\ninventory: a\nimages: [{b: c}]\n").parsed);
}

}  // namespace
}  // namespace prova
