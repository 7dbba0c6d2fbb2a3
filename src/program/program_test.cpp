// Discovery on tiny hand-assembled images.

#include <algorithm>
#include <array>
#include <cstring>
#include <gtest/gtest.h>

#include "program/assembled_test_support.h"
#include "program/no_return.h"
#include "program/program.h"

namespace prova {
namespace {

using testing::Assembled;
using testing::at;
using testing::kBase;
using testing::padded;

TEST(Discover, BranchSplitsBlocksAndCallsDoNot) {
  // 0: test edi, edi; 2: jz 9; 4: call 0x10; 9: ret; 0x10: ret
  auto code = padded({0x85, 0xff, 0x74, 0x05, 0xe8, 0x07, 0, 0, 0, 0xc3}, 0x11);
  code[0x10] = 0xc3;
  const Assembled assembled(Arch::kX64, code);
  const Program program = assembled.discover();
  ASSERT_EQ(program.functions.size(), 2U);
  const Function& f = program.functions[0];
  ASSERT_EQ(f.blocks.size(), 3U);
  EXPECT_EQ(f.blocks[0].size, 4U);
  EXPECT_EQ(f.blocks[0].instructions, 2U);
  EXPECT_EQ(f.blocks[0].successors, (std::vector<std::uint32_t>{1, 2}));
  EXPECT_EQ(f.blocks[1].begin, VirtualAddress{kBase + 4});
  EXPECT_EQ(f.blocks[1].successors, (std::vector<std::uint32_t>{2}));
  EXPECT_TRUE(f.blocks[2].successors.empty());
  EXPECT_EQ(f.size, 10U);
  EXPECT_EQ(f.instructions, 4U);
  EXPECT_TRUE(f.returns);
  ASSERT_EQ(f.calls.size(), 1U);
  EXPECT_EQ(f.calls[0].at, VirtualAddress{kBase + 4});
  EXPECT_EQ(f.calls[0].target, VirtualAddress{kBase + 0x10});
  EXPECT_FALSE(f.calls[0].tail);
  EXPECT_EQ(program.callees[0], (std::vector<std::uint32_t>{1}));
  EXPECT_EQ(program.callers[1], (std::vector<std::uint32_t>{0}));
  EXPECT_EQ(f.reason, StartReason::kEntryPoint);
  EXPECT_EQ(program.functions[1].reason, StartReason::kCallTarget);
  EXPECT_EQ(program.covered_bytes, program.code_bytes);
}

TEST(Discover, CallInTheMiddleOfABlockKeepsItWhole) {
  // 0: push rbx; 1: call 0x10; 6: pop rbx; 7: ret; 0x10: ret
  auto code = padded({0x53, 0xe8, 0x0a, 0, 0, 0, 0x5b, 0xc3}, 0x11);
  code[0x10] = 0xc3;
  const Assembled assembled(Arch::kX64, code);
  const Program program = assembled.discover();
  ASSERT_EQ(program.functions[0].blocks.size(), 1U);
  EXPECT_EQ(program.functions[0].blocks[0].size, 8U);
  EXPECT_EQ(program.functions[0].blocks[0].instructions, 4U);
}

TEST(Discover, CodeBehindACallThatNeverReturnsIsNotReached) {
  // 0: call 0x10; 5: (garbage that would decode); 0x10: jmp [rip+slot] -> abort
  auto code = padded({0xe8, 0x0b, 0, 0, 0, 0xb0, 0x01, 0xc3}, 0x16);
  code[0x10] = 0xff;
  code[0x11] = 0x25;
  code[0x12] = 0xea;
  code[0x13] = 0x0f;  // 0x401016 + 0xfea = 0x402000
  code[0x14] = code[0x15] = 0;
  Assembled assembled(Arch::kX64, code);
  assembled.import(0x402000, "abort@GLIBC_2.2.5");
  const Program program = assembled.discover();
  const Function* f = at(program, 0);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->size, 5U);
  EXPECT_FALSE(f->returns);
  ASSERT_EQ(f->calls.size(), 1U);
  EXPECT_EQ(f->calls[0].import, 0U);  // Through the stub.
  const Function* stub = at(program, 0x10);
  ASSERT_NE(stub, nullptr);
  EXPECT_EQ(stub->kind, FunctionKind::kPlt);
  EXPECT_EQ(stub->import, 0U);
  EXPECT_EQ(program.functions.size(), 2U);  // What is left behind the call is no function.
}

TEST(Discover, MutualRecursionWithoutABaseNeverReturns) {
  // 0: call 0x10; 5: ret; 0x10: call 0; 0x15: ret
  auto code = padded({0xe8, 0x0b, 0, 0, 0, 0xc3}, 0x16);
  const std::vector<std::uint8_t> second{0xe8, 0xeb, 0xff, 0xff, 0xff, 0xc3};
  std::copy(second.begin(), second.end(), code.begin() + 0x10);
  const Assembled assembled(Arch::kX64, code);
  const Program program = assembled.discover();
  EXPECT_FALSE(at(program, 0)->returns);
  EXPECT_FALSE(at(program, 0x10)->returns);
}

TEST(Discover, JumpOutOfItsRangeIsATailCall) {
  // 0: jmp 0x10 (range of 5 bytes); 0x10: xor eax, eax; ret
  auto code = padded({0xe9, 0x0b, 0, 0, 0}, 0x13);
  code[0x10] = 0x31, code[0x11] = 0xc0, code[0x12] = 0xc3;
  Assembled assembled(Arch::kX64, code);
  assembled.image.unwind.push_back({VirtualAddress{kBase}, 5, std::nullopt});
  const Program program = assembled.discover();
  ASSERT_EQ(program.functions.size(), 2U);
  EXPECT_EQ(program.functions[0].kind, FunctionKind::kThunk);
  EXPECT_EQ(program.functions[0].thunk_of, 1U);
  ASSERT_EQ(program.functions[0].calls.size(), 1U);
  EXPECT_TRUE(program.functions[0].calls[0].tail);
  EXPECT_EQ(program.functions[1].reason, StartReason::kTailCall);
}

TEST(Discover, ThunkChainsResolveToTheirImport) {
  // 0: call 0x10; ret; 0x10: jmp 0x20; 0x20: jmp [rip+slot]
  auto code = padded({0xe8, 0x0b, 0, 0, 0, 0xc3}, 0x26);
  const std::vector<std::uint8_t> first{0xe9, 0x0b, 0, 0, 0}, second{0xff, 0x25, 0xda, 0x0f, 0, 0};
  std::copy(first.begin(), first.end(), code.begin() + 0x10);
  std::copy(second.begin(), second.end(), code.begin() + 0x20);
  Assembled assembled(Arch::kX64, code);
  assembled.image.format = Format::kPe;
  assembled.image.function_starts = {VirtualAddress{kBase + 0x10}, VirtualAddress{kBase + 0x20}};
  assembled.import(0x402000, "CreateFileW");
  const Program program = assembled.discover();
  ASSERT_EQ(program.functions.size(), 3U);
  EXPECT_EQ(program.functions[1].kind, FunctionKind::kThunk);
  EXPECT_EQ(program.functions[1].thunk_of, 2U);
  EXPECT_EQ(program.functions[1].import, 0U);
  EXPECT_EQ(program.functions[2].kind, FunctionKind::kThunk);
  EXPECT_EQ(program.functions[0].calls[0].import, 0U);
  EXPECT_EQ(program.functions[0].calls[0].target, VirtualAddress{kBase + 0x10});
}

TEST(Discover, BoundedRelativeJumpTable) {
  // 0: cmp edi, 1; 3: ja 0x17; 5: lea rdx, [rip+0x14] -> 0x20; c: movsxd rax, [rdx+rdi*4]; 10: add rax, rdx; 13: jmp rax
  // 15: nop; ret; 17: ret; 0x20: table
  auto code = padded({0x83, 0xff, 0x01, 0x77, 0x12, 0x48, 0x8d, 0x15, 0x14, 0, 0, 0, 0x48, 0x63, 0x04, 0xba, 0x48, 0x01,
                      0xd0, 0xff, 0xe0, 0x90, 0xc3, 0xc3}, 0x28);
  const std::array<std::int32_t, 2> entries{0x15 - 0x20, 0x16 - 0x20};
  std::memcpy(code.data() + 0x20, entries.data(), sizeof entries);
  const Assembled assembled(Arch::kX64, code);
  const Program program = assembled.discover();
  ASSERT_EQ(program.functions.size(), 1U);
  const Function& f = program.functions[0];
  ASSERT_EQ(f.blocks.size(), 5U);
  EXPECT_EQ(f.blocks[1].successors, (std::vector<std::uint32_t>{2, 3}));
  EXPECT_EQ(f.blocks[2].begin, VirtualAddress{kBase + 0x15});
  EXPECT_EQ(f.blocks[3].begin, VirtualAddress{kBase + 0x16});
  EXPECT_EQ(program.covered_bytes, program.code_bytes);  // The table counts as recognised.
}

TEST(Discover, TwoLevelTableOfMicrosoftsCompiler) {
  // 0: cmp eax, 2; 3: ja 0x16; 5: movzx eax, byte [eax+0x401028]; c: jmp [eax*4+0x401020]; 13: nop; 14: ret; 15: nop; 16: ret
  auto code = padded({0x83, 0xf8, 0x02, 0x77, 0x11, 0x0f, 0xb6, 0x80, 0x28, 0x10, 0x40, 0, 0xff, 0x24, 0x85, 0x20, 0x10,
                      0x40, 0, 0x90, 0xc3, 0x90, 0xc3}, 0x2b);
  const std::array<std::uint32_t, 2> entries{0x401013, 0x401015};
  std::memcpy(code.data() + 0x20, entries.data(), sizeof entries);
  code[0x28] = 1, code[0x29] = 0, code[0x2a] = 1;
  const Assembled assembled(Arch::kX86, code, 32);
  const Program program = assembled.discover();
  const Function* f = at(program, 0);
  ASSERT_NE(f, nullptr);
  ASSERT_EQ(f->blocks.size(), 5U);
  EXPECT_EQ(f->blocks[2].begin, VirtualAddress{0x401013});
  EXPECT_EQ(f->blocks[3].begin, VirtualAddress{0x401015});
}

TEST(Discover, Arm64StubResolvesItsSlot) {
  // 0: bl 8; 4: ret; 8: adrp x16, 0x402000; ldr x17, [x16]; add x16, x16, #0; br x17
  const std::array<std::uint32_t, 6> words{0x94000002, 0xd65f03c0, 0xb0000010, 0xf9400211, 0x91000210, 0xd61f0220};
  std::vector<std::uint8_t> code(sizeof words);
  std::memcpy(code.data(), words.data(), sizeof words);
  Assembled assembled(Arch::kArm64, code);
  assembled.import(0x402000, "puts");
  const Program program = assembled.discover();
  ASSERT_EQ(program.functions.size(), 2U);
  EXPECT_EQ(program.functions[1].kind, FunctionKind::kPlt);
  EXPECT_EQ(program.functions[1].import, 0U);
  EXPECT_EQ(program.functions[0].calls[0].import, 0U);
}

TEST(Discover, OverlappingInstructionsAreBothFollowed) {
  // 0: jmp 3; 2: mov eax, 0x..c3 whose middle, 3, is: nop; ret
  const Assembled assembled(Arch::kX64, {0x74, 0x01, 0xb8, 0x90, 0xc3, 0x90, 0x90, 0xc3});
  const Program program = assembled.discover();
  ASSERT_GE(program.functions.size(), 1U);
  EXPECT_EQ(program.functions[0].blocks.size(), 3U);
  EXPECT_EQ(program.functions[0].blocks[1].begin, VirtualAddress{kBase + 2});
  EXPECT_EQ(program.functions[0].blocks[2].begin, VirtualAddress{kBase + 3});
}

TEST(Discover, CodeCutShortIsAnAnomaly) {
  const Assembled assembled(Arch::kX64, {0x55, 0xe8, 0x00});
  const Program program = assembled.discover();
  ASSERT_EQ(program.functions.size(), 1U);
  EXPECT_EQ(program.functions[0].size, 1U);
  ASSERT_EQ(program.anomalies.size(), 1U);
  EXPECT_EQ(program.anomalies[0].message, "0x401001: control flow reaches bytes that are no instruction");
}

TEST(Discover, PrologueInAGapBehindPadding) {
  // 0: ret; int3 ...; 0x10: push ebp; mov ebp, esp; pop ebp; ret
  auto code = padded({0xc3}, 0x15);
  const std::vector<std::uint8_t> second{0x55, 0x8b, 0xec, 0x5d, 0xc3};
  std::copy(second.begin(), second.end(), code.begin() + 0x10);
  const Assembled assembled(Arch::kX86, code, 32);
  const Program program = assembled.discover();
  ASSERT_NE(at(program, 0x10), nullptr);
  EXPECT_EQ(at(program, 0x10)->reason, StartReason::kPrologue);
}

TEST(Discover, ColdRangeWithAFrameBelongsToTheFunctionThatJumpsThere) {
  // 0: test edi, edi; jne 0x10; ret; 0x10: xor eax, eax; ret
  auto code = padded({0x85, 0xff, 0x75, 0x0c, 0xc3}, 0x13);
  code[0x10] = 0x31, code[0x11] = 0xc0, code[0x12] = 0xc3;
  Assembled assembled(Arch::kX64, code);
  assembled.image.unwind.push_back({VirtualAddress{kBase}, 5, std::nullopt});
  assembled.image.unwind.push_back({VirtualAddress{kBase + 0x10}, 3, std::nullopt, true});
  const Program program = assembled.discover();
  ASSERT_EQ(program.functions.size(), 1U);
  EXPECT_EQ(program.functions[0].blocks.size(), 3U);
  EXPECT_EQ(program.functions[0].size, 8U);
}

TEST(Discover, BlockCapMarksTheFunction) {
  std::vector<std::uint8_t> code;
  for (int i = 0; i < 64; ++i) code.insert(code.end(), {0x74, 0x00});  // je to the next instruction
  code.push_back(0xc3);
  const Assembled assembled(Arch::kX64, code);
  DiscoveryLimits limits;
  limits.max_blocks_per_function = 8;
  const Program program = assembled.discover(limits);
  EXPECT_TRUE(program.functions[0].capped);
  EXPECT_LE(program.functions[0].blocks.size(), 9U);
}

TEST(Discover, EmptyImageHasNoFunctions) {
  BinaryImage image;
  image.arch = Arch::kX64;
  EXPECT_TRUE(discover(image)->functions.empty());
  image.arch = Arch::kUnknown;
  EXPECT_EQ(discover(image).error().code, ErrorCode::kUnsupported);
}

TEST(NeverReturns, NamesWithDecorations) {
  EXPECT_TRUE(never_returns("abort@GLIBC_2.2.5"));
  EXPECT_TRUE(never_returns("_ExitProcess@4"));
  EXPECT_TRUE(never_returns("__stack_chk_fail"));
  EXPECT_TRUE(never_returns("__imp__exit"));
  EXPECT_TRUE(never_returns("_CxxThrowException"));
  EXPECT_TRUE(never_returns("?terminate@@YAXXZ"));
  EXPECT_FALSE(never_returns("exit_hook"));
  EXPECT_FALSE(never_returns("atexit"));
  EXPECT_FALSE(never_returns(""));
}

}  // namespace
}  // namespace prova
