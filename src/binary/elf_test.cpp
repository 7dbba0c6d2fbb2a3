#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "binary/elf_test_support.h"
#include "binary/load.h"

namespace prova {
namespace {

using test::build_elf;
using test::small_library;
using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> names_of(const auto& list) {
  std::vector<std::string> names;
  for (const auto& item : list) names.push_back(item.name);
  return names;
}

struct Variant {
  unsigned bits;
  std::endian order;
};
class EveryElf : public testing::TestWithParam<Variant> {};
INSTANTIATE_TEST_SUITE_P(ClassAndByteOrder, EveryElf,
                         testing::Values(Variant{32, std::endian::little}, Variant{32, std::endian::big},
                                         Variant{64, std::endian::little}, Variant{64, std::endian::big}));

TEST_P(EveryElf, LibraryIsReadWhole) {
  const auto [bits, order] = GetParam();
  const auto file = build_elf(small_library(bits, order));
  ASSERT_TRUE(looks_like_elf(file));
  const auto image = load_elf(file);
  ASSERT_TRUE(image);
  EXPECT_THAT(image->defects, IsEmpty());
  EXPECT_EQ(image->kind, FileKind::kSharedLibrary);
  EXPECT_EQ(image->bits, bits);
  EXPECT_EQ(image->big_endian, order == std::endian::big);
  EXPECT_EQ(image->base, VirtualAddress{0x1000});
  EXPECT_THAT(names_of(image->sections),
              ElementsAre(".text", ".data", ".dynsym", ".dynstr", ".rela.dyn", ".dynamic", ".bss"));
  EXPECT_TRUE(image->sections[0].executable);
  EXPECT_TRUE(image->sections[1].writable);
  EXPECT_EQ(image->sections[6].size, 0x100U);
  EXPECT_TRUE(image->sections[6].content.empty());
  ASSERT_EQ(image->symbols.size(), 1U);
  EXPECT_EQ(image->symbols[0].name, "f");
  EXPECT_EQ(image->symbols[0].address, VirtualAddress{0x1004});
  EXPECT_EQ(image->symbols[0].kind, Symbol::Kind::kFunction);
  EXPECT_TRUE(image->symbols[0].global);
  ASSERT_EQ(image->exports.size(), 1U);
  EXPECT_EQ(image->exports[0].name, "f");
  ASSERT_EQ(image->imports.size(), 1U);
  EXPECT_EQ(image->imports[0].name, "puts");
  EXPECT_EQ(image->imports[0].where, VirtualAddress{0x2000});
  EXPECT_EQ(image->imports[0].reach, Import::Reach::kPointer);
  EXPECT_THAT(image->entry_points, ElementsAre(VirtualAddress{0x1000}));
  ASSERT_EQ(image->relocations.size(), 2U);
  EXPECT_EQ(image->relocations[0].symbol, "puts");
  EXPECT_EQ(image->relocations[1].target, VirtualAddress{0x1008});
}

TEST_P(EveryElf, RelativeRelocationsShowInPointers) {
  const auto [bits, order] = GetParam();
  const auto file = build_elf(small_library(bits, order));
  const auto image = load_elf(file);
  ASSERT_TRUE(image);
  // The slot holds zero in the file; the addend is in the relocation.
  EXPECT_EQ(image->pointer_at(VirtualAddress{0x2000 + bits / 8}), VirtualAddress{0x1008});
  EXPECT_EQ(image->owned.size(), 1U);
}

TEST_P(EveryElf, WithoutSectionTableTheSegmentsAreUsed) {
  const auto [bits, order] = GetParam();
  auto spec = small_library(bits, order);
  spec.section_table = false;
  const auto file = build_elf(spec);
  const auto image = load_elf(file);
  ASSERT_TRUE(image);
  ASSERT_EQ(image->sections.size(), 7U);
  EXPECT_EQ(image->sections[0].name, "PT_LOAD#0");
  EXPECT_TRUE(image->sections[0].executable);
  ASSERT_EQ(image->defects.size(), 1U);
  EXPECT_EQ(image->defects[0].message, "no section table, segments are used instead");
  // No hash table says how many symbols there are, but a relocation names the second.
  EXPECT_THAT(names_of(image->symbols), ElementsAre("f"));
  EXPECT_THAT(names_of(image->imports), ElementsAre("puts"));
  EXPECT_EQ(image->pointer_at(VirtualAddress{0x2000 + bits / 8}), VirtualAddress{0x1008});
}

TEST_P(EveryElf, EveryTruncationFailsCleanly) {
  const auto [bits, order] = GetParam();
  const auto file = build_elf(small_library(bits, order));
  for (std::size_t n = 0; n < file.size(); ++n) {
    const auto image = load_elf(ByteView(file).first(n));
    if (n < (bits == 64 ? 64U : 52U)) {
      ASSERT_FALSE(image) << "length " << n;
      EXPECT_EQ(image.error().code, ErrorCode::kTruncated) << "length " << n;
    } else {
      ASSERT_TRUE(image) << "length " << n;
      EXPECT_FALSE(image->defects.empty()) << "length " << n;
    }
  }
}

TEST(Elf, NotAnElfFileSaysWhatWasExpected) {
  const auto bad_class = [] {
    auto file = build_elf(small_library());
    file[4] = std::byte{3};
    return load_elf(file).error();
  }();
  EXPECT_EQ(to_string(bad_class), "offset 0x4: ELF class 3, expected 1 or 2");
  EXPECT_FALSE(
      looks_like_elf(as_bytes("\x7f"
                              "EL")));
}

TEST(Elf, HugeCountsBecomeDefectsAtTheirOffset) {
  auto file = build_elf(small_library());
  test::poke<std::uint16_t>(file, 56, 0x7fff);  // e_phnum
  const auto image = load_elf(file);
  ASSERT_TRUE(image);
  ASSERT_FALSE(image->defects.empty());
  EXPECT_EQ(raw(image->defects[0].offset), 64U);
  EXPECT_THAT(image->defects[0].message, testing::StartsWith("32767 program headers announced, "));
}

TEST(Elf, SectionTableThatContradictsTheSegmentsIsNotUsed) {
  auto spec = small_library();
  const auto honest = build_elf(spec);
  auto file = honest;
  // .text (section 1) claims to lie 16 bytes further on in the file than its segment says.
  const auto table = load_elf(honest).value().file.size() - 9 * 64;
  test::poke<std::uint64_t>(file, table + 64 + 24, 0x220);
  const auto image = load_elf(file);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->sections[0].name, "PT_LOAD#0");
  ASSERT_EQ(image->defects.size(), 1U);
  EXPECT_EQ(image->defects[0].message,
            "the section at 0x1000 lies elsewhere in the file than its segment says, segments are used instead");
}

TEST(Elf, NamesThatManySymbolsShareDoNotMultiplyMemory) {
  auto spec = small_library();
  std::vector<test::ElfSymbol> symbols(20'000, {.name = 1, .section = 1, .value = 0x1000});
  for (std::size_t i = 0; i < symbols.size(); ++i) symbols[i].value = 0x1000 + i;
  spec.sections.push_back({.name = ".symtab", .type = 2, .content = elf_symbols(spec, symbols), .link = 9});
  spec.sections.push_back({.name = ".strtab", .type = 3, .content = std::vector<std::byte>(30'000, std::byte{'x'})});
  const auto file = build_elf(spec);
  const auto image = load_elf(file);
  ASSERT_TRUE(image);
  std::size_t bytes = 0;
  for (const Symbol& symbol : image->symbols) bytes += sizeof(Symbol) + symbol.name.size();
  EXPECT_LE(bytes, 64U * 1024 + 6 * file.size());  // 20,000 names of 30,000 bytes would take 600 MB.
  ASSERT_EQ(image->defects.size(), 1U);
  EXPECT_EQ(image->defects[0].message, "tables need more memory than 6 bytes per byte of file, the rest is left out");
}

TEST(Elf, ThumbFunctionsLoseTheirLowBit) {
  auto spec = small_library(32);
  spec.sections[2].content = elf_symbols(spec, {{.name = 1, .section = 1, .value = 0x1005, .size = 4}, {.name = 3}});
  const auto file = build_elf(spec);
  const auto image = load_elf(file);
  ASSERT_TRUE(image);
  EXPECT_THAT(names_of(image->symbols), ElementsAre("$t", "f"));
  EXPECT_EQ(image->symbols[0].kind, Symbol::Kind::kOther);
  EXPECT_EQ(image->symbols[1].address, VirtualAddress{0x1004});
  EXPECT_EQ(image->exports[0].address, VirtualAddress{0x1004});
}

TEST(Elf, BuildIdCompilerAndLanguageAreToolmarks) {
  auto spec = small_library();
  spec.sections.push_back({.name = ".note.gnu.build-id",
                           .type = 7,
                           .content = test::ByteWriter().u32(4).u32(4).u32(3).c_string("GNU").u32(0x67452301).get()});
  spec.sections.push_back({.name = ".comment",
                           .content = test::bytes_of(std::string_view(
                               "rustc version 1.80.0\0Linker: LLD 19.1.7\0rustc version 1.80.0\0", 62))});
  const auto file = build_elf(spec);
  const auto image = load_elf(file);
  ASSERT_TRUE(image);
  std::vector<std::string> marks;
  for (const Toolmark& t : image->toolmarks) marks.push_back(std::string(name_of(t.kind)) + " " + t.value);
  EXPECT_THAT(marks, ElementsAre("build_id 01234567", "compiler rustc version 1.80.0", "language Rust",
                                 "linker_version LLD 19.1.7"));
}

}  // namespace
}  // namespace prova
