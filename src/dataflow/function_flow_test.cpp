#include "dataflow/function_flow.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "dataflow/flow_test_support.h"
#include "dataflow/program_test_support.h"
#include "dataflow/rules.h"
#include "dataflow/ssa.h"

namespace prova {
namespace {

using testing::Extracted;
using testing::TestProgram;
using Bytes = std::vector<std::uint8_t>;

TEST(FunctionFlow, StackSlotsAreVariablesAndPrologueVanishes) {
  // push rbp; mov rbp, rsp; mov [rbp-8], rdi; mov rax, [rbp-8]; mov eax, [rax+8]; add eax, 3; pop rbp; ret
  const Extracted e(Arch::kX64, {{0x55, 0x48, 0x89, 0xe5, 0x48, 0x89, 0x7d, 0xf8, 0x48, 0x8b, 0x45, 0xf8, 0x8b, 0x40, 0x08,
                                  0x83, 0xc0, 0x03, 0x5d, 0xc3}});
  ASSERT_TRUE(e.ok);
  ASSERT_EQ(e.flow().effects.size(), 1U);
  EXPECT_EQ(e.flow().effects[0].kind, Effect::Kind::kReturn);
  EXPECT_EQ(e.text(e.flow().effects[0].a), "[p0+8]+3");
}

TEST(FunctionFlow, ParametersOnTheStackAreParameters) {
  // mov eax, [esp+8]; add eax, [esp+4]; ret
  const Extracted x86(Arch::kX86, {{0x8b, 0x44, 0x24, 0x08, 0x03, 0x44, 0x24, 0x04, 0xc3}});
  EXPECT_THAT(x86.text(x86.of(Effect::Kind::kReturn)[0].a), ::testing::AnyOf("p0+p1", "p1+p0"));
  // mov rax, [rsp+8]; ret: the seventh of System V
  const Extracted x64(Arch::kX64, {{0x48, 0x8b, 0x44, 0x24, 0x08, 0xc3}});
  EXPECT_EQ(x64.text(x64.of(Effect::Kind::kReturn)[0].a), "p6");
}

TEST(FunctionFlow, ConventionsNumberParametersAlike) {
  const Bytes store_first = {0x89, 0x37, 0xc3};   // mov [rdi], esi; ret
  const Bytes store_second = {0x89, 0x11, 0xc3};  // mov [rcx], edx; ret
  const Extracted systemv(Arch::kX64, {store_first});
  const Extracted windows(Arch::kX64, {store_second}, {}, Format::kPe);
  for (const Extracted* e : {&systemv, &windows}) {
    const auto stores = e->of(Effect::Kind::kStore);
    ASSERT_EQ(stores.size(), 1U);
    EXPECT_EQ(e->text(stores[0].a), "p0");
    EXPECT_EQ(e->text(stores[0].b), "p1");
  }
}

TEST(FunctionFlow, LoopVariablesArePhisAndInvariantsAreNot) {
  // xor eax, eax; L: add eax, [rdi]; inc eax; cmp eax, esi; jle L; ret
  const Extracted e(Arch::kX64, {{0x31, 0xc0, 0x03, 0x07, 0xff, 0xc0, 0x39, 0xf0, 0x7e, 0xf8, 0xc3}});
  ASSERT_TRUE(e.ok);
  const auto branches = e.of(Effect::Kind::kBranch);
  ASSERT_EQ(branches.size(), 1U);
  const std::string condition = e.text(branches[0].a);
  EXPECT_THAT(condition, ::testing::StartsWith("(p1<"));
  EXPECT_THAT(condition, ::testing::HasSubstr("[p0]"));
  EXPECT_THAT(condition, ::testing::HasSubstr("phi("));
}

TEST(FunctionFlow, ALoopToTheEntryKeepsTheEntryValue) {
  // L: dec edi; jne L; mov eax, edi; ret
  const Extracted e(Arch::kX64, {{0xff, 0xcf, 0x75, 0xfc, 0x89, 0xf8, 0xc3}});
  ASSERT_TRUE(e.ok);
  EXPECT_THAT(e.text(e.of(Effect::Kind::kReturn)[0].a), ::testing::HasSubstr("p0"));
}

TEST(FunctionFlow, ConditionalMovesDecideBetweenTwoValues) {
  // xor eax, eax; test edi, edi; cmovne eax, esi; ret
  const Extracted e(Arch::kX64, {{0x31, 0xc0, 0x85, 0xff, 0x0f, 0x45, 0xc6, 0xc3}});
  EXPECT_EQ(e.text(e.of(Effect::Kind::kBranch)[0].a), "(p0=0)");
  EXPECT_THAT(e.text(e.of(Effect::Kind::kReturn)[0].a), ::testing::AnyOf("phi(p1,0)", "phi(0,p1)"));
}

TEST(FunctionFlow, AJumpThatLeavesIsACallAndAReturn) {
  // mov edi, 7; jmp 0x700000 (an import)
  const Extracted e(Arch::kX64, {{0xbf, 0x07, 0, 0, 0, 0xe9, 0xf6, 0xef, 0x2f, 0x00}}, {"exit"});
  const auto calls = e.of(Effect::Kind::kCall);
  ASSERT_EQ(calls.size(), 1U);
  EXPECT_EQ(calls[0].callee.kind, CalleeLabel::Kind::kImport);
  ASSERT_EQ(calls[0].argument_count, 1U);
  EXPECT_EQ(e.text(e.flow().arguments_of(calls[0])[0].value), "7");
  EXPECT_EQ(e.text(e.of(Effect::Kind::kReturn)[0].a), "result");
}

TEST(FunctionFlow, PushedArgumentsOfI386AreInOrder) {
  // push 2; push [esp+8]; call import; add esp, 8; ret
  const Extracted e(Arch::kX86, {{0x6a, 0x02, 0xff, 0x74, 0x24, 0x08, 0xe8, 0xf5, 0xef, 0x2f, 0x00, 0x83, 0xc4, 0x08, 0xc3}}, {"f"});
  const auto calls = e.of(Effect::Kind::kCall);
  ASSERT_EQ(calls.size(), 1U);
  ASSERT_EQ(calls[0].argument_count, 2U);
  EXPECT_EQ(e.text(e.flow().arguments_of(calls[0])[0].value), "p0");
  EXPECT_EQ(e.text(e.flow().arguments_of(calls[0])[1].value), "2");
}

TEST(FunctionFlow, StackProtectorLeavesNoTrace) {
  // sub rsp, 24; mov rax, fs:[0x28]; mov [rsp+8], rax; xor eax, eax; mov rdx, [rsp+8]; sub rdx, fs:[0x28]; jne +5;
  // add rsp, 24; ret; call __stack_chk_fail
  const Extracted e(Arch::kX64, {{0x48, 0x83, 0xec, 0x18, 0x64, 0x48, 0x8b, 0x04, 0x25, 0x28, 0, 0, 0, 0x48, 0x89, 0x44,
                                  0x24, 0x08, 0x31, 0xc0, 0x48, 0x8b, 0x54, 0x24, 0x08, 0x64, 0x48, 0x2b, 0x14, 0x25,
                                  0x28, 0, 0, 0, 0x75, 0x05, 0x48, 0x83, 0xc4, 0x18, 0xc3, 0xe8, 0xd2, 0xef, 0x2f, 0}},
                    {"__stack_chk_fail"});
  EXPECT_TRUE(e.of(Effect::Kind::kBranch).empty());
  EXPECT_TRUE(e.of(Effect::Kind::kCall).empty());
  EXPECT_TRUE(e.of(Effect::Kind::kStore).empty());
}

TEST(FunctionFlow, PositionIndependentI386KnowsWhereItIs) {
  // call thunk; mov eax, [eax+0x1ffffb-...]: thunk = mov eax, [esp]; ret. 0x401005 + 0x1feffb = 0x600000
  const Extracted e(Arch::kX86, {{0xe8, 0xfb, 0x03, 0, 0, 0x8b, 0x80, 0xfb, 0xef, 0x1f, 0x00, 0xc3}, {0x8b, 0x04, 0x24, 0xc3}});
  EXPECT_TRUE(e.of(Effect::Kind::kCall).empty());
  const NodeId value = e.of(Effect::Kind::kReturn)[0].a;
  ASSERT_EQ(e.flow().graph[value].kind, NodeKind::kLoad);
  const Node& address = e.flow().graph[e.flow().graph.argument(value, 0)];
  EXPECT_EQ(address.kind, NodeKind::kAddress);
  EXPECT_EQ(address.value, 0x600000);
}

Bytes words(std::initializer_list<std::uint32_t> all) {
  Bytes out;
  for (const std::uint32_t w : all) {
    for (unsigned i = 0; i < 4; ++i) out.push_back(static_cast<std::uint8_t>(w >> 8 * i));
  }
  return out;
}

TEST(FunctionFlow, Arm64SpillsAndPairsAreCopies) {
  // sub sp, sp, #16; stp x0, x1, [sp]; ldr x8, [sp, #8]; ldr w0, [x8, #8]; add w0, w0, #3; add sp, sp, #16; ret
  const Extracted e(Arch::kArm64, {words({0xd10043ff, 0xa90007e0, 0xf94007e8, 0xb9400900, 0x11000c00, 0x910043ff, 0xd65f03c0})});
  ASSERT_TRUE(e.ok);
  EXPECT_TRUE(e.of(Effect::Kind::kStore).empty());
  EXPECT_EQ(e.text(e.of(Effect::Kind::kReturn)[0].a), "[p1+8]+3");
}

TEST(FunctionFlow, Arm64ComparisonsAreThoseOfOtherMachines) {
  // cbz w0, +8; cmp w1, #5; b.gt +8 (to ret); str w1, [x0, #12]; ret
  const Extracted e(Arch::kArm64, {words({0x34000080, 0x7100143f, 0x5400004c, 0xb9000c01, 0xd65f03c0})});
  ASSERT_TRUE(e.ok);
  const auto branches = e.of(Effect::Kind::kBranch);
  ASSERT_EQ(branches.size(), 2U);
  EXPECT_EQ(e.text(branches[0].a), "(p0=0)");
  EXPECT_EQ(e.text(branches[1].a), "(p1<6)");
  const auto stores = e.of(Effect::Kind::kStore);
  ASSERT_EQ(stores.size(), 1U);
  EXPECT_EQ(e.text(stores[0].a), "p0+12");
}

TEST(FunctionFlow, Arm64BitfieldMovesAreShifts) {
  // lsl x0, x0, #3; add x0, x0, x1, lsl #2; ret
  const Extracted e(Arch::kArm64, {words({0xd37df000, 0x8b010800, 0xd65f03c0})});
  EXPECT_THAT(e.text(e.of(Effect::Kind::kReturn)[0].a), ::testing::AnyOf("8*p0+4*p1", "4*p1+8*p0"));
}

TEST(FunctionFlow, ALoopThatNothingEntersComesToAnEnd) {
  // ret; L: inc eax; mov [rdi], eax; jmp L      eax is a function of itself alone, by way of no phi
  TestProgram program(Arch::kX64, {{0xc3, 0xff, 0xc0, 0x89, 0x07, 0xeb, 0xfa}});
  Function& f = program.mutable_program().functions[0];
  f.blocks = {{.begin = f.address, .size = 1, .instructions = 1, .successors = {}},
              {.begin = f.address + 1U, .size = 6, .instructions = 3, .successors = {1}}};
  const ImageFacts facts(program.program());
  const auto decoder = make_decoder(Arch::kX64).value();
  Mnemonics mnemonics(*decoder);
  const Prototypes none;
  FlowExtractor extractor(facts, none, mnemonics);
  DecodedFunction decoded;
  decode_function(facts.image(), f, *decoder, decoded);
  ASSERT_TRUE(extractor.extract(decoded));
  EXPECT_LT(extractor.flow().graph.size(), 20U);
}

TEST(FunctionFlow, CapsAreNotExceeded) {
  TestProgram program(Arch::kX64, {{0xc3}});
  Function& f = program.mutable_program().functions[0];
  f.blocks.clear();
  for (std::uint32_t i = 0; i <= kMaxFlowBlocks; ++i) {
    f.blocks.push_back({.begin = f.address, .size = 1, .instructions = 1, .successors = {(i + 1) % 1000}});
  }
  const ImageFacts facts(program.program());
  const auto decoder = make_decoder(Arch::kX64).value();
  Mnemonics mnemonics(*decoder);
  const Prototypes none;
  FlowExtractor extractor(facts, none, mnemonics);
  DecodedFunction decoded;
  decode_function(facts.image(), f, *decoder, decoded);
  EXPECT_FALSE(extractor.extract(decoded));
}

}  // namespace
}  // namespace prova
