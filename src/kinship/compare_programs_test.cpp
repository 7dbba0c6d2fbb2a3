#include "kinship/compare_programs.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include "dataflow/program_test_support.h"

namespace prova {
namespace {

using testing::TestProgram;
using Bytes = std::vector<std::uint8_t>;

// Stores seven different numbers to seven fields and returns a text: enough to be recognised.
Bytes stores(std::uint8_t salt) {
  Bytes code;
  for (std::uint8_t i = 0; i < 7; ++i) {
    code.insert(code.end(), {0xc7, 0x47, static_cast<std::uint8_t>(8 * i + 4), static_cast<std::uint8_t>(salt + i), salt,
                             static_cast<std::uint8_t>(i + 1), 0x11});  // mov dword [rdi+8i+4], imm32
  }
  code.insert(code.end(), {0xb8, 0x00, 0x00, 0x50, 0x00, 0xc3});  // mov eax, 0x500000; ret
  return code;
}
const Bytes kTiny = {0x31, 0xc0, 0xc3};  // xor eax, eax; ret

struct Analysed {
  explicit Analysed(std::vector<Bytes> functions) : test(Arch::kX64, std::move(functions), std::string("text\0", 5)) {
    for (std::size_t i = 0; i < test.program().functions.size(); ++i) {
      test.image().symbols.push_back({fmt::format("f{}", i), VirtualAddress{TestProgram::kCode + i * TestProgram::kStride},
                                      0, Symbol::Kind::kFunction, true});
    }
    sort_tables(test.image());
    analyzed = analyze_program(test.image(), {}, 1, true).value();
  }
  TestProgram test;
  AnalyzedProgram analyzed;
};

TEST(ComparePrograms, TellsIdenticalFromMissingWhateverTheOrder) {
  const Analysed a({stores(0x20), stores(0x60), kTiny}), b({kTiny, stores(0x20)});
  const ProgramComparison c = compare_programs(a.analyzed, b.analyzed);
  ASSERT_EQ(c.pairs.size(), 2U);
  EXPECT_EQ(c.pairs[0].left, 0U);
  EXPECT_EQ(c.pairs[0].right, 1U);
  EXPECT_TRUE(c.pairs[0].identical);
  EXPECT_EQ(c.pairs[1].left, 2U);
  EXPECT_TRUE(c.pairs[1].identical) << "too small for an exact hash, but its code is the same";
  EXPECT_EQ(c.only_left, std::vector<std::uint32_t>{1});
  EXPECT_TRUE(c.only_right.empty());
  EXPECT_EQ(c.identical_bytes, stores(0x20).size() + kTiny.size());
}

TEST(ComparePrograms, IsTheMirrorOfItself) {
  const Analysed a({stores(0x20), stores(0x60)}), b({stores(0x60), kTiny});
  const ProgramComparison forth = compare_programs(a.analyzed, b.analyzed), back = compare_programs(b.analyzed, a.analyzed);
  EXPECT_EQ(forth.only_left, back.only_right);
  EXPECT_EQ(forth.only_right, back.only_left);
  ASSERT_EQ(forth.pairs.size(), back.pairs.size());
  EXPECT_EQ(forth.pairs[0].left, back.pairs[0].right);
}

TEST(FindFunction, ByNameByStartByAnyAddressInsideOrNot) {
  const Analysed a({stores(0x20), kTiny});
  const Program& program = a.analyzed.program;
  EXPECT_EQ(find_function(program, "f1").value(), 1U);
  EXPECT_EQ(find_function(program, "0x401000").value(), 0U);
  EXPECT_EQ(find_function(program, "0x401003").value(), 0U);
  EXPECT_EQ(find_function(program, std::to_string(0x401400)).value(), 1U);
  for (const char* nothing : {"f2", "0x400000", "", "0x", "-1", "99999999999999999999999"}) {
    EXPECT_FALSE(find_function(program, nothing)) << nothing;
  }
}

}  // namespace
}  // namespace prova
