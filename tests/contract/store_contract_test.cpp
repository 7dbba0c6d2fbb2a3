// What every FingerprintStore promises, on each implementation.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "store_under_test.h"

namespace prova {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST_P(StoreContract, AnEmptyStoreAnswersEveryQuestion) {
  EXPECT_TRUE(ask(probe_for({1, 2}, 3)).empty());
  EXPECT_TRUE(ids().empty());
  EXPECT_EQ(store_->info()->functions, 0U);
  EXPECT_EQ(store_->info()->scheme, kFingerprintScheme);
  EXPECT_TRUE(store_->verify()->problems.empty());
  EXPECT_EQ(store_->sample(SampleId{1}).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(store_->candidates({}, 10)->empty());
}

TEST_P(StoreContract, EmptyBatchesSamplesAndFunctionsAreKept) {
  add({});
  EXPECT_TRUE(ids().empty());
  add({sample_of("empty", {}), sample_of("plain", {StoredFunction{}})});
  EXPECT_THAT(ids(), ElementsAre(SampleId{1}, SampleId{2}));
  EXPECT_EQ(*store_->sample(SampleId{1}), sample_of("empty", {}));
  EXPECT_EQ(*store_->sample(SampleId{2}), sample_of("plain", {StoredFunction{}}));
  EXPECT_TRUE(ask(probe_for({1})).empty());
  EXPECT_TRUE(ask(Probe{}).empty());
  EXPECT_TRUE(store_->verify()->problems.empty());
}

TEST_P(StoreContract, ASampleComesBackAsItWasStored) {
  StoredSample sample = sample_of("full", {function_with({5, 70, 0xffff'ffff}, 77), function_with({0, 5})});
  sample.record.member = "a.o";
  sample.record.actor = "actor";
  sample.record.role = SampleRole::kLibrary;
  sample.record.version = "1.2.11";
  sample.record.first_seen = "2022-07-15";
  sample.record.format = Format::kElf;
  sample.record.arch = Arch::kArm64;
  sample.record.bits = 64;
  sample.record.size = ~0ULL;
  sample.record.code_bytes = 1ULL << 63;
  sample.record.toolmarks = {{Toolmark::Kind::kPdbPath, "C:\\x.pdb"}, {Toolmark::Kind::kCompiler, ""}};
  sample.functions[0].address = VirtualAddress{0xffff'ffff'ffff'fff0};
  sample.functions[0].kind = FunctionKind::kPlt;
  sample.functions[0].name = "start";
  sample.functions[0].callees = {0, 1};
  sample.functions[0].imports = {"CreateFileW", "WriteFile"};
  sample.functions[0].fingerprint.blocks = 3;
  sample.functions[0].fingerprint.instructions = 40;
  sample.functions[0].fingerprint.bytes = 0xffff'ffff;
  sample.functions[1].fingerprint.with_callees = {6};
  add({sample});
  EXPECT_EQ(*store_->sample(SampleId{1}), sample);
  EXPECT_EQ(store_->samples()->at(0).second, sample.record);
}

TEST_P(StoreContract, UnicodeAndHostileNamesSurvive) {
  const std::vector<std::string> names = {"łódź.exe", "\x1b]0;title\x07", std::string("a\0b", 3), "\xff\xfe\xc0",
                                          "'; DROP TABLE samples; --", "../../etc/passwd", "", std::string(100'000, 'x')};
  std::vector<StoredSample> batch;
  for (const std::string& name : names) {
    StoredSample sample = sample_of("same file", {function_with({1})}, name);
    sample.record.member = sample.record.name = sample.record.actor = name;
    sample.record.toolmarks = {{Toolmark::Kind::kPdbPath, name}};
    sample.functions[0].name = name;
    sample.functions[0].imports = {name};
    batch.push_back(sample);
  }
  add(batch);
  for (std::uint32_t i = 0; i < names.size(); ++i) EXPECT_EQ(*store_->sample(SampleId{i + 1}), batch[i]) << i;
  EXPECT_EQ(store_->info()->families, names.size());
  const std::pair<Sha256, std::string> nul{identity("same file"), std::string("a\0b", 3)};
  EXPECT_EQ(store_->remove(std::span(&nul, 1)).value(), 1U);
  EXPECT_EQ(ids().size(), names.size() - 1);
}

TEST_P(StoreContract, AddingAKnownIdentityReplacesItUnderANewId) {
  add({sample_of("a", {function_with({1})}), sample_of("b", {function_with({1})})});
  add({sample_of("a", {function_with({1, 2})})});
  EXPECT_THAT(ids(), ElementsAre(SampleId{2}, SampleId{3}));
  EXPECT_THAT(ask(probe_for({1, 2})), ElementsAre(found(3, 0, 2), found(2, 0, 1)));
  EXPECT_EQ(store_->sample(SampleId{1}).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(store_->info()->samples, 2U);
  EXPECT_EQ(store_->info()->functions, 2U);
}

TEST_P(StoreContract, TheLastOfSeveralWithOneIdentityInABatchWins) {
  add({sample_of("a", {function_with({1})}), sample_of("a", {function_with({2})})});
  EXPECT_THAT(ids(), ElementsAre(SampleId{2}));
  EXPECT_TRUE(ask(probe_for({1})).empty());
  EXPECT_THAT(ask(probe_for({2})), ElementsAre(found(2, 0, 1)));
}

TEST_P(StoreContract, MembersOfOneArchiveAreDifferentSamples) {
  StoredSample a = sample_of("lib.a", {function_with({1})});
  StoredSample b = a;
  a.record.member = "a.o";
  b.record.member = "b.o";
  add({a, b});
  EXPECT_THAT(ask(probe_for({1})), ElementsAre(found(1, 0, 1), found(2, 0, 1)));
}

TEST_P(StoreContract, RemovedSamplesAreGoneAndTheirIdsStayUnused) {
  add({sample_of("a", {function_with({1}, 9)}), sample_of("b", {function_with({1})})});
  const std::vector<std::pair<Sha256, std::string>> identities = {
      {identity("b"), ""}, {identity("unknown"), ""}, {identity("a"), "other member"}, {identity("b"), ""}};
  EXPECT_EQ(store_->remove(identities).value(), 1U);
  EXPECT_THAT(ask(probe_for({1})), ElementsAre(found(1, 0, 1)));
  add({sample_of("c", {function_with({1}, 9)})});
  EXPECT_THAT(ids(), ElementsAre(SampleId{1}, SampleId{3}));
  EXPECT_THAT(ask(probe_for({}, 9)), ElementsAre(found(1, 0, 0, true), found(3, 0, 0, true)));
  EXPECT_TRUE(store_->verify()->problems.empty());
}

TEST_P(StoreContract, EverythingRemovedLeavesAnEmptyStore) {
  add({sample_of("a", {function_with({1}, 9)})});
  const std::pair<Sha256, std::string> a{identity("a"), ""};
  EXPECT_EQ(store_->remove(std::span(&a, 1)).value(), 1U);
  EXPECT_TRUE(ask(probe_for({1}, 9)).empty());
  EXPECT_EQ(store_->info()->functions, 0U);
  EXPECT_EQ(store_->info()->families, 0U);
  EXPECT_TRUE(store_->verify()->problems.empty());
}

TEST_P(StoreContract, CandidatesComeExactFirstThenByWeightThenByPlace) {
  add({sample_of("a", {function_with({1, 2}), function_with({1}), function_with({1}, 5)})});
  add({sample_of("b", {function_with({1, 2, 3}), function_with({1, 2}), function_with({4}, 5)})});
  EXPECT_THAT(ask(probe_for({1, 2}, 5)), ElementsAre(found(1, 2, 1, true), found(2, 2, 0, true), found(1, 0, 2),
                                                     found(2, 0, 2), found(2, 1, 2), found(1, 1, 1)));
  EXPECT_THAT(ask(probe_for({1, 2}, 5), 3), ElementsAre(found(1, 2, 1, true), found(2, 2, 0, true), found(1, 0, 2)));
  EXPECT_TRUE(ask(probe_for({1, 2}, 5), 0).empty());
}

TEST_P(StoreContract, EachListIsLookedUpInItsOwnCounterpart) {
  StoredFunction function = function_with({1, 2});
  function.fingerprint.with_callees = {2, 3};
  add({sample_of("a", {function})});
  Probe probe;
  probe.own = {{3, 10}, {2, 20}};
  EXPECT_THAT(ask(probe), ElementsAre(found(1, 0, 20)));
  probe.with_callees = {{1, 100}, {2, 200}, {3, 400}};
  EXPECT_THAT(ask(probe), ElementsAre(found(1, 0, 620)));
  probe.own = {{3, 10}};
  probe.with_callees = {{1, 100}};
  EXPECT_TRUE(ask(probe).empty());
}

TEST_P(StoreContract, WeightsAddUpBeyond32BitsAndAWeightOfNothingStillFinds) {
  add({sample_of("a", {function_with({1, 2}), function_with({3})})});
  Probe probe;
  probe.own = {{1, 0xffff'ffff}, {2, 0xffff'ffff}, {1, 1}, {3, 0}};
  EXPECT_THAT(ask(probe), ElementsAre(found(1, 0, 0x1'ffff'ffffULL), found(1, 1, 0)));
}

TEST_P(StoreContract, AnExactHashOfZeroIsNotLookedFor) {
  add({sample_of("a", {function_with({1}, 0)})});
  EXPECT_TRUE(ask(probe_for({}, 0)).empty());
  EXPECT_THAT(ask(probe_for({1}, 0)), ElementsAre(found(1, 0, 1, false)));
}

TEST_P(StoreContract, ManyProbesAreAnsweredInTheirOrder) {
  add({sample_of("a", {function_with({1}), function_with({2})})});
  const std::vector<Probe> probes = {probe_for({2}), probe_for({3}), probe_for({1}), probe_for({2})};
  const auto answers = store_->candidates(probes, 10).value();
  ASSERT_EQ(answers.size(), 4U);
  EXPECT_THAT(answers[0], ElementsAre(found(1, 1, 1)));
  EXPECT_TRUE(answers[1].empty());
  EXPECT_THAT(answers[2], ElementsAre(found(1, 0, 1)));
  EXPECT_EQ(answers[3], answers[0]);
}

TEST_P(StoreContract, ACommonFeatureWeighsButDoesNotFind) {
  // kMaxPostings functions hold the feature 1, in two batches; function 0 also holds 2.
  std::vector<StoredFunction> functions(kMaxPostings - 1, function_with({1}));
  functions[0] = function_with({1, 2});
  add({sample_of("a", functions)});
  add({sample_of("b", {function_with({1})})});
  EXPECT_EQ(ask(probe_for({1}), 20'000).size(), kMaxPostings);
  // One more, which holds it among its callees' features only: now it is common.
  StoredFunction caller;
  caller.fingerprint.with_callees = {1};
  add({sample_of("c", {caller})});
  EXPECT_TRUE(ask(probe_for({1})).empty());
  EXPECT_THAT(ask(probe_for({1, 2})), ElementsAre(found(1, 0, 2)));
  // Removed functions do not count, whether or not their bytes are still there.
  const std::pair<Sha256, std::string> b{identity("b"), ""};
  EXPECT_EQ(store_->remove(std::span(&b, 1)).value(), 1U);
  EXPECT_EQ(ask(probe_for({1}), 20'000).size(), kMaxPostings - 1);
}

TEST_P(StoreContract, RareFeaturesFindFirstAsFarAsTheBudgetGoes) {
  // 1 is held by 6,000 functions, 2 by 3,999, 3 by one of its own: together exactly kMaxPostings.
  std::vector<StoredFunction> functions(6'000, function_with({1}));
  functions.insert(functions.end(), 3'999, function_with({2}));
  functions.push_back(function_with({3}));
  add({sample_of("a", functions)});
  EXPECT_EQ(ask(probe_for({1, 2, 3}), 20'000).size(), kMaxPostings);
  // One more holder of 3: the most common feature finds nothing any more, but still weighs.
  add({sample_of("b", {function_with({1, 3})})});
  const auto fewer = ask(probe_for({1, 2, 3}), 20'000);
  EXPECT_EQ(fewer.size(), 4'001U);
  EXPECT_EQ(fewer.front(), found(2, 0, 2));
}

TEST_P(StoreContract, TheHeaviestByTheFindingFeaturesAreWeighedInFull) {
  // 1 is too common to find; 2 and 3 find. Function 1 holds both, function 0 holds 1 and 2.
  std::vector<StoredFunction> functions(kMaxPostings, function_with({1}));
  functions[0] = function_with({1, 2});
  functions[1] = function_with({2, 3});
  functions.push_back(function_with({1}));
  functions.push_back(function_with({1}));
  add({sample_of("a", functions)});
  Probe probe = probe_for({2, 3});
  probe.own.emplace_back(1, 10);
  EXPECT_THAT(ask(probe, 2), ElementsAre(found(1, 0, 11), found(1, 1, 2)));
  EXPECT_THAT(ask(probe, 1), ElementsAre(found(1, 1, 2)));
}

TEST_P(StoreContract, AnExactHashFindsTheFirstOfVeryMany) {
  std::vector<StoredFunction> functions(kMaxExact, function_with({1}, 5));
  add({sample_of("a", {function_with({1}, 5)}), sample_of("b", functions)});
  add({sample_of("c", {function_with({2}, 5), function_with({3}, 5), function_with({2}, 6)})});
  EXPECT_EQ(ask(probe_for({}, 5), 20'000).size(), kMaxExact);
  EXPECT_EQ(ask(probe_for({}, 5), 20'000).back(), found(2, kMaxExact - 2, 0, true));
  // Those past the first are exact too when a feature finds them.
  EXPECT_THAT(ask(probe_for({2}, 5), 2), ElementsAre(found(3, 0, 1, true), found(1, 0, 0, true)));
  EXPECT_EQ(ask(probe_for({2}, 5), 20'000).back(), found(3, 2, 1, false));
}

TEST_P(StoreContract, SamplesThatBreakTheirPromisesAreRefused) {
  const auto message_of = [&](const StoredSample& sample) {
    const auto added = store_->add(std::span(&sample, 1));
    return added ? std::string("accepted") : added.error().message;
  };
  EXPECT_THAT(message_of(sample_of("a", {function_with({2, 1})})), HasSubstr("function 0: features are not ascending"));
  EXPECT_THAT(message_of(sample_of("a", {function_with({1, 1})})), HasSubstr("function 0: features are not ascending"));
  StoredFunction function;
  function.callees = {1};
  EXPECT_THAT(message_of(sample_of("a", {function})), HasSubstr("callee 1 of 1 functions"));
  function.callees = {};
  function.name = std::string((1 << 20) + 1, 'x');
  EXPECT_THAT(message_of(sample_of("a", {function})), HasSubstr("function name of 1048577 bytes, at most 1048576"));
  EXPECT_TRUE(ids().empty());
}

}  // namespace
}  // namespace prova
