#include "kinship/align_functions.h"

#include <gtest/gtest.h>

#include <random>
#include <set>

#include "dataflow/program_test_support.h"
#include "kinship/listing.h"

namespace prova {
namespace {

using testing::TestProgram;
using Bytes = std::vector<std::uint8_t>;

// int f(int* p) { if (p[3] == 418) return 7; return p[3] + 5; }
const Bytes kPlain = {0x8b, 0x47, 0x0c,                    // mov eax, [rdi+12]
                      0x3d, 0xa2, 0x01, 0x00, 0x00,        // cmp eax, 418
                      0x74, 0x04,                          // je +4
                      0x83, 0xc0, 0x05,                    // add eax, 5
                      0xc3,                                // ret
                      0xb8, 0x07, 0x00, 0x00, 0x00,        // mov eax, 7
                      0xc3};                               // ret
// The same with another register and one more instruction in front of the comparison.
const Bytes kOther = {0x8b, 0x4f, 0x0c,                          // mov ecx, [rdi+12]
                      0x90,                                      // nop
                      0x81, 0xf9, 0xa2, 0x01, 0x00, 0x00,        // cmp ecx, 418
                      0x74, 0x06,                                // je +6
                      0x83, 0xc1, 0x05,                          // add ecx, 5
                      0x89, 0xc8,                                // mov eax, ecx
                      0xc3,                                      // ret
                      0xb8, 0x07, 0x00, 0x00, 0x00,              // mov eax, 7
                      0xc3};                                     // ret
// The same for AArch64: ldr w0,[x0,#12]; cmp w0,#418; b.eq +12; add w0,w0,#5; ret; mov w0,#7; ret
const Bytes kArm = {0x00, 0x0c, 0x40, 0xb9, 0x1f, 0x88, 0x06, 0x71, 0x60, 0x00, 0x00, 0x54,
                    0x00, 0x14, 0x00, 0x11, 0xc0, 0x03, 0x5f, 0xd6, 0xe0, 0x00, 0x80, 0x52,
                    0xc0, 0x03, 0x5f, 0xd6};

FunctionShape shape_of(const TestProgram& t, std::uint32_t function = 0) {
  const ImageFacts facts(t.program());
  return ShapeReader::make(facts).value()->read(function, {});
}

/// Every instruction of both functions stands on exactly one line, in order within its block.
void expect_complete(const FunctionShape& left, const FunctionShape& right, const FunctionAlignment& alignment) {
  std::set<std::uint32_t> left_blocks, right_blocks;
  for (const AlignedBlock& block : alignment.blocks) {
    std::uint32_t l = 0, r = 0;
    for (const AlignedRow& row : block.rows) {
      if (row.left != AlignedRow::kNone) { EXPECT_EQ(row.left, l++); }
      if (row.right != AlignedRow::kNone) { EXPECT_EQ(row.right, r++); }
      EXPECT_EQ(row.left == AlignedRow::kNone, row.kind == RowKind::kOnlyRight);
      EXPECT_EQ(row.right == AlignedRow::kNone, row.kind == RowKind::kOnlyLeft);
    }
    if (block.left) {
      EXPECT_TRUE(left_blocks.insert(*block.left).second);
      EXPECT_EQ(l, left.blocks[*block.left].size());
    }
    if (block.right) {
      EXPECT_TRUE(right_blocks.insert(*block.right).second);
      EXPECT_EQ(r, right.blocks[*block.right].size());
    }
  }
  EXPECT_EQ(left_blocks.size(), left.blocks.size());
  EXPECT_EQ(right_blocks.size(), right.blocks.size());
}

TEST(AlignFunctions, AFunctionAndItselfAreEqualLineByLine) {
  const TestProgram t(Arch::kX64, {kPlain});
  const FunctionShape shape = shape_of(t);
  const FunctionAlignment a = align_functions(shape, shape);
  EXPECT_EQ(a.equal, 7U);
  EXPECT_EQ(a.alike + a.only_left + a.only_right, 0U);
  for (const AlignedBlock& block : a.blocks) EXPECT_EQ(block.left, block.right);
  expect_complete(shape, shape, a);
}

TEST(AlignFunctions, OtherRegistersAreAlikeAndInsertionsStandAlone) {
  const TestProgram a(Arch::kX64, {kPlain}), b(Arch::kX64, {kOther});
  const FunctionShape left = shape_of(a), right = shape_of(b);
  const FunctionAlignment alignment = align_functions(left, right);
  // Alike: mov, cmp, add. Equal: je, mov eax 7, both rets. Only in B: nop, mov eax, ecx.
  EXPECT_EQ(alignment.alike, 3U);
  EXPECT_EQ(alignment.equal, 4U);
  EXPECT_EQ(alignment.only_left, 0U);
  EXPECT_EQ(alignment.only_right, 2U);
  expect_complete(left, right, alignment);
}

TEST(AlignFunctions, AnotherMachineAlignsByWhatTheCodeMeans) {
  const TestProgram a(Arch::kX64, {kPlain}), b(Arch::kArm64, {kArm});
  const FunctionShape left = shape_of(a), right = shape_of(b);
  const FunctionAlignment alignment = align_functions(left, right);
  EXPECT_EQ(alignment.equal, 0U) << "instructions of two machines are never equal";
  EXPECT_EQ(alignment.alike, 7U);
  for (const AlignedBlock& block : alignment.blocks) EXPECT_EQ(block.left, block.right);
  expect_complete(left, right, alignment);
}

TEST(AlignFunctions, EqualCodeThatLoadsAnotherTextIsAlikeOnly) {
  // mov edi, imm32; ret, with the addresses of "abc" and "xyz".
  const Bytes first = {0xbf, 0x00, 0x00, 0x50, 0x00, 0xc3}, second = {0xbf, 0x04, 0x00, 0x50, 0x00, 0xc3};
  const TestProgram t(Arch::kX64, {first, second}, std::string("abc\0xyz\0", 8));
  const FunctionAlignment a = align_functions(shape_of(t, 0), shape_of(t, 1));
  EXPECT_EQ(a.alike + a.only_left, 1U);
  EXPECT_EQ(a.equal, 1U);
}

TEST(AlignFunctions, AnyTwoFunctionsAreCoveredCompletelyAndAlwaysTheSameWay) {
  std::mt19937 random(7);
  const auto any = [&] {
    FunctionShape shape;
    shape.arch = Arch::kX64;
    const std::size_t blocks = 1 + random() % 12;
    for (std::size_t b = 0; b < blocks; ++b) {
      std::vector<InstructionShape> code(random() % 9);
      for (InstructionShape& i : code) i = {random() % 6, random() % 3, random() % 4, Operation::kMove, 0};
      shape.blocks.push_back(std::move(code));
      shape.effects.push_back(std::vector<std::uint64_t>(random() % 3, random() % 5));
      // Also edges that lead nowhere: discovery never makes them, and nothing may rely on that.
      shape.successors.push_back({static_cast<std::uint32_t>(random() % (blocks + 1))});
    }
    return shape;
  };
  for (int i = 0; i < 300; ++i) {
    const FunctionShape left = any(), right = any();
    const FunctionAlignment once = align_functions(left, right), again = align_functions(left, right);
    expect_complete(left, right, once);
    ASSERT_EQ(once.blocks.size(), again.blocks.size());
    EXPECT_EQ(std::tuple(once.equal, once.alike, once.only_left), std::tuple(again.equal, again.alike, again.only_left));
  }
}

TEST(AlignFunctions, AnEmptyFunctionHasNoLines) {
  const FunctionAlignment a = align_functions({}, {});
  EXPECT_TRUE(a.blocks.empty());
}

TEST(AlignFunctions, AHundredThousandInstructionsStayInBounds) {
  FunctionShape left, right;
  left.arch = right.arch = Arch::kX64;
  // One block of 100,000 instructions and 20,000 blocks of one, all alike: the worst for tables and for proposals.
  const InstructionShape same{1, 0, 1, Operation::kMove, 0};
  for (FunctionShape* shape : {&left, &right}) {
    shape->blocks.assign(20'001, {same});
    shape->blocks[0].assign(100'000, same);
    shape->effects.resize(20'001);
    for (std::uint32_t b = 0; b < 20'001; ++b) shape->successors.push_back({b + 1});
  }
  const FunctionAlignment a = align_functions(left, right);
  EXPECT_EQ(a.equal, 120'000U);
}

TEST(Listing, NamesWhatInstructionsReferTo) {
  const Bytes code = {0xbf, 0x00, 0x00, 0x50, 0x00,  // mov edi, 0x500000
                      0xe8, 0xf6, 0xef, 0x2f, 0x00,  // call 0x700000
                      0xc3};                         // ret
  const TestProgram t(Arch::kX64, {code}, std::string("hello\0", 6), {"puts"});
  const ImageFacts facts(t.program());
  const Listing listing = Lister::make(facts).value().list(0);
  ASSERT_EQ(listing.blocks.size(), 1U);
  ASSERT_EQ(listing.blocks[0].instructions.size(), 3U);
  EXPECT_EQ(listing.blocks[0].instructions[0].refers, "\"hello\"");
  EXPECT_EQ(listing.blocks[0].instructions[1].refers, "import puts");
  EXPECT_EQ(listing.blocks[0].instructions[2].text, "ret");
  EXPECT_FALSE(listing.capped);
}

}  // namespace
}  // namespace prova
