#include "dataflow/prototypes.h"

#include <gtest/gtest.h>

#include "dataflow/program_test_support.h"

namespace prova {
namespace {

using testing::TestProgram;
using Bytes = std::vector<std::uint8_t>;

Prototypes infer(const TestProgram& t) {
  const ImageFacts facts(t.program());
  const auto decoder = make_decoder(facts.image().arch).value();
  std::vector<ArgumentUse> uses;
  DecodedFunction code;
  for (const Function& f : t.program().functions) {
    decode_function(facts.image(), f, *decoder, code);
    uses.push_back(argument_use(code, facts));
  }
  return infer_prototypes(facts, uses);
}

TEST(Prototypes, CountUpToTheHighestArgumentRead) {
  // mov eax, edx; ret reads the third, so there are three.
  EXPECT_EQ(infer(TestProgram(Arch::kX64, {{0x89, 0xd0, 0xc3}})).functions[0].integers, 3);
  // xor edi, edi; mov eax, edi; ret reads what it wrote itself.
  EXPECT_EQ(infer(TestProgram(Arch::kX64, {{0x31, 0xff, 0x89, 0xf8, 0xc3}})).functions[0].integers, 0);
  // addsd xmm0, xmm1; ret
  EXPECT_EQ(infer(TestProgram(Arch::kX64, {{0xf2, 0x0f, 0x58, 0xc1, 0xc3}})).functions[0].vectors, 2);
}

TEST(Prototypes, ASpillIsAUseOnlyWhenItIsLoadedAgain) {
  // mov [rsp-8], rdi; mov [rsp-16], rsi; mov rax, [rsp-8]; ret
  const Bytes code = {0x48, 0x89, 0x7c, 0x24, 0xf8, 0x48, 0x89, 0x74, 0x24, 0xf0, 0x48, 0x8b, 0x44, 0x24, 0xf8, 0xc3};
  EXPECT_EQ(infer(TestProgram(Arch::kX64, {code})).functions[0].integers, 1);
}

TEST(Prototypes, ArgumentsHandedOnAreUsedWhenTheCalleeUsesThem) {
  // f: jmp g.  g: mov eax, esi; ret
  EXPECT_EQ(infer(TestProgram(Arch::kX64, {{0xe9, 0xfb, 0x03, 0, 0}, {0x89, 0xf0, 0xc3}})).functions[0].integers, 2);
}

TEST(Prototypes, ImportsTakeWhatEveryCallHasReady) {
  // mov edi, 1; mov esi, 2; call import; mov edi, 1; call import; ret
  const Bytes code = {0xbf, 1, 0, 0, 0, 0xbe, 2, 0, 0, 0, 0xe8, 0xf1, 0xef, 0x2f, 0, 0xbf, 1, 0, 0, 0, 0xe8, 0xe7, 0xef, 0x2f, 0, 0xc3};
  const auto p = infer(TestProgram(Arch::kX64, {code}, "", {"f"}));
  ASSERT_EQ(p.imports.size(), 1U);
  EXPECT_TRUE(p.imports[0].known);
  EXPECT_EQ(p.imports[0].integers, 1);
}

TEST(Prototypes, CalleesThatCleanUpSaySo) {
  EXPECT_EQ(infer(TestProgram(Arch::kX86, {{0xc2, 0x0c, 0x00}})).functions[0].pops, 12);
}

}  // namespace
}  // namespace prova
