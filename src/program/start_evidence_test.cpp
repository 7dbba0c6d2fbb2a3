// What tells a function's begin from another part of a function, and a call that does not return from one that does.

#include <gtest/gtest.h>

#include "program/assembled_test_support.h"

namespace prova {
namespace {

using testing::Assembled;
using testing::at;
using testing::kBase;
using testing::padded;

std::vector<std::uint8_t> behind_ret(const std::vector<std::uint8_t>& code) {
  auto bytes = padded({0xc3}, 0x10);
  for (const std::uint8_t byte : code) bytes.push_back(byte);
  return bytes;
}

TEST(StartEvidence, CodeThatReadsWhatNoCallerLeavesIsNoFunction) {
  // mov rdi, rax; jmp 0: a landing pad gets the exception in rax
  EXPECT_EQ(Assembled(Arch::kX64, behind_ret({0x48, 0x89, 0xc7, 0xeb, 0xeb})).discover().functions.size(), 1U);
  // mov rdi, rbx; ret: rbx is the caller's
  EXPECT_EQ(Assembled(Arch::kX64, behind_ret({0x48, 0x89, 0xdf, 0xc3})).discover().functions.size(), 1U);
  // push rbx; mov rbx, rdi; pop rbx; ret: saved first
  EXPECT_EQ(Assembled(Arch::kX64, behind_ret({0x53, 0x48, 0x89, 0xfb, 0x5b, 0xc3})).discover().functions.size(), 2U);
  // test al, al; ret: the number of vector arguments
  EXPECT_EQ(Assembled(Arch::kX64, behind_ret({0x84, 0xc0, 0xc3})).discover().functions.size(), 2U);
  // xor ebx, ebx; ret: does not depend on it
  EXPECT_EQ(Assembled(Arch::kX64, behind_ret({0x31, 0xdb, 0xc3})).discover().functions.size(), 2U);
}

TEST(StartEvidence, WhatAnExceptionHandlerCallsIsAFunction) {
  // 0: ret; 0x10: mov rdi, rax; call 0x20; ret; 0x20: ret
  auto code = padded(behind_ret({0x48, 0x89, 0xc7, 0xe8, 0x08, 0, 0, 0, 0xc3}), 0x21);
  code[0x20] = 0xc3;
  const Program program = Assembled(Arch::kX64, code).discover();
  ASSERT_EQ(program.functions.size(), 2U);
  EXPECT_NE(at(program, 0x20), nullptr);
}

TEST(StartEvidence, FillerAndAPrologueBehindACall) {
  // 0: call 0x30; 5: nop ...; 0x10: endbr64; ret; 0x30: ret. Nothing falls through filler into endbr64.
  auto code = padded({0xe8, 0x2b, 0, 0, 0, 0x0f, 0x1f, 0x84, 0, 0, 0, 0, 0, 0x0f, 0x1f, 0x00, 0xf3, 0x0f, 0x1e, 0xfa, 0xc3}, 0x31);
  code[0x30] = 0xc3;
  const Program program = Assembled(Arch::kX64, code).discover();
  ASSERT_NE(at(program, 0x10), nullptr);
  EXPECT_FALSE(at(program, 0)->returns);
  EXPECT_EQ(at(program, 0)->size, 5U);
}

TEST(StartEvidence, LeavingOnAnotherStackIsNoReturn) {
  // 0: call 6; 5: int3; 6: mov rsp, rcx; ret
  const Program leaves = Assembled(Arch::kX64, {0xe8, 0x01, 0, 0, 0, 0xcc, 0x48, 0x89, 0xcc, 0xc3}).discover();
  EXPECT_FALSE(at(leaves, 6)->returns);
  EXPECT_FALSE(at(leaves, 0)->returns);
  // mov rsp, rbp; ret: its own frame
  const Program returns = Assembled(Arch::kX64, {0xe8, 0x01, 0, 0, 0, 0xcc, 0x48, 0x89, 0xec, 0xc3}).discover();
  EXPECT_TRUE(at(returns, 6)->returns);
}

TEST(StartEvidence, AJumpToAWeakFunctionThatWasNotLinked) {
  // 0: ret; 0x10: push rbx; mov rbx, rdi; pop rbx; jmp 0
  const std::uint32_t to_zero = 0U - (static_cast<std::uint32_t>(kBase) + 0x10 + 10);
  std::vector<std::uint8_t> body{0x53, 0x48, 0x89, 0xfb, 0x5b, 0xe9};
  for (unsigned i = 0; i < 4; ++i) body.push_back(static_cast<std::uint8_t>(to_zero >> 8 * i));
  EXPECT_EQ(Assembled(Arch::kX64, behind_ret(body)).discover().functions.size(), 2U);
}

TEST(StartEvidence, ACallOfAbortOutOfLineIsNoFunction) {
  // 0: jmp 0x10; 0x10: call 0x20; 0x20: jmp 0x20
  auto code = padded({0xeb, 0x0e}, 0x10);
  for (const std::uint8_t byte : padded({0xe8, 0x0b, 0, 0, 0}, 0x10)) code.push_back(byte);
  code.push_back(0xeb);
  code.push_back(0xfe);
  Assembled assembled(Arch::kX64, code);
  assembled.image.unwind.push_back({VirtualAddress{kBase}, 2, std::nullopt});
  const Program program = assembled.discover();
  EXPECT_EQ(at(program, 0x10), nullptr);
  EXPECT_NE(at(program, 0x20), nullptr);
}

TEST(StartEvidence, CasesOfASwitchAreNoFunctionsThoughDataPointsAtThem) {
  // 0: cmp eax, 2; ja 0x20; jmp [eax*4 + table]; 0x10, 0x20, 0x30: mov eax, [esp+4]; ret, which could begin a function
  auto code = padded({0x83, 0xf8, 0x02, 0x77, 0x1b, 0xff, 0x24, 0x85, 0x00, 0x20, 0x40, 0x00}, 0x35);
  for (const std::size_t at : {0x10U, 0x20U, 0x30U}) code[at] = 0x8b, code[at + 1] = 0x44, code[at + 2] = 0x24, code[at + 3] = 4, code[at + 4] = 0xc3;
  Assembled assembled(Arch::kX86, code, 32);
  std::vector<std::byte> table(12);
  for (std::size_t i = 0; i < 3; ++i) table[4 * i] = std::byte(0x10 * (i + 1)), table[4 * i + 1] = std::byte{0x10}, table[4 * i + 2] = std::byte{0x40};
  Section section;
  section.address = VirtualAddress{0x402000};
  section.size = table.size();
  section.content = table;
  assembled.image.sections.push_back(section);
  const Program program = assembled.discover();
  EXPECT_EQ(program.functions.size(), 1U);
  EXPECT_EQ(program.functions[0].blocks.size(), 5U);
}

TEST(StartEvidence, Arm64ShrinkWrappedFunctionsAreOne) {
  // 0: cbz x0, 12; 4: stp x29, x30, [sp, #-16]!; 8: ldp x29, x30, [sp], #16; 12: ret. The entry covers 4 to 12.
  std::vector<std::uint8_t> code;
  for (const std::uint32_t w : {0xb4000060U, 0xa9bf7bfdU, 0xa8c17bfdU, 0xd65f03c0U}) {
    for (unsigned i = 0; i < 4; ++i) code.push_back(static_cast<std::uint8_t>(w >> 8 * i));
  }
  Assembled assembled(Arch::kArm64, code);
  assembled.image.unwind.push_back({VirtualAddress{kBase + 4}, 8, std::nullopt});
  const Program program = assembled.discover();
  ASSERT_EQ(program.functions.size(), 1U);
  EXPECT_EQ(program.functions[0].instructions, 4U);
}

}  // namespace
}  // namespace prova
