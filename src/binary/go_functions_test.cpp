#include "binary/go_functions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "binary/bytes_test_support.h"

namespace prova {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using test::Blob;

constexpr std::uint64_t kCode = 0x40'1000, kTable = 0x50'0000;
constexpr unsigned kPointer = 8;

/// Two functions, at kCode ("main.main", 0x20 bytes) and kCode + 0x20 ("main.two", 0x10 bytes).
///                  since 1.18                     1.16                           1.2
/// 0x00 header      magic 0 0 1 8, 8 words         magic 0 0 1 8, 7 words         magic 0 0 1 8, 1 word
/// 0x50 names       1.18 and 1.16: "main.main", "main.two"
/// 0x80 entries     (distance, record) in 32 bit   (address, record) in 64 bit    ... at 0x10 instead
Blob table_of_go118(std::uint32_t magic, std::uint64_t text = kCode) {
  Blob out(0xc0);
  out.at(0).u32(magic).u16(0).u8(1).u8(kPointer).u64(2).u64(0).u64(text).u64(0x50).u64(0).u64(0).u64(0).u64(0x80);
  out.at(0x50).c_string("main.main").c_string("main.two");
  out.at(0x80).u32(0).u32(0x20).u32(0x20).u32(0x28).u32(0x30);
  out.at(0xa0).u32(0).u32(0).u32(0x20).u32(10);  // records: entry, offset of the name
  return out;
}
Blob table_of_go116() {
  Blob out(0xd0);
  out.at(0).u32(0xffff'fffa).u16(0).u8(1).u8(kPointer).u64(2).u64(0).u64(0x50).u64(0).u64(0).u64(0).u64(0x80);
  out.at(0x50).c_string("main.main").c_string("main.two");
  out.at(0x80).u64(kCode).u64(0x28).u64(kCode + 0x20).u64(0x38).u64(kCode + 0x30);
  out.at(0xa8).u64(kCode).u32(0).u32(0).u64(kCode + 0x20).u32(10);
  return out;
}
Blob table_of_go12() {
  Blob out(0xa0);
  out.at(0).u32(0xffff'fffb).u16(0).u8(1).u8(kPointer).u64(2);
  out.at(0x10).u64(kCode).u64(0x40).u64(kCode + 0x20).u64(0x50).u64(kCode + 0x30);
  out.at(0x40).u64(kCode).u32(0x80).u32(0).u64(kCode + 0x20).u32(0x8a);
  out.at(0x80).c_string("main.main").c_string("main.two");
  return out;
}

/// A code section of 0x30 bytes at kCode and a section with `content` at kTable.
struct Program {
  std::vector<std::byte> code = std::vector<std::byte>(0x30);
  std::string data;
  BinaryImage image;

  Program(std::string content, const char* name) : data(std::move(content)) {
    image.bits = 64;
    image.file = as_bytes(data);
    Section text;
    text.name = ".text";
    text.address = VirtualAddress{kCode};
    text.size = code.size();
    text.content = code;
    text.executable = true;
    Section table;
    table.name = name;
    table.address = VirtualAddress{kTable};
    table.size = data.size();
    table.content = as_bytes(data);
    image.sections = {text, table};
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  const BinaryImage& read() {
    LoadBudget budget(data.size());
    add_go_functions(image, budget);
    return image;
  }
};

void expect_both(const BinaryImage& image) {
  EXPECT_THAT(image.function_starts, ElementsAre(VirtualAddress{kCode}, VirtualAddress{kCode + 0x20}));
  ASSERT_EQ(image.symbols.size(), 2U);
  EXPECT_EQ(image.symbols[0].name, "main.main");
  EXPECT_EQ(image.symbols[0].size, 0x20U);
  EXPECT_EQ(image.symbols[1].name, "main.two");
  EXPECT_EQ(image.symbols[1].address, VirtualAddress{kCode + 0x20});
  EXPECT_THAT(image.defects, IsEmpty());
}

TEST(GoFunctions, AreReadFromEveryLayout) {
  for (const Blob& table : {table_of_go118(0xffff'fff1), table_of_go118(0xffff'fff0), table_of_go116(), table_of_go12()}) {
    Program program(table.str(), ".gopclntab");
    expect_both(program.read());
  }
}

TEST(GoFunctions, ATableThatDoesNotSayWhereTextBeginsIsRelativeToTheSection) {
  Program program(table_of_go118(0xffff'fff1, 0).str(), ".gopclntab");
  expect_both(program.read());
}

TEST(GoFunctions, TheTableIsFoundWhereSectionsHaveOtherNames) {
  // PE: somewhere in .rdata. Bytes that begin like a table but lead nowhere come first.
  Blob decoy(0x40);
  decoy.at(0x10).u32(0xffff'fff1).u16(0).u8(1).u8(8).u64(7);
  // -1 as a 32-bit number before zeros, as often as it may come, is no beginning.
  std::string minus_one;
  for (int i = 0; i < 200; ++i) minus_one += std::string("\xff\xff\xff\xff\0\0\0\0", 8);
  Program program(minus_one + decoy.str() + table_of_go118(0xffff'fff1).str(), ".rdata");
  expect_both(program.read());
}

TEST(GoFunctions, NamesOfTheSymbolTableStay) {
  Program program(table_of_go118(0xffff'fff1).str(), ".gopclntab");
  program.image.symbols = {{"own", VirtualAddress{kCode}, 0, Symbol::Kind::kFunction, true}};
  program.read();
  ASSERT_EQ(program.image.symbols.size(), 2U);
  EXPECT_EQ(program.image.symbols[0].name, "own");
  EXPECT_EQ(program.image.symbols[1].name, "main.two");
}

TEST(GoFunctions, EntriesOutsideOfCodeAreOneDefect) {
  Blob table = table_of_go118(0xffff'fff1);
  table.at(0x88).u32(0x7777);
  Program program(table.str(), ".gopclntab");
  program.read();
  EXPECT_THAT(program.image.function_starts, ElementsAre(VirtualAddress{kCode}));
  ASSERT_EQ(program.image.defects.size(), 1U);
  EXPECT_EQ(program.image.defects[0].message, "1 functions of the Go table outside of code");
}

TEST(GoFunctions, AHugeCountEndsWithTheFile) {
  Blob table = table_of_go118(0xffff'fff1);
  table.at(8).u64(3'999'999);
  Program program(table.str(), ".gopclntab");
  program.read();
  EXPECT_FALSE(program.image.defects.empty());
  EXPECT_LE(program.image.function_starts.size(), 8U);
}

TEST(GoFunctions, AnythingElseIsLeftAlone) {
  for (const std::string& content : {std::string(), std::string(64, '\xff'), std::string("\xf1\xff\xff\xff\0\0\1\x08", 8)}) {
    Program program(content, ".rdata");
    program.read();
    EXPECT_THAT(program.image.function_starts, IsEmpty());
    EXPECT_THAT(program.image.symbols, IsEmpty());
  }
}

}  // namespace
}  // namespace prova
