#include <gtest/gtest.h>

#include "disasm/decoder.h"

namespace prova {
namespace {

struct Decoded {
  bool ok = false;
  Instruction instruction;
  std::string name, text;
};

Decoded decode(std::uint32_t word, std::uint64_t at = 0x10000) {
  const auto decoder = make_decoder(Arch::kArm64).value();
  const ByteView bytes = std::as_bytes(std::span(&word, 1));
  Decoded result;
  result.ok = decoder->decode(bytes, VirtualAddress{at}, result.instruction);
  if (!result.ok) return result;
  result.name = decoder->mnemonic_name(result.instruction);
  result.text = decoder->format(bytes, VirtualAddress{at});
  return result;
}

constexpr Register x(std::uint8_t index) { return {Register::Class::kGeneral, index}; }
constexpr std::uint8_t kStackPointer = 31, kZeroRegister = 32;

TEST(Arm64Decoder, AddWithShiftedRegister) {
  const auto d = decode(0x8b020c20);  // add x0, x1, x2, lsl #3
  ASSERT_TRUE(d.ok);
  EXPECT_EQ(d.text, "add x0, x1, x2, lsl #3");
  EXPECT_EQ(d.name, "add");
  EXPECT_EQ(d.instruction.operation, Operation::kArithmetic);
  ASSERT_EQ(d.instruction.operand_count, 3);
  EXPECT_EQ(d.instruction.operands[0].reg, x(0));
  EXPECT_TRUE(d.instruction.operands[0].written);
  EXPECT_FALSE(d.instruction.operands[0].read);
  EXPECT_EQ(d.instruction.operands[2].reg, x(2));
  EXPECT_EQ(d.instruction.operands[2].shift, Shift::kLeft);
  EXPECT_EQ(d.instruction.operands[2].shift_amount, 3);
}

TEST(Arm64Decoder, AddWithExtendedRegister) {
  const auto d = decode(0x8b22c820).instruction;  // add x0, x1, w2, sxtw #2
  ASSERT_EQ(d.operand_count, 3);
  EXPECT_EQ(d.operands[2].reg, x(2));
  EXPECT_EQ(d.operands[2].size, 32);
  EXPECT_EQ(d.operands[2].extend, Extend::kSign32);
  EXPECT_EQ(d.operands[2].shift, Shift::kLeft);
  EXPECT_EQ(d.operands[2].shift_amount, 2);
}

TEST(Arm64Decoder, ImmediatesAreFolded) {
  const auto add = decode(0x91400820).instruction;  // add x0, x1, #2, lsl #12
  ASSERT_EQ(add.operand_count, 3);
  EXPECT_EQ(add.operands[2].value, 0x2000);
  const auto movz = decode(0xd2a24680).instruction;  // mov x0, #0x12340000
  ASSERT_EQ(movz.operand_count, 2);
  EXPECT_EQ(movz.operands[1].value, 0x12340000);
  EXPECT_EQ(movz.operation, Operation::kMove);
  const auto mask = decode(0x92401c20).instruction;  // and x0, x1, #0xff
  EXPECT_EQ(mask.operands[2].value, 0xff);
  const auto pattern = decode(0x3200f3e0).instruction;  // mov w0, #0x55555555
  EXPECT_EQ(pattern.operands[2].value, 0x55555555);
  const auto inverted = decode(0x927cec20).instruction;  // and x0, x1, #0xfffffffffffffff0
  EXPECT_EQ(inverted.operands[2].value, -16);
}

TEST(Arm64Decoder, MovkReadsAndWritesItsRegister) {
  const auto d = decode(0xf2a24680).instruction;  // movk x0, #0x1234, lsl #16
  ASSERT_EQ(d.operand_count, 2);
  EXPECT_TRUE(d.operands[0].read);
  EXPECT_TRUE(d.operands[0].written);
  EXPECT_EQ(d.operands[1].value, 0x1234);
  EXPECT_EQ(d.operands[1].shift_amount, 16);
}

TEST(Arm64Decoder, MoveAndCompareInDisguise) {
  EXPECT_EQ(decode(0xaa0103e0).instruction.operation, Operation::kMove);     // mov x0, x1
  EXPECT_EQ(decode(0xaa020020).instruction.operation, Operation::kLogic);    // orr x0, x1, x2
  EXPECT_EQ(decode(0x7100141f).instruction.operation, Operation::kCompare);  // cmp w0, #5
  EXPECT_EQ(decode(0x71001401).instruction.operation, Operation::kArithmetic);  // subs w1, w0, #5
  EXPECT_EQ(decode(0x6a00001f).instruction.operation, Operation::kCompare);  // tst w0, w0
  EXPECT_EQ(decode(0x7100141f).instruction.operands[0].reg, x(kZeroRegister));
}

TEST(Arm64Decoder, ScaledDisplacement) {
  const auto load = decode(0xf9400821).instruction;  // ldr x1, [x1, #16]
  ASSERT_EQ(load.operand_count, 2);
  EXPECT_EQ(load.operation, Operation::kMove);
  const Operand& memory = load.operands[1];
  EXPECT_EQ(memory.kind, Operand::Kind::kMemory);
  EXPECT_EQ(memory.base, x(1));
  EXPECT_EQ(memory.value, 16);
  EXPECT_EQ(memory.size, 64);
  EXPECT_TRUE(memory.read);
  EXPECT_FALSE(memory.written);
  const auto byte = decode(0x39000fe2).instruction;  // strb w2, [sp, #3]
  EXPECT_EQ(byte.operands[1].size, 8);
  EXPECT_EQ(byte.operands[1].value, 3);
  EXPECT_EQ(byte.operands[1].base, x(kStackPointer));
  EXPECT_TRUE(byte.operands[1].written);
  EXPECT_TRUE(byte.operands[0].read);
  const auto signed_word = decode(0xb9800421).instruction;  // ldrsw x1, [x1, #4]
  EXPECT_EQ(signed_word.operands[1].size, 32);
  EXPECT_EQ(signed_word.operands[1].value, 4);
}

TEST(Arm64Decoder, IndexedAccesses) {
  const auto d = decode(0xb8605820).instruction;  // ldr w0, [x1, w0, uxtw #2]
  ASSERT_EQ(d.operand_count, 2);
  EXPECT_EQ(d.operands[1].index, x(0));
  EXPECT_EQ(d.operands[1].scale, 4);
  EXPECT_EQ(d.operands[1].extend, Extend::kZero32);
  const auto word = decode(0xf8626820).instruction;  // ldr x0, [x1, x2]
  EXPECT_EQ(word.operands[1].index, x(2));
  EXPECT_EQ(word.operands[1].scale, 1);
}

TEST(Arm64Decoder, PreAndPostIndexedPairs) {
  const auto push = decode(0xa9be7bfd).instruction;  // stp x29, x30, [sp, #-32]!
  ASSERT_EQ(push.operand_count, 3);
  EXPECT_EQ(push.operands[0].reg, x(29));
  EXPECT_EQ(push.operands[1].reg, x(30));
  EXPECT_TRUE(push.operands[0].read);
  EXPECT_EQ(push.operands[2].value, -32);
  EXPECT_EQ(push.operands[2].size, 128);
  EXPECT_TRUE(push.operands[2].updates_base);
  EXPECT_FALSE(push.operands[2].post_indexed);
  EXPECT_EQ(push.operation, Operation::kStack);
  const auto pop = decode(0xa8c27bfd).instruction;  // ldp x29, x30, [sp], #32
  ASSERT_EQ(pop.operand_count, 3);
  EXPECT_TRUE(pop.operands[0].written);
  EXPECT_EQ(pop.operands[2].value, 32);
  EXPECT_TRUE(pop.operands[2].post_indexed);
  EXPECT_TRUE(pop.operands[2].updates_base);
}

TEST(Arm64Decoder, LiteralsAndAddressesRefer) {
  const auto literal = decode(0x58000041).instruction;  // ldr x1, pc+8
  EXPECT_EQ(literal.references, VirtualAddress{0x10008});
  EXPECT_EQ(literal.operands[1].base.cls, Register::Class::kProgramCounter);
  EXPECT_EQ(literal.operands[1].size, 64);
  EXPECT_EQ(decode(0x10000041).instruction.references, VirtualAddress{0x10008});          // adr x1, pc+8
  const auto page = decode(0xb0000001, 0x10abc).instruction;  // adrp x1, pc+4096
  EXPECT_EQ(page.references, VirtualAddress{0x11000});
  EXPECT_EQ(page.operation, Operation::kAddressOf);
}

TEST(Arm64Decoder, Flow) {
  EXPECT_EQ(decode(0x14000002).instruction.flow, Flow::kJump);
  EXPECT_EQ(decode(0x14000002).instruction.target, VirtualAddress{0x10008});
  const auto conditional = decode(0x54000048);  // b.hi pc+8
  EXPECT_EQ(conditional.name, "b.hi");
  EXPECT_EQ(conditional.instruction.flow, Flow::kConditionalJump);
  EXPECT_EQ(conditional.instruction.condition, Condition::kUnsignedGreater);
  EXPECT_EQ(conditional.instruction.target, VirtualAddress{0x10008});
  const auto test_bit = decode(0x37180040).instruction;  // tbnz w0, #3, pc+8
  EXPECT_EQ(test_bit.condition, Condition::kNotEqual);
  EXPECT_EQ(test_bit.operands[1].value, 3);
  EXPECT_EQ(test_bit.target, VirtualAddress{0x10008});
  EXPECT_EQ(decode(0xb4ffffe0).instruction.target, VirtualAddress{0xfffc});  // cbz x0, pc-4
  EXPECT_EQ(decode(0x94000002).instruction.flow, Flow::kCall);
  EXPECT_EQ(decode(0xd63f0200).instruction.flow, Flow::kIndirectCall);  // blr x16
  EXPECT_EQ(decode(0xd61f0220).instruction.flow, Flow::kIndirectJump);  // br x17
  EXPECT_EQ(decode(0xd73f0a11).instruction.flow, Flow::kIndirectCall);  // blraa x16, x17
  EXPECT_EQ(decode(0xd65f03c0).instruction.flow, Flow::kReturn);
  EXPECT_EQ(decode(0xd65f0bff).instruction.flow, Flow::kReturn);  // retaa
  EXPECT_EQ(decode(0xd4200020).instruction.flow, Flow::kTrap);    // brk #1
  EXPECT_EQ(decode(0x00000000).instruction.flow, Flow::kTrap);    // udf #0
  EXPECT_EQ(decode(0xd4000001).instruction.flow, Flow::kNext);    // svc #0
}

TEST(Arm64Decoder, ConditionalOperations) {
  const auto select = decode(0x9a820020).instruction;  // csel x0, x1, x2, eq
  EXPECT_EQ(select.operation, Operation::kConditionalMove);
  EXPECT_EQ(select.condition, Condition::kEqual);
  EXPECT_EQ(select.operand_count, 3);
  const auto compare = decode(0xfa400800).instruction;  // ccmp x0, #0, #0, eq
  EXPECT_EQ(compare.operation, Operation::kCompare);
  EXPECT_EQ(compare.condition, Condition::kEqual);
}

TEST(Arm64Decoder, OperationsByMnemonic) {
  EXPECT_EQ(decode(0x9b027c20).instruction.operation, Operation::kMultiply);  // mul x0, x1, x2
  EXPECT_EQ(decode(0x9ac20820).instruction.operation, Operation::kDivide);    // udiv
  EXPECT_EQ(decode(0xd3441c20).instruction.operation, Operation::kShift);     // ubfx
  EXPECT_EQ(decode(0x1e622820).instruction.operation, Operation::kFloat);     // fadd d0, d1, d2
  EXPECT_EQ(decode(0x4ee28420).instruction.operation, Operation::kVector);    // add v0.2d, v1.2d, v2.2d
  EXPECT_EQ(decode(0x4e285820).instruction.operation, Operation::kCrypto);    // aesd
  EXPECT_EQ(decode(0xc85f7c20).instruction.operation, Operation::kAtomic);    // ldxr
  EXPECT_EQ(decode(0xd503201f).instruction.operation, Operation::kNop);
  EXPECT_EQ(decode(0xd53bd041).instruction.operation, Operation::kSystem);    // mrs x1, tpidr_el0
}

TEST(Arm64Decoder, ExclusiveStoreWritesStatusAndMemoryOnly) {
  const auto d = decode(0xc8027c20).instruction;  // stxr w2, x0, [x1]
  ASSERT_EQ(d.operand_count, 3);
  EXPECT_TRUE(d.operands[0].written);
  EXPECT_TRUE(d.operands[1].read);
  EXPECT_TRUE(d.operands[2].written);
  EXPECT_FALSE(d.operands[2].read);
}

TEST(Arm64Decoder, CutShortMisalignedOrInvalidIsNoInstruction) {
  EXPECT_FALSE(decode(0xffffffff).ok);
  EXPECT_FALSE(decode(0xd503201f, 0x10002).ok);
  Instruction out;
  const std::array<std::byte, 3> cut{};
  EXPECT_FALSE(make_decoder(Arch::kArm64).value()->decode(cut, VirtualAddress{0}, out));
}

}  // namespace
}  // namespace prova
