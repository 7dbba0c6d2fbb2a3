#include "kinship/yara_rules.h"

#include <gtest/gtest.h>

#include "dataflow/program_test_support.h"
#include "kinship/library_versions.h"
#include "kinship/proposed_names.h"
#include "kinship/rule_draft.h"

namespace prova {
namespace {

using testing::TestProgram;

TEST(YaraRules, NamesFileAndLineOfAMistakeAndKeepsTheRest) {
  std::vector<Error> errors;
  const auto rules = YaraRules::compile({{"a.yar", "rule a { strings: $x = \"needle\" condition: $x }"},
                                         {"b.yar", "\n\nrule b { condition: $missing }"}},
                                        errors);
  ASSERT_TRUE(rules);
  ASSERT_EQ(errors.size(), 1U);
  EXPECT_EQ(errors[0].file, "b.yar");
  EXPECT_TRUE(errors[0].message.starts_with("line 3: ")) << errors[0].message;
  const auto found = rules->scan(as_bytes("hay needle hay needle")).value();
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].file, "a.yar");
  ASSERT_EQ(found[0].places.size(), 2U);
  EXPECT_EQ(found[0].places[1].offset, 15U);
  EXPECT_EQ(found[0].places[1].length, 6U);
}

TEST(YaraRules, PlacesAreCappedAndEqualNamesInTwoFilesAreTwoRules) {
  std::vector<Error> errors;
  const char* text = "rule same { strings: $x = \"ab\" condition: $x }";
  const auto rules = YaraRules::compile({{"1.yar", text}, {"2.yar", text}}, errors).value();
  std::string many;
  for (int i = 0; i < 100; ++i) many += "ab ";
  const auto found = rules.scan(as_bytes(many)).value();
  ASSERT_EQ(found.size(), 2U);
  EXPECT_EQ(found[0].file, "1.yar");
  EXPECT_EQ(found[0].places.size(), kMaxRulePlaces);
  EXPECT_TRUE(found[0].capped);
}

TEST(YaraRules, NothingThatCompilesIsAnError) {
  std::vector<Error> errors;
  EXPECT_FALSE(YaraRules::compile({{"x.yar", "rule"}}, errors));
  EXPECT_FALSE(YaraRules::compile({{"nul.yar", std::string("rule a { condition: true }\0 x", 28)}}, errors));
  EXPECT_EQ(errors.size(), 2U);
}

TEST(RuleDraft, LeavesOpenWhatLinkingChanges) {
  std::vector<std::uint8_t> code = {0xbf, 0x00, 0x00, 0x50, 0x00,   // mov edi, 0x500000 (a text)
                                    0xe8, 0xf6, 0xef, 0x2f, 0x00};  // call 0x700000 (an import)
  for (std::uint8_t i = 0; i < 8; ++i) code.insert(code.end(), {0xc7, 0x43, static_cast<std::uint8_t>(8 * i), i, 2, 3, 4});
  code.push_back(0xc3);
  const TestProgram t(Arch::kX64, {code}, std::string("hello\0", 6), {"puts"});
  const CodePattern pattern = code_pattern(t.program(), 0).value();
  EXPECT_GE(pattern.fixed, kLeastFixedBytes);
  // The stretch with most fixed bytes begins behind the two open operands or holds them open.
  EXPECT_EQ(pattern.hex.find("00 00 50 00"), std::string::npos);
  EXPECT_EQ(pattern.hex.find("F6 EF 2F 00"), std::string::npos);
  EXPECT_NE(pattern.hex.find("C7 43 08 01 02 03 04"), std::string::npos);
}

TEST(RuleDraft, TheRuleCompilesWhateverTheFamilyIsCalled) {
  RuleText rule{rule_name("evil\" } rule x { condition: true \n\xff"), {{"family", "evil\" } \\ \n\xff"}}, {}};
  rule.groups.push_back({Format::kElf, Arch::kArm64, {{"AA BB ?? D? EE", 3, VirtualAddress{0x1000}}}, 1});
  std::vector<Error> errors;
  EXPECT_TRUE(YaraRules::compile({{"draft", rule_text(rule)}}, errors)) << (errors.empty() ? "" : errors[0].message);
}

FunctionResult library_function(std::uint64_t address, std::vector<std::pair<std::string, double>> matches) {
  FunctionResult f;
  f.address = VirtualAddress{address};
  f.role = FunctionRole::kLibrary;
  for (auto& [name, lr] : matches) {
    FunctionMatch match;
    match.role = SampleRole::kLibrary;
    match.family = "zlib";
    match.name = std::move(name);
    match.log10_lr = lr;
    f.matches.push_back(std::move(match));
  }
  return f;
}

TEST(ProposedNames, TakesTheBestNameAndSaysWhenTwoFit) {
  MatchReport report;
  report.functions = {library_function(0x1000, {{"inflate", 3}, {"inflate", 3}, {"deflate", 1.5}}),
                      library_function(0x2000, {{"adler32", 2}, {"adler32_z", 1.9}}),
                      library_function(0x3000, {{"sub_401000", 3}}), library_function(0x4000, {{"weak", 0.5}})};
  report.functions.push_back(library_function(0x5000, {{"named", 3}}));
  report.functions.back().name = "already_named";
  report.functions.push_back(library_function(0x6000, {{"mine", 3}}));
  report.functions.back().role = FunctionRole::kUnique;
  const auto names = propose_names(report, 1);
  ASSERT_EQ(names.size(), 2U);
  EXPECT_EQ(names[0].name, "inflate");
  EXPECT_TRUE(names[0].alternatives.empty());
  EXPECT_EQ(names[1].alternatives, std::vector<std::string>{"adler32_z"});
  EXPECT_EQ(name_script(names, NameFormat::kGhidra), "inflate 0x1000 f\n");
}

TEST(ProposedNames, ANameCannotLeaveItsPlaceInAScript) {
  const std::vector<ProposedName> names = {{VirtualAddress{0x10}, "x\"); system(\"y\n", "lib\n#", true, 1, 3, {"a\nb"}}};
  const std::string idc = name_script(names, NameFormat::kIdc);
  EXPECT_NE(idc.find("set_name(0x10, \"x____system__y_\", 0x801);"), std::string::npos) << idc;
  EXPECT_EQ(std::count(idc.begin(), idc.end(), '\n'), 5);
}

TEST(LibraryVersions, AreOrderedByNumber) {
  EXPECT_TRUE(version_before("1.2.9", "1.2.11"));
  EXPECT_TRUE(version_before("1.2", "1.2.1"));
  EXPECT_FALSE(version_before("1.3", "1.2.11"));
  EXPECT_FALSE(version_before("1.2", "1.2"));
}

TEST(LibraryVersions, TheVersionsThatTieAreARange) {
  std::vector<PairedSample> paired;
  for (const char* version : {"1.1", "1.2", "1.3", "2.0"}) {
    PairedSample p;
    p.sample.record.family = "lib";
    p.sample.record.role = SampleRole::kLibrary;
    p.sample.record.version = version;
    // Function 0 is the same in 1.2 and 1.3; function 1 in all but 2.0.
    const bool fits = std::string_view(version) == "1.2" || std::string_view(version) == "1.3";
    p.matches = {{0, 0, fits ? 0.99 : 0.9, 2, fits, false}, {1, 1, std::string_view(version) == "2.0" ? 0.5 : 0.8, 2, false, false}};
    paired.push_back(std::move(p));
  }
  std::vector<FamilyResult> families(1);
  families[0].family = "lib";
  families[0].role = SampleRole::kLibrary;
  const std::vector<Verdict> verdicts(2, Verdict{FunctionRole::kLibrary, "library lib", {}});
  name_library_versions(paired, verdicts, families);
  EXPECT_EQ(families[0].version, "1.2 to 1.3");
  EXPECT_EQ(families[0].evidence, std::vector<std::string>{"2 of 2 recognised functions are closest to version 1.2 to 1.3"});
}

}  // namespace
}  // namespace prova
