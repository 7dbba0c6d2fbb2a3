#include <gtest/gtest.h>

#include "fingerprint/call_targets.h"
#include "fingerprint/select.h"
#include "fingerprint/shipped_weights.h"

namespace prova {
namespace {

FunctionFeatures with_features(std::initializer_list<std::uint64_t> hashes) {
  FunctionFeatures f;
  for (const std::uint64_t hash : hashes) f.features.push_back({hash << 40, FeatureFamily::kConstant});
  f.blocks = 3;
  f.instructions = 20;
  f.bytes = 80;
  return f;
}

Program program_of(std::size_t functions) {
  Program program;
  program.functions.resize(functions);
  program.callees.resize(functions);
  program.callers.resize(functions);
  return program;
}

FeatureKey key(std::uint64_t hash) { return feature_key(hash << 40, FeatureFamily::kConstant); }

TEST(FeatureKey, FamilyIsInTheLowFiveBits) {
  EXPECT_EQ(feature_key(0xffff'ffff'ffff'ffffULL, FeatureFamily::kString), 0xffff'ffe2U);
  EXPECT_EQ(family_number(feature_key(0x1234'5678'9abc'def0ULL, FeatureFamily::kOpcode)), 14U);
  // Only the top 27 bits of the hash count.
  EXPECT_EQ(feature_key(1, FeatureFamily::kConstant), feature_key(2, FeatureFamily::kConstant));
}

TEST(Weights, CodesAreMonotoneAndRoundToNearest) {
  EXPECT_EQ(encode_weight(0), 0);
  EXPECT_EQ(encode_weight(12), 255);
  EXPECT_EQ(encode_weight(99), 255);
  EXPECT_EQ(decode_weight(255), 12'000U);
  EXPECT_EQ(encode_weight(3), 128);          // 255 * sqrt(3/12) = 127.5
  EXPECT_EQ(decode_weight(128), 3024U);      // 12 * (128/255)^2 = 3.0236
}

TEST(Weights, TableAnswersKnownAndUnseenKeys) {
  std::array<std::uint8_t, 32> unseen{};
  unseen[2] = 128;
  std::vector<FeatureKey> keys;
  std::vector<std::uint8_t> codes;
  for (std::uint32_t i = 0; i < 1000; ++i) {
    keys.push_back(i * i * 32 + 1);  // far from uniform: interpolation must still find every one
    codes.push_back(static_cast<std::uint8_t>(i % 256));
  }
  const std::string file = serialise_weights(keys, codes, unseen);
  const auto table = FeatureWeights::parse(as_bytes(file));
  ASSERT_TRUE(table);
  for (std::uint32_t i = 0; i < 1000; ++i) EXPECT_EQ(table->of(keys[i]), decode_weight(codes[i])) << i;
  EXPECT_EQ(table->of(34), 3024U);                              // family 2, unseen
  EXPECT_EQ(table->of(2 * 32 + 1), FeatureWeights().unseen(1));  // family 1: the stated default
}

TEST(Weights, DamagedTablesAreRefusedWithTheOffset) {
  const std::string good = serialise_weights(std::vector<FeatureKey>{1, 33}, std::vector<std::uint8_t>{7, 8}, {});
  for (std::size_t n = 0; n < good.size(); ++n) EXPECT_FALSE(FeatureWeights::parse(as_bytes(good).first(n))) << n;
  std::string unsorted = good;
  unsorted[48] = 64;  // first key becomes 64 > 33
  const auto refused = FeatureWeights::parse(as_bytes(unsorted));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().offset, FileOffset{52});
  std::string other_scheme = good;
  other_scheme[8] = 99;
  EXPECT_EQ(FeatureWeights::parse(as_bytes(other_scheme)).error().code, ErrorCode::kStore);
}

TEST(Weights, ShippedTableParses) {
  ASSERT_TRUE(FeatureWeights::parse(shipped_weights()));
  EXPECT_GT(FeatureWeights::shipped().of(feature_key(0x1234'5678'9abc'def0ULL, FeatureFamily::kString)), 0U);
}

TEST(Heaviest, KeepsTheHeaviestAndBreaksTiesBySmallerKey) {
  const std::vector<WeightedKey> keys = {{5, 10}, {3, 10}, {9, 30}, {7, 0}, {9, 30}, {1, 10}};
  EXPECT_EQ(heaviest(keys, 3), (std::vector<FeatureKey>{1, 3, 9}));
  EXPECT_EQ(heaviest(keys, 9), (std::vector<FeatureKey>{1, 3, 5, 9}));
}

TEST(Fingerprint, UnitesDirectCalleesThroughThunks) {
  Program program = program_of(4);  // 0 calls 1, a thunk of 2; 3 is alone
  program.functions[1].kind = FunctionKind::kThunk;
  program.functions[1].thunk_of = 2;
  program.callees[0] = {1};
  const auto prints = fingerprint(program, {with_features({1, 2}), {}, with_features({2, 3}), with_features({4})});
  EXPECT_EQ(prints[0].own, (std::vector<FeatureKey>{key(1), key(2)}));
  EXPECT_EQ(prints[0].with_callees, (std::vector<FeatureKey>{key(1), key(2), key(3)}));
  EXPECT_TRUE(prints[1].own.empty());
  EXPECT_EQ(prints[3].own, prints[3].with_callees);
  EXPECT_EQ(prints[3].bytes, 80U);
}

TEST(CallTargets, ASharedLibraryCallsItsOwnExportsThroughStubs) {
  // 0 calls the stub 1 of import "deflate", and "inflate" through the GOT; the file defines deflate at 0x2000 (2) and
  // inflate at 0x3000 (3). The stub 4 of import "puts" leads out of the file.
  BinaryImage image;
  image.imports = {{"", "deflate", VirtualAddress{0x8000}},
                   {"", "inflate", VirtualAddress{0x8008}},
                   {"", "puts", VirtualAddress{0x8010}}};
  image.exports = {{"deflate", VirtualAddress{0x2000}, ""}, {"inflate", VirtualAddress{0x3000}, ""}};
  Program program = program_of(5);
  program.image = &image;
  for (std::uint32_t i = 0; i < 5; ++i) program.functions[i].address = VirtualAddress{0x1000 + 0x800ULL * i};
  for (const auto& [stub, import] : {std::pair{1U, 0U}, std::pair{4U, 2U}}) {
    program.functions[stub].kind = FunctionKind::kPlt;
    program.functions[stub].import = import;
  }
  program.functions[3].address = VirtualAddress{0x3000};
  program.functions[4].address = VirtualAddress{0x3800};
  program.functions[0].calls = {{VirtualAddress{0x1004}, VirtualAddress{0x1800}, std::nullopt, false},
                                {VirtualAddress{0x1010}, std::nullopt, 1, false}};
  program.callees[0] = {1, 4};
  link_own_imports(program);
  EXPECT_EQ(real_callees(program, 0), (std::vector<std::uint32_t>{2, 3}));
  EXPECT_EQ(program.callers[3], (std::vector<std::uint32_t>{0}));
  EXPECT_FALSE(program.functions[4].thunk_of);
}

TEST(CallTargets, AStubThatDiscoveryDidNotNameIsFollowed) {
  // At 0x5000: endbr64; jmp [rip + 0x0ff6], that is the slot at 0x6000, which holds the address 0x2000.
  const std::vector<std::uint8_t> stub = {0xf3, 0x0f, 0x1e, 0xfa, 0xff, 0x25, 0xf6, 0x0f, 0x00, 0x00};
  const std::vector<std::uint8_t> slot = {0x00, 0x20, 0, 0, 0, 0, 0, 0};
  BinaryImage image;
  image.arch = Arch::kX64;
  image.bits = 64;
  Section code, data;
  code.address = VirtualAddress{0x5000};
  code.size = stub.size();
  code.content = std::as_bytes(std::span(stub));
  code.executable = true;
  data.address = VirtualAddress{0x6000};
  data.size = slot.size();
  data.content = std::as_bytes(std::span(slot));
  Section text;
  text.address = VirtualAddress{0x1000};
  text.size = 0x2000;
  text.executable = true;
  image.sections = {text, code, data};
  Relocation relative;
  relative.where = VirtualAddress{0x6000};
  relative.target = VirtualAddress{0x2000};
  image.relocations = {relative};
  Program program = program_of(2);
  program.image = &image;
  program.functions[0].address = VirtualAddress{0x1000};
  program.functions[1].address = VirtualAddress{0x2000};
  program.functions[0].calls = {{VirtualAddress{0x1004}, VirtualAddress{0x5000}, std::nullopt, false}};
  link_own_imports(program);
  EXPECT_EQ(real_callees(program, 0), (std::vector<std::uint32_t>{1}));
}

TEST(Fingerprint, ThunkThatLeadsToItselfEnds) {
  Program program = program_of(2);
  for (std::uint32_t i = 0; i < 2; ++i) {
    program.functions[i].kind = FunctionKind::kThunk;
    program.functions[i].thunk_of = 1 - i;
  }
  program.callees[0] = {1};
  EXPECT_TRUE(real_callees(program, 0).empty());
}

}  // namespace
}  // namespace prova
