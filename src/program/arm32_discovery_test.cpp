// AArch32 discovery on tiny hand-assembled images: states, literals, tables, conditional returns.

#include <gtest/gtest.h>

#include "program/assembled_test_support.h"

namespace prova {
namespace {

using testing::Assembled;
using testing::at;
using testing::kBase;

std::vector<std::uint8_t> halves(std::initializer_list<std::uint16_t> all) {
  std::vector<std::uint8_t> out;
  for (const std::uint16_t h : all) out.push_back(static_cast<std::uint8_t>(h)), out.push_back(static_cast<std::uint8_t>(h >> 8));
  return out;
}
std::vector<std::uint8_t> words(std::initializer_list<std::uint32_t> all) {
  std::vector<std::uint8_t> out;
  for (const std::uint32_t w : all) {
    for (unsigned i = 0; i < 4; ++i) out.push_back(static_cast<std::uint8_t>(w >> 8 * i));
  }
  return out;
}

/// A mapping symbol: $a, $t or $d at an offset from kBase.
void mark(Assembled& assembled, const char* name, std::uint64_t offset) {
  assembled.image.symbols.push_back({name, VirtualAddress{kBase + offset}, 0, Symbol::Kind::kOther, false});
}

TEST(Arm32Discovery, CallsKeepOrSwitchTheState) {
  // Thumb 0: push {r4, lr}; 2: bl 0xc; 6: blx 0x10; 10: pop {r4, pc}; 12: bx lr; 14: nop. A32 16: bx lr
  Assembled assembled(Arch::kArm, halves({0xb510, 0xf000, 0xf803, 0xf000, 0xe804, 0xbd10, 0x4770, 0xbf00, 0xff1e, 0xe12f}), 32);
  mark(assembled, "$t", 0);
  const Program program = assembled.discover();
  ASSERT_EQ(program.functions.size(), 3U);
  ASSERT_NE(at(program, 12), nullptr);
  EXPECT_TRUE(at(program, 12)->blocks[0].thumb);
  EXPECT_EQ(at(program, 12)->instructions, 1U);
  ASSERT_NE(at(program, 16), nullptr);
  EXPECT_FALSE(at(program, 16)->blocks[0].thumb);
  EXPECT_EQ(at(program, 16)->size, 4U);
}

TEST(Arm32Discovery, WithoutMarksTheBytesDecide) {
  // push {r4, lr}; mov r0, #0; cmp r0, #0; popeq {r4, pc}; mov r0, r1; pop {r4, pc}: unconditional A32 but for one
  const Assembled a32(Arch::kArm, words({0xe92d4010, 0xe3a00000, 0xe3500000, 0x08bd8010, 0xe1a00001, 0xe8bd8010}), 32);
  ASSERT_EQ(a32.discover().functions.size(), 1U);
  EXPECT_EQ(a32.discover().functions[0].instructions, 6U);
  EXPECT_FALSE(a32.discover().functions[0].blocks[0].thumb);
  // push {r4, lr}; movs r0, #0; cmp r0, #0; mov r0, r1; pop {r4, pc}
  const Assembled thumb(Arch::kArm, halves({0xb510, 0x2000, 0x2800, 0x4608, 0xbd10}), 32);
  ASSERT_EQ(thumb.discover().functions.size(), 1U);
  EXPECT_TRUE(thumb.discover().functions[0].blocks[0].thumb);
  EXPECT_EQ(thumb.discover().functions[0].instructions, 5U);
}

TEST(Arm32Discovery, AConditionalReturnEndsItsBlockAndGoesOn) {
  // cmp r0, #0; bxeq lr; mov r0, #1; bx lr
  const Assembled assembled(Arch::kArm, words({0xe3500000, 0x012fff1e, 0xe3a00001, 0xe12fff1e}), 32);
  const Function f = assembled.discover().functions.at(0);
  ASSERT_EQ(f.blocks.size(), 2U);
  EXPECT_EQ(f.blocks[0].instructions, 2U);
  EXPECT_EQ(f.blocks[0].successors, std::vector<std::uint32_t>{1});
  EXPECT_TRUE(f.returns);
}

TEST(Arm32Discovery, AConditionalCallIsNoEndOfTheFunction) {
  // cmp r0, #0; blne 16; bx lr; nop; 16: b 16 (never returns)
  const Assembled assembled(Arch::kArm, words({0xe3500000, 0x1b000001, 0xe12fff1e, 0xe1a00000, 0xeafffffe}), 32);
  const Program program = assembled.discover();
  ASSERT_EQ(program.functions.size(), 2U);
  EXPECT_TRUE(program.functions[0].returns);
  EXPECT_EQ(program.functions[0].instructions, 3U);
  EXPECT_FALSE(program.functions[1].returns);
}

TEST(Arm32Discovery, LiteralsAreDataAndMayBePointers) {
  // Thumb 0: ldr r0, [pc, #4] (at 8); 2: bx lr; 4: bx lr, nop; 8: .word 0x401005
  Assembled assembled(Arch::kArm, halves({0x4801, 0x4770, 0x4770, 0xbf00, 0x1005, 0x0040}), 32);
  mark(assembled, "$t", 0);
  const Program program = assembled.discover();
  ASSERT_EQ(program.functions.size(), 2U);
  EXPECT_NE(at(program, 4), nullptr);
  EXPECT_EQ(program.covered_bytes, 12U);  // The literal counts as known, not as code.
  EXPECT_EQ(at(program, 0)->size, 4U);
}

TEST(Arm32Discovery, TableBranchOfHalfWordsAndBytes) {
  // 0: cmp r0, #1; 2: bhi 12; 4: tbb [pc, r0]; 8: .byte 1, 2; 10: bx lr; 12: bx lr
  Assembled assembled(Arch::kArm, halves({0x2801, 0xd803, 0xe8df, 0xf000, 0x0201, 0x4770, 0x4770}), 32);
  mark(assembled, "$t", 0);
  const Function f = assembled.discover().functions.at(0);
  ASSERT_EQ(f.blocks.size(), 4U);
  EXPECT_EQ(f.blocks[1].successors, (std::vector<std::uint32_t>{2, 3}));
  EXPECT_EQ(f.blocks[2].begin, VirtualAddress{kBase + 10});
}

TEST(Arm32Discovery, ARowOfBranchesBehindAddPc) {
  // 0: cmp r3, #1; 4: addls pc, pc, r3, lsl #2; 8: b 20; 12: b 20; 16: b 24; 20: bx lr; 24: mov r0, #0; 28: bx lr
  const Assembled assembled(Arch::kArm, words({0xe3530001, 0x908ff103, 0xea000001, 0xea000000, 0xea000000, 0xe12fff1e,
                                               0xe3a00000, 0xe12fff1e}), 32);
  const Program program = assembled.discover();
  ASSERT_EQ(program.functions.size(), 1U);
  EXPECT_EQ(program.functions[0].blocks.size(), 6U);
  EXPECT_EQ(program.functions[0].instructions, 8U);
}

TEST(Arm32Discovery, WindowsIsThumbThroughout) {
  // An even entry point: push {r4, lr}; pop {r4, pc}
  Assembled assembled(Arch::kArm, halves({0xb510, 0xbd10}), 32);
  assembled.image.format = Format::kPe;
  EXPECT_EQ(assembled.discover().functions.at(0).instructions, 2U);
}

TEST(Arm32Discovery, DataMarksAreNoStarts) {
  // 0: bx lr; 4: what would be push {r4, lr}; pop {r4, pc}
  Assembled with_mark(Arch::kArm, words({0xe12fff1e, 0xe92d4010, 0xe8bd8010}), 32);
  mark(with_mark, "$a", 0);
  mark(with_mark, "$d", 4);
  EXPECT_EQ(with_mark.discover().functions.size(), 1U);
  const Assembled without(Arch::kArm, words({0xe12fff1e, 0xe92d4010, 0xe8bd8010}), 32);
  EXPECT_EQ(without.discover().functions.size(), 2U);
}

}  // namespace
}  // namespace prova
