// The whole run from looking up to the report, on hand-built samples.

#include <gtest/gtest.h>

#include "kinship/candidates.h"
#include "kinship/common_code.h"
#include "kinship/common_code_table.h"
#include "kinship/match_sample.h"
#include "kinship/match_test_support.h"
#include "kinship/toolmarks.h"

namespace prova {
namespace {

using testing::function;
using testing::NaiveStore;

/// `count` recognisable functions of 40 features each, the first with features `first`...; addresses from `base`.
std::vector<StoredFunction> functions(std::uint32_t first, std::uint32_t count, std::uint64_t base = 0x1000) {
  std::vector<StoredFunction> list;
  for (std::uint32_t i = 0; i < count; ++i) list.push_back(function(base + 0x100 * i, {{first + 100 * i, 40}}));
  return list;
}

std::vector<StoredFunction> operator+(std::vector<StoredFunction> a, std::vector<StoredFunction> b) {
  a.insert(a.end(), std::make_move_iterator(b.begin()), std::make_move_iterator(b.end()));
  for (std::size_t i = 0; i < a.size(); ++i) a[i].address = VirtualAddress{0x1000 + 0x100 * i};
  return a;
}

AnalyzedSample query(std::vector<StoredFunction> list) {
  AnalyzedSample q;
  q.stored = testing::sample("", SampleRole::kMalware, 99, std::move(list));
  return q;
}

MatchReport match(const AnalyzedSample& q, const NaiveStore& store, const MatchOptions& options = {}) {
  auto report = match_analyzed(q, store, options);
  EXPECT_TRUE(report);
  return report ? *report : MatchReport{};
}

TEST(MatchSample, EmptyStoreMakesEverythingNew) {
  const MatchReport report = match(query(functions(0, 3)), NaiveStore());
  ASSERT_EQ(report.functions.size(), 3U);
  for (const FunctionResult& f : report.functions) {
    EXPECT_EQ(f.role, FunctionRole::kUnknown);
    EXPECT_EQ(f.group, "new");
    EXPECT_TRUE(f.matches.empty());
  }
  EXPECT_TRUE(report.families.empty());
}

TEST(MatchSample, FunctionsOfOneFamilyAreUniqueToIt) {
  const NaiveStore store({testing::sample("sweep", SampleRole::kMalware, 1, functions(0, 10))});
  const MatchReport report = match(query(functions(0, 5) + functions(90'000, 5)), store);
  ASSERT_EQ(report.functions.size(), 10U);
  for (std::size_t i = 0; i < 10; ++i) {
    EXPECT_EQ(report.functions[i].role, i < 5 ? FunctionRole::kUnique : FunctionRole::kUnknown) << i;
    EXPECT_EQ(report.functions[i].group, i < 5 ? "only in family sweep" : "new") << i;
  }
  ASSERT_EQ(report.families.size(), 1U);
  EXPECT_EQ(report.families[0].family, "sweep");
  EXPECT_EQ(report.families[0].shared_functions, 5U);
  EXPECT_EQ(report.families[0].shared_bytes, 500U);
  EXPECT_EQ(report.families[0].of_bytes, 1000U);
  EXPECT_GT(report.families[0].log10_lr, 0.0);
}

TEST(MatchSample, LibraryCodeIsExplainedAway) {
  // The family links the very library that the query links: its copy is as close as the library's own.
  const NaiveStore store({testing::sample("sweep", SampleRole::kMalware, 1, functions(0, 4) + functions(50'000, 6)),
                          testing::sample("zlib", SampleRole::kLibrary, 2, functions(50'000, 6))});
  const MatchReport report = match(query(functions(90'000, 4) + functions(50'000, 6)), store);
  EXPECT_EQ(report.library_bytes, 600U);
  for (std::size_t i = 4; i < 10; ++i) {
    EXPECT_EQ(report.functions[i].role, FunctionRole::kLibrary);
    EXPECT_EQ(report.functions[i].group, "library zlib");
  }
  ASSERT_EQ(report.families.size(), 2U);
  EXPECT_EQ(report.families[0].family, "sweep");
  EXPECT_EQ(report.families[0].shared_functions, 0U);
  EXPECT_LE(report.families[0].log10_lr, 0.0);
  EXPECT_EQ(report.families[1].role, SampleRole::kLibrary);
  EXPECT_EQ(report.families[1].shared_bytes, 600U);
}

TEST(MatchSample, LibraryOfAnotherBuildStillExplains) {
  // The family's copy is identical, the library reference was built otherwise: 28 of 40 features are left.
  auto other_build = functions(50'000, 6);
  for (std::uint32_t i = 0; i < 6; ++i) other_build[i] = function(0x1000 + 0x100 * i, {{50'000 + 100 * i, 28},
                                                                                       {70'000 + 100 * i, 12}});
  const NaiveStore store({testing::sample("sweep", SampleRole::kMalware, 1, functions(50'000, 6)),
                          testing::sample("zlib", SampleRole::kLibrary, 2, other_build)});
  const MatchReport report = match(query(functions(50'000, 6)), store);
  for (const FunctionResult& f : report.functions) EXPECT_EQ(f.role, FunctionRole::kLibrary);
}

TEST(MatchSample, GoodwareExplainsToo) {
  const NaiveStore store({testing::sample("sweep", SampleRole::kMalware, 1, functions(0, 6)),
                          testing::sample("editor", SampleRole::kGoodware, 2, functions(0, 6))});
  const MatchReport report = match(query(functions(0, 6)), store);
  EXPECT_EQ(report.goodware_bytes, 600U);
  EXPECT_EQ(report.functions[0].group, "goodware editor");
  EXPECT_LE(report.families[0].log10_lr, 0.0);
}

TEST(MatchSample, StartUpCodeIsSetAsideEvenInAnEmptyStore) {
  ASSERT_FALSE(kCommonCode.empty());
  std::vector<StoredFunction> list = functions(0, 2);
  list[1].fingerprint.exact = kCommonCode.front();
  const MatchReport report = match(query(list), NaiveStore());
  EXPECT_EQ(report.functions[0].role, FunctionRole::kUnknown);
  EXPECT_EQ(report.functions[1].role, FunctionRole::kLibrary);
  EXPECT_EQ(report.functions[1].group, kCommonCodeGroup);
  // In the family's sample as well: still no evidence.
  const NaiveStore store({testing::sample("sweep", SampleRole::kMalware, 1, list)});
  const MatchReport matched = match(query({list[1]}), store);
  EXPECT_EQ(matched.functions[0].role, FunctionRole::kLibrary);
  for (const FamilyResult& f : matched.families) EXPECT_EQ(f.shared_functions, 0U);
}

TEST(MatchSample, CodeOfTwoFamiliesIsSharedAndWeighsLess) {
  const auto one = testing::sample("a", SampleRole::kMalware, 1, functions(0, 6));
  const auto two = testing::sample("b", SampleRole::kMalware, 2, functions(0, 6));
  const MatchReport alone = match(query(functions(0, 6)), NaiveStore({one}));
  const MatchReport both = match(query(functions(0, 6)), NaiveStore({one, two}));
  EXPECT_EQ(both.functions[0].role, FunctionRole::kFamily);
  EXPECT_EQ(both.functions[0].group, "shared by a and b");
  ASSERT_EQ(both.families.size(), 2U);
  EXPECT_EQ(both.families[0].family, "a");
  EXPECT_EQ(both.families[0].log10_lr, both.families[1].log10_lr);
  EXPECT_LE(both.families[0].log10_lr, alone.families[0].log10_lr);
}

TEST(MatchSample, UnrelatedProgramsGiveNoEvidence) {
  const NaiveStore store({testing::sample("sweep", SampleRole::kMalware, 1, functions(0, 20))});
  // Each function happens to share one of its 40 features with one of the family.
  std::vector<StoredFunction> list;
  for (std::uint32_t i = 0; i < 20; ++i) {
    list.push_back(function(0x1000 + 0x100 * i, {{100 * i, 1}, {90'000 + 100 * i, 39}}));
  }
  const MatchReport report = match(query(std::move(list)), store);
  for (const FamilyResult& f : report.families) EXPECT_LE(f.log10_lr, 0.0);
  for (const FunctionResult& f : report.functions) EXPECT_EQ(f.role, FunctionRole::kUnknown);
}

TEST(MatchSample, TinyFunctionsAloneAreNoEvidence) {
  std::vector<StoredFunction> tiny;
  for (std::uint32_t i = 0; i < 3; ++i) tiny.push_back(function(0x1000 + 0x100 * i, {{10 * i, 2}}));
  const NaiveStore store({testing::sample("sweep", SampleRole::kMalware, 1, tiny)});
  const MatchReport report = match(query(tiny), store);
  for (const FunctionResult& f : report.functions) {
    EXPECT_EQ(f.role, FunctionRole::kUnknown);
    for (const FunctionMatch& m : f.matches) EXPECT_LT(m.similarity, 0.5);
  }
  for (const FamilyResult& f : report.families) EXPECT_LE(f.log10_lr, 0.0);
}

TEST(MatchSample, DoesNotDependOnThreadsOrNames) {
  std::vector<StoredSample> kept;
  for (std::uint8_t i = 0; i < 6; ++i) {
    kept.push_back(testing::sample("f" + std::to_string(i), i % 3 == 2 ? SampleRole::kLibrary : SampleRole::kMalware, i,
                                   functions(1'000U * i, 8)));
  }
  const NaiveStore store(kept);
  AnalyzedSample q = query(functions(0, 12) + functions(2'000, 4));
  const auto flat = [&](const MatchReport& report) {
    std::string text;
    for (const FunctionResult& f : report.functions) {
      text += std::to_string(raw(f.address)) + f.group;
      for (const FunctionMatch& m : f.matches) {
        text += m.sample + m.family + std::to_string(m.similarity) + std::to_string(m.log10_lr);
      }
    }
    for (const FamilyResult& f : report.families) text += f.family + std::to_string(f.log10_lr);
    return text;
  };
  const std::string once = flat(match(q, store, {.threads = 1}));
  EXPECT_EQ(once, flat(match(q, store, {.threads = 7})));
  for (StoredFunction& f : q.stored.functions) f.name = "main";
  EXPECT_EQ(once, flat(match(q, store, {.threads = 2})));
}

TEST(MatchSample, HidesNamesWhenAsked) {
  auto named = functions(0, 2);
  named[0].name = "encrypt_all";
  const NaiveStore store({testing::sample("sweep", SampleRole::kMalware, 1, named)});
  const AnalyzedSample q = query(named);
  EXPECT_EQ(match(q, store).functions[0].matches.at(0).name, "encrypt_all");
  EXPECT_EQ(match(q, store, {.names = false}).functions[0].matches.at(0).name, "");
  EXPECT_EQ(match(q, store, {.names = false}).functions[0].name, "");
}

TEST(MatchSample, NamesTheHeaviestReadableFeatures) {
  const NaiveStore store({testing::sample("sweep", SampleRole::kMalware, 1, functions(0, 1))});
  AnalyzedSample q = query(functions(0, 1));
  q.labels[testing::feature(3)] = "string \"ntds.dit\"";
  EXPECT_EQ(match(q, store).functions[0].matches.at(0).because, (std::vector<std::string>{"string \"ntds.dit\""}));
}

TEST(ChooseSamples, TakesOnlySamplesThatSomethingPointsAt) {
  const NaiveStore store({testing::sample("a", SampleRole::kMalware, 1, functions(40'000, 3)),
                          testing::sample("b", SampleRole::kMalware, 2, functions(0, 3)),
                          testing::sample("b", SampleRole::kMalware, 3, functions(200, 3))});
  const StoredSample q = query(functions(0, 5)).stored;  // 0, 100, 200: sample 1; 200, 300, 400: sample 2
  const auto chosen = choose_samples(q, store, *store.samples(), FeatureWeights());
  ASSERT_TRUE(chosen);
  EXPECT_EQ(chosen->ids, (std::vector<SampleId>{SampleId{1}, SampleId{2}}));
}

AnalyzedSample marked(std::vector<std::pair<Toolmark::Kind, std::string>> marks) {
  AnalyzedSample q = query({});
  q.stored.record.toolmarks = std::move(marks);
  return q;
}

TEST(Toolmarks, NamesMalwareFamiliesThatCarryTheSameMark) {
  auto a = testing::sample("b", SampleRole::kMalware, 1, {});
  auto b = testing::sample("a", SampleRole::kMalware, 2, {});
  auto lib = testing::sample("lib", SampleRole::kLibrary, 3, {});
  for (StoredSample* s : {&a, &b, &lib}) s->record.toolmarks = {{Toolmark::Kind::kPdbPath, "c:\\x.pdb"}};
  const NaiveStore store({a, b, lib});
  const auto marks = marked({{Toolmark::Kind::kPdbPath, "c:\\x.pdb"}, {Toolmark::Kind::kImphash, "00"}});
  const auto results = compare_toolmarks(marks, *store.samples());
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].kind, Toolmark::Kind::kPdbPath);
  EXPECT_EQ(results[0].families, (std::vector<std::string>{"a", "b"}));
  EXPECT_FALSE(results[0].log10_lr);
  EXPECT_TRUE(results[1].families.empty());
}

TEST(Toolmarks, ForgedRichHeaderIsContradictedByTheCompilerString) {
  const auto results = compare_toolmarks(marked({{Toolmark::Kind::kRichHash, "abc"},
                                                 {Toolmark::Kind::kCompiler, "GCC: (GNU) 12-win32"}}), {});
  ASSERT_EQ(results.size(), 2U);
  EXPECT_NE(results[0].note.find("possible false flag"), std::string::npos);
  EXPECT_NE(results[0].note.find("GCC: (GNU) 12-win32"), std::string::npos);
  EXPECT_EQ(results[1].note, "");
}

TEST(Toolmarks, ForgedRichHeaderIsContradictedByTheCode) {
  AnalyzedSample q = marked({{Toolmark::Kind::kRichHash, "abc"}, {Toolmark::Kind::kLinkerVersion, "14.29"}});
  q.tools.gaps_of_nops = 95;
  q.tools.gaps_of_int3 = 5;
  EXPECT_NE(compare_toolmarks(q, {})[0].note, "");
  q.tools.gaps_of_int3 = 50;
  EXPECT_EQ(compare_toolmarks(q, {})[0].note, "");
  q.tools.gaps_of_nops = 10;  // too few to say anything
  q.tools.gaps_of_int3 = 0;
  EXPECT_EQ(compare_toolmarks(q, {})[0].note, "");
}

TEST(Toolmarks, GenuineMicrosoftBuildHasNoContradiction) {
  AnalyzedSample q = marked({{Toolmark::Kind::kRichHash, "abc"}, {Toolmark::Kind::kLinkerVersion, "14.29"}});
  q.tools.gaps_of_int3 = 500;
  for (const ToolmarkResult& r : compare_toolmarks(q, {})) EXPECT_EQ(r.note, "");
}

}  // namespace
}  // namespace prova
