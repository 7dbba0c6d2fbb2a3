#include <gtest/gtest.h>

#include "disasm/decoder.h"

namespace prova {
namespace {

constexpr std::uint64_t kAt = 0x10000;

struct Decoded {
  bool ok = false;
  Instruction instruction;
  std::string name, text;
};

/// One instruction at kAt, in A32 or (bit 0 of the address) Thumb.
Decoded decode(std::vector<std::uint8_t> bytes, bool thumb) {
  const auto decoder = make_decoder(Arch::kArm).value();
  const ByteView view = std::as_bytes(std::span(bytes));
  const VirtualAddress at{kAt + (thumb ? 1U : 0U)};
  Decoded result;
  result.ok = decoder->decode(view, at, result.instruction);
  if (!result.ok) return result;
  result.name = decoder->mnemonic_name(result.instruction);
  result.text = decoder->format(view, at);
  return result;
}
Decoded a32(std::vector<std::uint8_t> bytes) { return decode(std::move(bytes), false); }
Decoded thumb(std::vector<std::uint8_t> bytes) { return decode(std::move(bytes), true); }

constexpr Register r(std::uint8_t index) { return {Register::Class::kGeneral, index}; }
constexpr Register kPc{Register::Class::kProgramCounter, 0};
constexpr std::uint8_t kStackPointer = 13;

TEST(Arm32Decoder, StateIsBitZeroOfTheAddress) {
  const auto t = thumb({0x00, 0x20});  // movs r0, #0
  ASSERT_TRUE(t.ok);
  EXPECT_EQ(t.instruction.address, VirtualAddress{kAt});
  EXPECT_EQ(t.instruction.length, 2);
  EXPECT_TRUE(t.instruction.thumb);
  EXPECT_EQ(t.name, "movs");
  const auto a = a32({0x00, 0x00, 0xa0, 0xc3});  // movgt r0, #0
  ASSERT_TRUE(a.ok);
  EXPECT_EQ(a.instruction.length, 4);
  EXPECT_FALSE(a.instruction.thumb);
  EXPECT_EQ(a.instruction.condition, Condition::kSignedGreater);
  EXPECT_EQ(a.text, "movgt r0, #0");
}

TEST(Arm32Decoder, OperandsOfDataProcessing) {
  const auto shifted = a32({0x82, 0x01, 0x81, 0xe0}).instruction;  // add r0, r1, r2, lsl #3
  ASSERT_EQ(shifted.operand_count, 3);
  EXPECT_TRUE(shifted.operands[0].written);
  EXPECT_EQ(shifted.operands[2].reg, r(2));
  EXPECT_EQ(shifted.operands[2].shift, Shift::kLeft);
  EXPECT_EQ(shifted.operands[2].shift_amount, 3);
  const auto rotated = a32({0xff, 0x0c, 0x80, 0xe2}).instruction;  // add r0, r0, #0xff00
  ASSERT_EQ(rotated.operand_count, 3);
  EXPECT_EQ(rotated.operands[2].value, 0xff00);
  const auto two = thumb({0x03, 0x30}).instruction;  // adds r0, #3: the source is named again
  ASSERT_EQ(two.operand_count, 3);
  EXPECT_EQ(two.operands[1].reg, r(0));
  EXPECT_EQ(two.operands[2].value, 3);
  const auto stack = thumb({0x82, 0xb0}).instruction;  // sub sp, #8: encoded in words
  ASSERT_EQ(stack.operand_count, 3);
  EXPECT_EQ(stack.operands[2].value, 8);
}

TEST(Arm32Decoder, MemoryOperands) {
  const auto indexed = a32({0x02, 0x01, 0x91, 0xe7}).instruction;  // ldr r0, [r1, r2, lsl #2]
  ASSERT_EQ(indexed.operand_count, 2);
  EXPECT_EQ(indexed.operands[1].base, r(1));
  EXPECT_EQ(indexed.operands[1].index, r(2));
  EXPECT_EQ(indexed.operands[1].scale, 4);
  const auto post = a32({0x04, 0x00, 0x91, 0xe4}).instruction;  // ldr r0, [r1], #4
  ASSERT_EQ(post.operand_count, 2);
  EXPECT_TRUE(post.operands[1].post_indexed);
  EXPECT_TRUE(post.operands[1].updates_base);
  EXPECT_EQ(post.operands[1].value, 4);
  const auto pre = thumb({0x40, 0xf8, 0x04, 0x1f}).instruction;  // str r1, [r0, #4]!
  ASSERT_EQ(pre.operand_count, 2);
  EXPECT_TRUE(pre.operands[1].updates_base);
  EXPECT_FALSE(pre.operands[1].post_indexed);
  EXPECT_TRUE(pre.operands[1].written);
  EXPECT_EQ(pre.operands[0].reg, r(1));
  const auto negative = a32({0xd3, 0x00, 0x51, 0xe1}).instruction;  // ldrsb r0, [r1, #-3]
  EXPECT_EQ(negative.operands[1].value, -3);
  EXPECT_EQ(negative.operands[1].size, 8);
  const auto scaled = thumb({0x80, 0x68}).instruction;  // ldr r0, [r0, #8]: encoded in words
  EXPECT_EQ(scaled.operands[1].value, 8);
  const auto pair = thumb({0xcd, 0xe9, 0x00, 0x01}).instruction;  // strd r0, r1, [sp]
  ASSERT_EQ(pair.operand_count, 3);
  EXPECT_EQ(pair.operands[2].size, 64);
  const auto vector = a32({0x02, 0x7b, 0x90, 0xed}).instruction;  // vldr d7, [r0, #8]
  EXPECT_EQ(vector.operands[0].reg, (Register{Register::Class::kVector, 7}));
  EXPECT_EQ(vector.operands[1].value, 8);
  EXPECT_EQ(vector.operands[1].size, 64);
}

TEST(Arm32Decoder, LiteralsAreRelativeToTheAlignedProgramCounter) {
  EXPECT_EQ(thumb({0x02, 0x4b}).instruction.references, VirtualAddress{kAt + 4 + 8});         // ldr r3, [pc, #8]
  EXPECT_EQ(a32({0x04, 0xf0, 0x1f, 0xe5}).instruction.references, VirtualAddress{kAt + 4});   // ldr pc, [pc, #-4]
  EXPECT_EQ(a32({0x00, 0xc0, 0x8f, 0xe2}).instruction.operands[0].reg, r(12));                // add r12, pc, #0
  EXPECT_EQ(thumb({0x7b, 0x44}).instruction.operands[2].reg, kPc);                            // add r3, pc
}

TEST(Arm32Decoder, RegisterListsAndWhereTheyLie) {
  const auto push = thumb({0x30, 0xb5}).instruction;  // push {r4, r5, lr}
  ASSERT_EQ(push.operand_count, 2);
  EXPECT_EQ(push.operation, Operation::kStack);
  EXPECT_EQ(push.operands[0].kind, Operand::Kind::kRegisterList);
  EXPECT_EQ(push.operands[0].value, 1 << 4 | 1 << 5 | 1 << 14);
  EXPECT_TRUE(push.operands[0].read);
  EXPECT_EQ(push.operands[1].base, r(kStackPointer));
  EXPECT_EQ(push.operands[1].value, -12);
  EXPECT_TRUE(push.operands[1].updates_base);
  EXPECT_EQ(a32({0x06, 0x00, 0x90, 0xe9}).instruction.operands[1].value, 4);   // ldmib r0, {r1, r2}
  EXPECT_EQ(a32({0x06, 0x00, 0x20, 0xe8}).instruction.operands[1].value, -4);  // stmda r0!, {r1, r2}
}

TEST(Arm32Decoder, FlowInAllItsDisguises) {
  EXPECT_EQ(thumb({0x70, 0x47}).instruction.flow, Flow::kReturn);                    // bx lr
  EXPECT_EQ(thumb({0x10, 0xbd}).instruction.flow, Flow::kReturn);                    // pop {r4, pc}
  EXPECT_EQ(thumb({0x18, 0x47}).instruction.flow, Flow::kIndirectJump);              // bx r3
  EXPECT_EQ(a32({0x04, 0xf0, 0x1f, 0xe5}).instruction.flow, Flow::kIndirectJump);    // ldr pc, [pc, #-4]
  const auto some = a32({0x10, 0x80, 0xbd, 0x18}).instruction;                       // popne {r4, pc}
  EXPECT_EQ(some.flow, Flow::kReturn);
  EXPECT_EQ(some.condition, Condition::kNotEqual);
  const auto table = thumb({0xdf, 0xe8, 0x03, 0xf0}).instruction;                    // tbb [pc, r3]
  EXPECT_EQ(table.flow, Flow::kIndirectJump);
  EXPECT_EQ(table.references, VirtualAddress{kAt + 4});
  const auto branch = thumb({0x04, 0xd8}).instruction;                               // bhi
  EXPECT_EQ(branch.flow, Flow::kConditionalJump);
  EXPECT_EQ(branch.condition, Condition::kUnsignedGreater);
  EXPECT_EQ(branch.target, VirtualAddress{kAt + 4 + 8});
  const auto call = thumb({0x01, 0xf0, 0x00, 0xf8}).instruction;                     // bl
  EXPECT_EQ(call.flow, Flow::kCall);
  EXPECT_FALSE(call.switches_state);
  EXPECT_EQ(call.target, VirtualAddress{kAt + 4 + 0x1000});
  EXPECT_TRUE(thumb({0x01, 0xf0, 0x00, 0xe8}).instruction.switches_state);           // blx
}

TEST(Arm32Decoder, AnItBlockEndsWhereSomethingElseIsDecoded) {
  const auto decoder = make_decoder(Arch::kArm).value();
  const std::vector<std::uint8_t> code{0x0c, 0xbf, 0x01, 0x20, 0x00, 0x20};  // ite eq; moveq r0, #1; movne r0, #0
  const ByteView bytes = std::as_bytes(std::span(code));
  Instruction i;
  ASSERT_TRUE(decoder->decode(bytes, VirtualAddress{kAt + 1}, i));
  ASSERT_TRUE(decoder->decode(bytes.subspan(2), VirtualAddress{kAt + 3}, i));
  EXPECT_EQ(i.condition, Condition::kEqual);
  ASSERT_TRUE(decoder->decode(bytes.subspan(4), VirtualAddress{kAt + 5}, i));
  EXPECT_EQ(i.condition, Condition::kNotEqual);
  EXPECT_EQ(decoder->mnemonic_name(i), "mov");
  // Not behind its `it`: an instruction of its own, which sets the flags.
  ASSERT_TRUE(decoder->decode(bytes, VirtualAddress{kAt + 1}, i));
  ASSERT_TRUE(decoder->decode(bytes.subspan(4), VirtualAddress{kAt + 0x101}, i));
  EXPECT_EQ(i.condition, Condition::kNone);
  EXPECT_EQ(decoder->mnemonic_name(i), "movs");
}

TEST(Arm32Decoder, CutShortMisalignedOrInvalidIsNoInstruction) {
  EXPECT_FALSE(a32({0x00, 0x00}).ok);
  EXPECT_FALSE(thumb({0x01}).ok);
  EXPECT_FALSE(thumb({0xdf, 0xe8}).ok);                 // Half of a wide instruction.
  EXPECT_FALSE(a32({0xff, 0xff, 0xff, 0xff}).ok);
  const auto decoder = make_decoder(Arch::kArm).value();
  const std::vector<std::uint8_t> code{0x00, 0x00, 0xa0, 0xe3};
  Instruction i;
  EXPECT_FALSE(decoder->decode(std::as_bytes(std::span(code)), VirtualAddress{kAt + 2}, i));  // A32 at half a word.
}

}  // namespace
}  // namespace prova
