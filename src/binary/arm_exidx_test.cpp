#include "binary/arm_exidx.h"

#include <gtest/gtest.h>

namespace prova {
namespace {

constexpr std::uint64_t kCode = 0x10000, kTable = 0x20000;

/// A code section of 256 bytes at kCode, and an index table at kTable made of (function, second word).
struct Index {
  std::vector<std::byte> code = std::vector<std::byte>(256);
  std::vector<std::byte> table;
  BinaryImage image;

  explicit Index(std::initializer_list<std::pair<std::uint64_t, std::uint32_t>> entries) {
    image.arch = Arch::kArm;
    image.bits = 32;
    Section section;
    section.address = VirtualAddress{kCode};
    section.size = code.size();
    section.content = code;
    section.executable = true;
    image.sections.push_back(section);
    for (const auto& [function, word] : entries) {
      add(static_cast<std::uint32_t>(function - (kTable + table.size())) & 0x7fff'ffffU);
      add(word);
    }
    read_arm_exidx(image, table, VirtualAddress{kTable}, FileOffset{0x99});
  }
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;

  void add(std::uint32_t word) {
    for (unsigned i = 0; i < 4; ++i) table.push_back(static_cast<std::byte>(word >> 8 * i));
  }
};

constexpr std::uint32_t kCannotUnwind = 1, kInline = 0x80b0'b0b0, kOwnTable = 0x100;

TEST(ArmExidx, EntriesAreStartsButNotTheOneThatEndsTheTable) {
  const Index index({{kCode, kInline}, {kCode + 0x10, kCannotUnwind}, {kCode + 0x20, kCannotUnwind}});
  EXPECT_EQ(index.image.function_starts, (std::vector{VirtualAddress{kCode}, VirtualAddress{kCode + 0x10}}));
  EXPECT_TRUE(index.image.unwind.empty());
}

TEST(ArmExidx, AFunctionWithItsOwnTableReachesUpToTheNextEntry) {
  const Index index({{kCode, kOwnTable}, {kCode + 0x30, kInline}});
  ASSERT_EQ(index.image.unwind.size(), 1U);
  EXPECT_EQ(index.image.unwind[0].begin, VirtualAddress{kCode});
  EXPECT_EQ(index.image.unwind[0].size, 0x30U);
}

TEST(ArmExidx, BitZeroIsTheThumbState) {
  const Index index({{kCode + 0x11, kInline}});
  EXPECT_EQ(index.image.function_starts, std::vector{VirtualAddress{kCode + 0x10}});
  ASSERT_EQ(index.image.symbols.size(), 1U);
  EXPECT_EQ(index.image.symbols[0].name, "$t");
}

TEST(ArmExidx, EntriesOutsideOfCodeAreOneDefect) {
  const Index index({{kCode + 0x100, kInline}, {kCode + 0x200, kInline}, {kCode, kInline}});
  EXPECT_EQ(index.image.function_starts.size(), 1U);
  EXPECT_EQ(index.image.defects, (std::vector{Defect{FileOffset{0x99}, "exception index: 2 entries do not lie in code"}}));
}

TEST(ArmExidx, HalfAnEntryIsNone) {
  Index index({});
  index.table.resize(7);
  read_arm_exidx(index.image, index.table, VirtualAddress{kTable}, FileOffset{0});
  EXPECT_TRUE(index.image.function_starts.empty());
}

}  // namespace
}  // namespace prova
