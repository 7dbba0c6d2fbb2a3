// AArch32 functions must look like the same functions of other machines.

#include <gmock/gmock.h>

#include "dataflow/flow_test_support.h"

namespace prova {
namespace {

using testing::Extracted;

std::vector<std::uint8_t> words(std::initializer_list<std::uint32_t> all) {
  std::vector<std::uint8_t> out;
  for (const std::uint32_t w : all) {
    for (unsigned i = 0; i < 4; ++i) out.push_back(static_cast<std::uint8_t>(w >> 8 * i));
  }
  return out;
}

std::string returned(std::initializer_list<std::uint32_t> code) {
  const Extracted e(Arch::kArm, {words(code)});
  return e.text(e.of(Effect::Kind::kReturn).at(0).a);
}

TEST(LiftArm32, ShiftedOperandsAndReverseSubtraction) {
  EXPECT_THAT(returned({0xe0810182, 0xe12fff1e}), ::testing::AnyOf("p1+8*p2", "8*p2+p1"));  // add r0, r1, r2, lsl #3; bx lr
  EXPECT_EQ(returned({0xe2600000, 0xe12fff1e}), "-1*p0");    // rsb r0, r0, #0; bx lr
}

TEST(LiftArm32, SavedRegistersAndSpillsLeaveNoTrace) {
  // push {r4, lr}; mov r4, r0; ldr r0, [r4, #8]; add r0, r0, #3; pop {r4, pc}
  const Extracted e(Arch::kArm, {words({0xe92d4010, 0xe1a04000, 0xe5940008, 0xe2800003, 0xe8bd8010})});
  ASSERT_TRUE(e.ok);
  EXPECT_TRUE(e.of(Effect::Kind::kStore).empty());
  EXPECT_EQ(e.text(e.of(Effect::Kind::kReturn).at(0).a), "[p0+8]+3");
}

TEST(LiftArm32, HalvesOfAConstantAreOne) {
  EXPECT_EQ(returned({0xe3010234, 0xe3400056, 0xe12fff1e}), "5640756");  // movw r0, #0x1234; movt r0, #0x56; bx lr
}

TEST(LiftArm32, OppositeConditionsAreTheConditionItself) {
  // cmp r0, #5; movgt r0, #1; movle r0, #0; bx lr
  const Extracted e(Arch::kArm, {words({0xe3500005, 0xc3a00001, 0xd3a00000, 0xe12fff1e})});
  EXPECT_TRUE(e.of(Effect::Kind::kBranch).empty());
  EXPECT_EQ(e.text(e.of(Effect::Kind::kReturn).at(0).a), "(p0<6)");
}

TEST(LiftArm32, AConditionalMoveIsAChoiceBehindABranch) {
  // cmp r0, #5; moveq r0, r1; bx lr
  const Extracted e(Arch::kArm, {words({0xe3500005, 0x01a00001, 0xe12fff1e})});
  ASSERT_EQ(e.of(Effect::Kind::kBranch).size(), 1U);
  EXPECT_EQ(e.text(e.of(Effect::Kind::kBranch)[0].a), "(p0=5)");
  EXPECT_EQ(e.flow().graph[e.of(Effect::Kind::kReturn).at(0).a].kind, NodeKind::kPhi);
}

TEST(LiftArm32, AConditionalStoreIsAStoreBehindABranch) {
  // cmp r0, #5; streq r1, [r0]; streq r1, [r0, #4]; bx lr: one branch for both
  const Extracted e(Arch::kArm, {words({0xe3500005, 0x05801000, 0x05801004, 0xe12fff1e})});
  EXPECT_EQ(e.of(Effect::Kind::kBranch).size(), 1U);
  ASSERT_EQ(e.of(Effect::Kind::kStore).size(), 2U);
  EXPECT_EQ(e.text(e.of(Effect::Kind::kStore)[1].a), "p0+4");
}

TEST(LiftArm32, BlockMovesAreLoadsAndStores) {
  // ldm r1, {r2, r3}; stm r0, {r2, r3}; bx lr
  const Extracted e(Arch::kArm, {words({0xe891000c, 0xe880000c, 0xe12fff1e})});
  const auto stores = e.of(Effect::Kind::kStore);
  ASSERT_EQ(stores.size(), 2U);
  EXPECT_EQ(e.text(stores[0].a), "p0");
  EXPECT_EQ(e.text(stores[0].b), "[p1]");
  EXPECT_EQ(e.text(stores[1].a), "p0+4");
  EXPECT_EQ(e.text(stores[1].b), "[p1+4]");
}

TEST(LiftArm32, FifthArgumentLiesOnTheStack) {
  EXPECT_EQ(returned({0xe59d0000, 0xe12fff1e}), "p4");  // ldr r0, [sp]; bx lr
}

TEST(LiftArm32, MultiplyAndAdd) {
  EXPECT_THAT(returned({0xe0200291, 0xe12fff1e}), ::testing::HasSubstr("p0"));  // mla r0, r1, r2, r0: p0 + p1 * p2
  const Extracted e(Arch::kArm, {words({0xe0200291, 0xe12fff1e})});
  EXPECT_EQ(e.flow().graph[e.of(Effect::Kind::kReturn).at(0).a].kind, NodeKind::kLinear);
}

}  // namespace
}  // namespace prova
