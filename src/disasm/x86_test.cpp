#include <gtest/gtest.h>

#include "disasm/decoder.h"

namespace prova {
namespace {

using Bytes = std::vector<std::uint8_t>;

ByteView view(const Bytes& bytes) { return std::as_bytes(std::span(bytes)); }

struct Decoded {
  bool ok = false;
  Instruction instruction;
  std::string name, text;
};

Decoded decode(Arch arch, const Bytes& bytes, std::uint64_t at = 0x401000) {
  const auto decoder = make_decoder(arch).value();
  Decoded result;
  result.ok = decoder->decode(view(bytes), VirtualAddress{at}, result.instruction);
  if (!result.ok) return result;
  result.name = decoder->mnemonic_name(result.instruction);
  result.text = decoder->format(view(bytes), VirtualAddress{at});
  return result;
}

constexpr Register general(std::uint8_t index) { return {Register::Class::kGeneral, index}; }

TEST(X86Decoder, RegisterMoveReadsAndWrites) {
  const auto d = decode(Arch::kX64, {0x48, 0x89, 0xe5});  // mov rbp, rsp
  ASSERT_TRUE(d.ok);
  EXPECT_EQ(d.name, "mov");
  EXPECT_EQ(d.text, "mov rbp, rsp");
  EXPECT_EQ(d.instruction.length, 3);
  EXPECT_EQ(d.instruction.operation, Operation::kMove);
  EXPECT_EQ(d.instruction.flow, Flow::kNext);
  ASSERT_EQ(d.instruction.operand_count, 2);
  const Operand& to = d.instruction.operands[0];
  const Operand& from = d.instruction.operands[1];
  EXPECT_EQ(to.reg, general(5));
  EXPECT_TRUE(to.written);
  EXPECT_FALSE(to.read);
  EXPECT_EQ(from.reg, general(4));
  EXPECT_TRUE(from.read);
  EXPECT_FALSE(from.written);
  EXPECT_EQ(from.size, 64);
}

TEST(X86Decoder, PartialRegistersAreTheWholeOnesWithASize) {
  const auto high = decode(Arch::kX64, {0x88, 0xe3}).instruction;  // mov bl, ah
  EXPECT_EQ(high.operands[0].reg, general(3));
  EXPECT_FALSE(high.operands[0].high_byte);
  EXPECT_EQ(high.operands[1].reg, general(0));
  EXPECT_TRUE(high.operands[1].high_byte);
  EXPECT_EQ(high.operands[1].size, 8);
  const auto low = decode(Arch::kX64, {0x40, 0x88, 0xf7}).instruction;  // mov dil, sil
  EXPECT_EQ(low.operands[0].reg, general(7));
  EXPECT_EQ(low.operands[1].reg, general(6));
  const auto extended = decode(Arch::kX64, {0x45, 0x88, 0xc8}).instruction;  // mov r8b, r9b
  EXPECT_EQ(extended.operands[0].reg, general(8));
  EXPECT_EQ(extended.operands[1].reg, general(9));
}

TEST(X86Decoder, ImmediatesAreSignExtended) {
  EXPECT_EQ(decode(Arch::kX64, {0x83, 0xe4, 0xf0}).instruction.operands[1].value, -16);         // and esp, -16
  EXPECT_EQ(decode(Arch::kX64, {0xb0, 0x80}).instruction.operands[1].value, -128);              // mov al, 0x80
  EXPECT_EQ(decode(Arch::kX64, {0xb8, 0xff, 0xff, 0xff, 0xff}).instruction.operands[1].value, -1);  // mov eax, -1
  EXPECT_EQ(decode(Arch::kX86, {0xc2, 0x00, 0x80}).instruction.operands[0].value, 0x8000);      // ret 0x8000
}

TEST(X86Decoder, RipRelativeOperandRefersToAnAddress) {
  const auto d = decode(Arch::kX64, {0x48, 0x8d, 0x05, 0x10, 0x00, 0x00, 0x00});  // lea rax, [rip+0x10]
  ASSERT_TRUE(d.ok);
  EXPECT_EQ(d.instruction.operation, Operation::kAddressOf);
  EXPECT_EQ(d.instruction.references, VirtualAddress{0x401017});
  const Operand& memory = d.instruction.operands[1];
  EXPECT_EQ(memory.kind, Operand::Kind::kMemory);
  EXPECT_EQ(memory.base.cls, Register::Class::kProgramCounter);
  EXPECT_EQ(memory.size, 0);
  EXPECT_FALSE(memory.read);
}

TEST(X86Decoder, AbsoluteDisplacementsAreReferencesSmallOnesAreNot) {
  const auto table = decode(Arch::kX86, {0xff, 0x24, 0x85, 0x00, 0x20, 0x40, 0x00}).instruction;  // jmp [eax*4+0x402000]
  EXPECT_EQ(table.references, VirtualAddress{0x402000});
  EXPECT_EQ(table.flow, Flow::kIndirectJump);
  EXPECT_EQ(table.operands[0].scale, 4);
  const auto slot = decode(Arch::kX86, {0xff, 0x15, 0x04, 0x30, 0x40, 0x80}).instruction;  // call [0x80403004]
  EXPECT_EQ(slot.references, VirtualAddress{0x80403004});
  EXPECT_EQ(slot.flow, Flow::kIndirectCall);
  const auto field = decode(Arch::kX64, {0x8b, 0x80, 0x00, 0x10, 0x00, 0x00}).instruction;  // mov eax, [rax+0x1000]
  EXPECT_FALSE(field.references);
  const auto local = decode(Arch::kX64, {0x89, 0x85, 0x00, 0xff, 0xff, 0xff}).instruction;  // mov [rbp-0x100], eax
  EXPECT_FALSE(local.references);
  EXPECT_EQ(local.operands[0].value, -0x100);
}

TEST(X86Decoder, ThreadLocalSegmentsAreKeptAndNotReferences) {
  const auto canary = decode(Arch::kX64, {0x64, 0x48, 0x8b, 0x04, 0x25, 0x28, 0, 0, 0}).instruction;  // mov rax, fs:[0x28]
  EXPECT_EQ(canary.operands[1].segment, (Register{Register::Class::kSegment, 4}));
  EXPECT_FALSE(canary.references);
}

TEST(X86Decoder, FlowOfBranches) {
  const auto call = decode(Arch::kX64, {0xe8, 0xfb, 0x0f, 0, 0}).instruction;
  EXPECT_EQ(call.flow, Flow::kCall);
  EXPECT_EQ(call.target, VirtualAddress{0x402000});
  const auto jump = decode(Arch::kX86, {0xeb, 0xfe}).instruction;
  EXPECT_EQ(jump.flow, Flow::kJump);
  EXPECT_EQ(jump.target, VirtualAddress{0x401000});
  const auto above = decode(Arch::kX64, {0x0f, 0x87, 0x00, 0x01, 0, 0}).instruction;  // ja
  EXPECT_EQ(above.flow, Flow::kConditionalJump);
  EXPECT_EQ(above.condition, Condition::kUnsignedGreater);
  EXPECT_EQ(above.target, VirtualAddress{0x401106});
  EXPECT_EQ(decode(Arch::kX64, {0xe2, 0x00}).instruction.condition, Condition::kCounterNotZero);  // loop
  EXPECT_EQ(decode(Arch::kX64, {0xff, 0xd0}).instruction.flow, Flow::kIndirectCall);
  EXPECT_EQ(decode(Arch::kX64, {0x3e, 0xff, 0xe0}).instruction.flow, Flow::kIndirectJump);  // notrack jmp rax
  EXPECT_EQ(decode(Arch::kX64, {0xf2, 0xc3}).instruction.flow, Flow::kReturn);              // bnd ret
}

TEST(X86Decoder, TargetsWrapAtTheMachinesWidth) {
  EXPECT_EQ(decode(Arch::kX86, {0xe9, 0x00, 0x00, 0x00, 0xc0}, 0x80000000).instruction.target, VirtualAddress{0x40000005});
}

TEST(X86Decoder, TrapsNeverContinue) {
  for (const Bytes& bytes : {Bytes{0x0f, 0x0b}, Bytes{0xf4}, Bytes{0xcc}, Bytes{0xcd, 0x29}}) {
    EXPECT_EQ(decode(Arch::kX64, bytes).instruction.flow, Flow::kTrap);
  }
  EXPECT_EQ(decode(Arch::kX86, {0xcd, 0x80}).instruction.flow, Flow::kNext);  // int 0x80
  EXPECT_EQ(decode(Arch::kX64, {0x0f, 0x05}).instruction.flow, Flow::kNext);  // syscall
}

TEST(X86Decoder, OperationsByMnemonic) {
  const auto operation = [](Arch arch, const Bytes& bytes) { return decode(arch, bytes).instruction.operation; };
  EXPECT_EQ(operation(Arch::kX64, {0x01, 0xd8}), Operation::kArithmetic);                    // add
  EXPECT_EQ(operation(Arch::kX64, {0x0f, 0xaf, 0xc3}), Operation::kMultiply);                // imul
  EXPECT_EQ(operation(Arch::kX64, {0xf7, 0xf3}), Operation::kDivide);                        // div
  EXPECT_EQ(operation(Arch::kX64, {0x31, 0xc0}), Operation::kLogic);                         // xor
  EXPECT_EQ(operation(Arch::kX64, {0xc1, 0xe0, 0x04}), Operation::kShift);                   // shl
  EXPECT_EQ(operation(Arch::kX64, {0x85, 0xc0}), Operation::kCompare);                       // test
  EXPECT_EQ(operation(Arch::kX64, {0x0f, 0x44, 0xc3}), Operation::kConditionalMove);         // cmovz
  EXPECT_EQ(operation(Arch::kX64, {0x55}), Operation::kStack);                               // push
  EXPECT_EQ(operation(Arch::kX64, {0x0f, 0x1f, 0x40, 0x00}), Operation::kNop);
  EXPECT_EQ(operation(Arch::kX64, {0xf3, 0x0f, 0x1e, 0xfa}), Operation::kNop);               // endbr64
  EXPECT_EQ(operation(Arch::kX64, {0xcc}), Operation::kPadding);
  EXPECT_EQ(operation(Arch::kX64, {0xf3, 0x48, 0xab}), Operation::kString);                  // rep stosq
  EXPECT_EQ(operation(Arch::kX64, {0xf2, 0x0f, 0x58, 0xc1}), Operation::kFloat);             // addsd
  EXPECT_EQ(operation(Arch::kX64, {0x66, 0x0f, 0xef, 0xc0}), Operation::kVector);            // pxor
  EXPECT_EQ(operation(Arch::kX64, {0x66, 0x0f, 0x38, 0xdc, 0xc1}), Operation::kCrypto);      // aesenc
  EXPECT_EQ(operation(Arch::kX64, {0xf0, 0x0f, 0xb1, 0x0a}), Operation::kAtomic);            // lock cmpxchg
  EXPECT_EQ(operation(Arch::kX64, {0x0f, 0xa2}), Operation::kSystem);                        // cpuid
  EXPECT_EQ(operation(Arch::kX86, {0xd9, 0xe8}), Operation::kFloat);                         // fld1
}

TEST(X86Decoder, CutShortOrInvalidIsNoInstruction) {
  EXPECT_FALSE(decode(Arch::kX64, {0xe8, 0x00, 0x00}).ok);
  EXPECT_FALSE(decode(Arch::kX64, {0x06}).ok);  // push es: not in 64-bit mode
  EXPECT_TRUE(decode(Arch::kX86, {0x06}).ok);
  EXPECT_FALSE(decode(Arch::kX64, {}).ok);
}

TEST(MakeDecoder, UnsupportedMachineSaysSo) {
  const auto decoder = make_decoder(Arch::kUnknown);
  ASSERT_FALSE(decoder);
  EXPECT_EQ(decoder.error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(decoder.error().message, "no decoder for machine unknown, expected x86, x64, arm or arm64");
}

}  // namespace
}  // namespace prova
