#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "dataflow/program_test_support.h"
#include "features/feature_sink.h"
#include "features/reference_features.h"

namespace prova {
namespace {

using testing::TestProgram;
using Bytes = std::vector<std::uint8_t>;

/// The readable features of function `index`, without those of levels above one.
std::set<std::string> labels_of(const TestProgram& t, std::size_t index = 0) {
  FeatureLabels labels;
  const auto features = extract_features(t.program(), 1, &labels).value();
  std::set<std::string> out;
  for (const Feature& f : features[index].features) {
    if (const auto it = labels.find(f.hash); it != labels.end()) out.insert(it->second);
  }
  return out;
}

// void f(struct { int pad[3]; int x; }* p) { p->x = puts("hello"); }   at kCode, string at kReadOnly, puts at kImports
const Bytes kStoreOfPuts = {
    0x53,                                      // push rbx
    0x48, 0x89, 0xfb,                          // mov rbx, rdi
    0xbf, 0x00, 0x00, 0x50, 0x00,              // mov edi, 0x500000
    0xe8, 0xf2, 0xef, 0x2f, 0x00,              // call 0x700000
    0x89, 0x43, 0x0c,                          // mov [rbx+0xc], eax
    0x81, 0xc3, 0xb9, 0x79, 0x37, 0x9e,        // add ebx, 0x9e3779b9
    0x5b,                                      // pop rbx
    0xc3};                                     // ret

TEST(Extract, NamesStringsImportsFieldsAndConstants) {
  const TestProgram t(Arch::kX64, {kStoreOfPuts}, std::string("hello\0", 6), {"__puts_chk@GLIBC_2.4"});
  EXPECT_THAT(labels_of(t), ::testing::IsSupersetOf({"string \"hello\"", "import puts", "store of field at 12"}));
}

TEST(Extract, FindsStringsBesideTheFunctionsAddressInAPointerTable) {
  std::string table("print\0\0\0", 8);
  const auto pointer = [&](std::uint64_t value) { table.append(reinterpret_cast<const char*>(&value), 8); };
  pointer(TestProgram::kReadOnly);
  pointer(TestProgram::kCode);
  const TestProgram t(Arch::kX64, {{0x31, 0xc0, 0xc3}, {0xc3}}, table);
  EXPECT_THAT(labels_of(t, 0), ::testing::Contains("table entry \"print\""));
  EXPECT_THAT(labels_of(t, 1), ::testing::Not(::testing::Contains("table entry \"print\"")));
}

TEST(Extract, ExactHashIgnoresWhereCodeAndDataLie) {
  const TestProgram once(Arch::kX64, {kStoreOfPuts}, std::string("hello\0", 6), {"puts"});
  Bytes moved = kStoreOfPuts;
  moved[10] -= 4;   // the call, 0x400 bytes further back
  moved[6] += 1;    // the string, 0x100 bytes further on
  const TestProgram twice(Arch::kX64, {{0xc3}, moved}, std::string(0x200, 'x'), {"puts"});
  const auto a = extract_features(once.program()).value(), b = extract_features(twice.program()).value();
  EXPECT_NE(a[0].exact_hash, 0U);
  EXPECT_EQ(a[0].exact_hash, b[1].exact_hash);
  Bytes changed = kStoreOfPuts;
  changed[16] = 0x10;  // another field
  const TestProgram other(Arch::kX64, {changed}, std::string("hello\0", 6), {"puts"});
  EXPECT_NE(a[0].exact_hash, extract_features(other.program()).value()[0].exact_hash);
  EXPECT_EQ(b[0].exact_hash, 0U) << "one instruction is too short for an exact hash";
}

TEST(Extract, DoesNotDependOnThreads) {
  const TestProgram t(Arch::kX64, {kStoreOfPuts, {0x31, 0xc0, 0xc3}, kStoreOfPuts, {0xc3}}, std::string("hello\0", 6), {"puts"});
  FeatureLabels one_labels, four_labels;
  const auto one = extract_features(t.program(), 1, &one_labels).value();
  const auto four = extract_features(t.program(), 4, &four_labels).value();
  ASSERT_EQ(one.size(), four.size());
  for (std::size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].features, four[i].features);
    EXPECT_EQ(one[i].exact_hash, four[i].exact_hash);
  }
  EXPECT_EQ(one_labels, four_labels);
}

TEST(Extract, AFunctionDoesNotDependOnThoseBeforeIt) {
  const Bytes padded = {0x8b, 0xff, 0xc3};               // mov edi, edi; ret: this move does nothing ...
  const Bytes stores = {0x8b, 0x47, 0x08, 0x89, 0x06, 0xc3};  // mov eax, [rdi+8]; mov [rsi], eax; ret: these do
  const TestProgram alone(Arch::kX64, {stores}, {}, {});
  const TestProgram behind(Arch::kX64, {padded, stores}, {}, {});
  const auto expected = extract_features(alone.program()).value()[0].features;
  const auto found = extract_features(behind.program()).value()[1].features;
  ASSERT_FALSE(expected.empty());
  ASSERT_EQ(found.size(), expected.size());
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_EQ(found[i].hash, expected[i].hash);
}

TEST(Extract, ThunksGetNoFeaturesAndUnknownMachinesAnError) {
  TestProgram t(Arch::kX64, {kStoreOfPuts});
  t.mutable_program().functions[0].kind = FunctionKind::kThunk;
  const auto features = extract_features(t.program()).value();
  EXPECT_TRUE(features[0].features.empty());
  EXPECT_EQ(features[0].exact_hash, 0U);
  t.image().arch = Arch::kUnknown;
  EXPECT_EQ(extract_features(t.program()).error().code, ErrorCode::kUnsupported);
}

TEST(FeatureSink, CountsBecomeLevels) {
  FeatureSink sink(nullptr);
  for (int i = 0; i < 3; ++i) sink.add(FeatureFamily::kConstant, 7);
  sink.add(FeatureFamily::kField, 7);
  // Seen three times: the levels 1, 2 and 3. Seen once: level 1.
  const std::uint64_t h = FeatureSink::hash(FeatureFamily::kConstant, 7);
  const auto features = sink.finish();
  EXPECT_THAT(features, ::testing::UnorderedElementsAre(
      Feature{h, FeatureFamily::kConstant}, Feature{mix(h, 2), FeatureFamily::kConstant},
      Feature{mix(h, 3), FeatureFamily::kConstant},
      Feature{FeatureSink::hash(FeatureFamily::kField, 7), FeatureFamily::kField}));
  EXPECT_TRUE(sink.finish().empty());
}

TEST(FeatureSink, KeepsTheSameSampleOfAHugeFunctionWhateverTheOrder) {
  FeatureSink up(nullptr), down(nullptr);
  for (std::uint64_t i = 0; i < 2 * kMaxFeatures; ++i) {
    up.add(FeatureFamily::kConstant, i);
    down.add(FeatureFamily::kConstant, 2 * kMaxFeatures - 1 - i);
  }
  const auto a = up.finish();
  EXPECT_EQ(a.size(), kMaxFeatures);
  EXPECT_EQ(a, down.finish());
}

TEST(PlainNumber, MeetsWhicheverWidthTheCompilerChose) {
  EXPECT_EQ(plain_number(0xffff'ffff), -1);
  EXPECT_EQ(plain_number(-1), -1);
  EXPECT_EQ(plain_number(0x1'0000'0000), 0x1'0000'0000);
}

TEST(ImportName, LosesItsDecoration) {
  EXPECT_EQ(plain_import_name("__memcpy_chk@GLIBC_2.3.4"), "memcpy");
  EXPECT_EQ(plain_import_name("__isoc99_sscanf"), "sscanf");
  EXPECT_EQ(plain_import_name("_CreateFileW@28"), "CreateFileW");
  EXPECT_EQ(plain_import_name("#17"), "#17");
}

}  // namespace
}  // namespace prova
