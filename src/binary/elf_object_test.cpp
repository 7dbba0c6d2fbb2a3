// Relocatable objects: addresses of our choice, relocations applied, undefined symbols given stand-ins.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "binary/elf_object.h"
#include "binary/elf_test_support.h"
#include "binary/load.h"

namespace prova {
namespace {

using test::ByteWriter;
using test::ElfSpec;

/// .text with `code`, 16 bytes of .data, symbols: 1 "g" at .text+8, 2 "ext" undefined, 3 "d" at .data+4; sorted so
/// that everything lies where a reader can compute it: .text 0x10000, .data after it at a multiple of 16, the external
/// area at the next multiple of 16, eight bytes per symbol.
ElfSpec small_object(std::uint16_t machine, unsigned bits, const std::vector<std::byte>& code,
                     const std::vector<test::ElfRelocation>& relocations) {
  ElfSpec spec;
  spec.type = 1, spec.machine = machine, spec.bits = bits;
  const auto symbols = elf_symbols(spec, {{.name = 1, .section = 1, .value = 8, .size = 1},
                                          {.name = 3, .type = 0},
                                          {.name = 7, .type = 1, .section = 2, .value = 4, .size = 8}});
  spec.sections = {
      {.name = ".text", .flags = 6, .content = code, .align = 16},
      {.name = ".data", .flags = 3, .content = std::vector<std::byte>(16), .align = 16},
      {.name = ".symtab", .type = 2, .content = symbols, .link = 4, .info = 1},
      {.name = ".strtab", .type = 3, .content = test::bytes_of(std::string_view("\0g\0ext\0d\0", 9))},
      {.name = ".rela.text", .type = 4, .content = elf_relocations(spec, relocations), .link = 3, .info = 1},
  };
  return spec;
}

std::uint32_t word_at(const BinaryImage& image, std::uint64_t address) {
  return ByteReader(image.bytes_at(VirtualAddress{address})).value_at<std::uint32_t>(FileOffset{0});
}

TEST(ElfObject, X64CallsReachTheirTargets) {
  const auto code = test::bytes_of(std::string_view("\xe8\0\0\0\0\x90\x90\x90\xe8\0\0\0\0\xc3\0\0", 16));
  // PLT32 g - 4 at 1; PLT32 ext - 4 at 9
  const auto file = build_elf(small_object(62, 64, code, {{1, 1, 4, -4}, {9, 2, 4, -4}}));
  const auto image = load_elf(file);
  ASSERT_TRUE(image);
  EXPECT_TRUE(image->defects.empty());
  EXPECT_EQ(image->kind, FileKind::kObject);
  EXPECT_EQ(image->base, VirtualAddress{0x10000});
  EXPECT_EQ(word_at(*image, 0x10001), 3U);  // 0x10005 + 3 = g
  // externals begin at 0x10020; ext is symbol 2: 0x10030 - 0x1000d = 0x23
  EXPECT_EQ(word_at(*image, 0x10009), 0x23U);
  ASSERT_EQ(image->imports.size(), 1U);
  EXPECT_EQ(image->imports[0].name, "ext");
  EXPECT_EQ(image->imports[0].where, VirtualAddress{0x10030});
  EXPECT_EQ(image->imports[0].reach, Import::Reach::kCode);
  ASSERT_EQ(image->relocations.size(), 2U);
  EXPECT_EQ(image->relocations[0].target, VirtualAddress{0x10008});
  EXPECT_EQ(image->relocations[1].symbol, "ext");
  ASSERT_EQ(image->symbols.size(), 2U);
  EXPECT_EQ(image->symbols[0].address, VirtualAddress{0x10008});
  EXPECT_EQ(image->symbols[1].address, VirtualAddress{0x10014});
}

TEST(ElfObject, GlobalOffsetTableIsMadeUp) {
  const auto code = test::bytes_of(std::string_view("\x48\x8b\x05\0\0\0\0\xc3\xc3", 9));
  const auto file = build_elf(small_object(62, 64, code, {{3, 2, 42, -4}}));  // REX_GOTPCRELX ext
  const auto image = load_elf(file);
  ASSERT_TRUE(image);
  // .data at 0x10010, externals 0x10020 to 0x10040, .got at 0x10040, slot of symbol 2 at 0x10050
  EXPECT_EQ(word_at(*image, 0x10003), 0x10050U - 0x10007U);
  EXPECT_EQ(image->pointer_at(VirtualAddress{0x10050}), VirtualAddress{0x10030});
  const Import* slot = image->import_at(VirtualAddress{0x10050});
  ASSERT_NE(slot, nullptr);
  EXPECT_EQ(slot->reach, Import::Reach::kPointer);
}

TEST(ElfObject, Arm64FieldsAreFilled) {
  ByteWriter code;
  code.u32(0x9400'0000).u32(0x9000'0000).u32(0x9100'0000).u32(0xf940'0000);  // bl; adrp; add; ldr x
  const auto file =
      build_elf(small_object(183, 64, code.get(), {{0, 2, 283, 0}, {4, 3, 275, 0}, {8, 3, 277, 0}, {12, 3, 286, 4}}));
  const auto image = load_elf(file);
  ASSERT_TRUE(image);
  EXPECT_EQ(word_at(*image, 0x10000), 0x9400'000cU);  // ext 0x10030: 12 words on
  EXPECT_EQ(word_at(*image, 0x10004), 0x9000'0000U);  // the same page
  EXPECT_EQ(word_at(*image, 0x10008), 0x9100'5000U);  // d 0x10014: #0x14
  EXPECT_EQ(word_at(*image, 0x1000c), 0xf940'0c00U);  // 0x18 / 8 = 3
}

TEST(ElfObject, ArmRelTablesKeepTheirAddendsInPlace) {
  ByteWriter code;
  code.u32(0xebff'fffe).u32(0x0000'0004).u32(0xe12f'ff1e);  // bl . (addend -8); .word 4; bx lr
  ElfSpec spec = small_object(40, 32, code.get(), {});
  spec.sections[4].type = 9, spec.sections[4].name = ".rel.text";
  spec.sections[4].content = ByteWriter().u32(0).u32(1U << 8U | 28U).u32(4).u32(3U << 8U | 2U).get();
  const auto file = build_elf(spec);
  const auto image = load_elf(file);
  ASSERT_TRUE(image);
  EXPECT_EQ(word_at(*image, 0x10000), 0xeb00'0000U);  // g 0x10008 = pc + 8
  EXPECT_EQ(word_at(*image, 0x10004), 0x10018U);      // d + 4
}

TEST(ElfObject, I386GotAccessWithoutABaseRegisterIsAbsolute) {
  const auto code = test::bytes_of(std::string_view("\x8b\x05\0\0\0\0\x8b\x83\0\0\0\0\xc3", 13));
  ElfSpec spec = small_object(3, 32, code, {});
  spec.sections[4].type = 9;
  spec.sections[4].content = ByteWriter().u32(2).u32(2U << 8U | 43U).u32(8).u32(2U << 8U | 43U).get();
  const auto file = build_elf(spec);
  const auto image = load_elf(file);
  ASSERT_TRUE(image);
  EXPECT_EQ(word_at(*image, 0x10002), 0x10048U);  // .got 0x10040 + 2 * 4
  EXPECT_EQ(word_at(*image, 0x10008), 8U);        // relative to the .got
}

TEST(ElfObject, RelocationsOutsideTheirSectionAreDefects) {
  const auto file = build_elf(small_object(62, 64, std::vector<std::byte>(16), {{14, 1, 4, -4}, {0xffff, 1, 4, -4}}));
  const auto image = load_elf(file);
  ASSERT_TRUE(image);
  ASSERT_EQ(image->defects.size(), 1U);
  EXPECT_EQ(image->defects[0].message, "2 relocations could not be applied");
}

TEST(ElfObject, MemoryIsCappedNotAllocated) {
  ElfSpec spec = small_object(62, 64, std::vector<std::byte>(16), {});
  spec.sections.push_back({.name = ".bss", .type = 8, .flags = 3, .content = {}, .memory = 1ULL << 62U});
  const auto file = build_elf(spec);
  const auto image = load_elf(file);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->sections.size(), 2U);
  ASSERT_EQ(image->defects.size(), 1U);
  EXPECT_EQ(image->defects[0].message,
            "section 6 of 4611686018427387904 bytes, objects of at most 1073741824 accepted");
}

TEST(ElfObject, EveryTruncationFailsCleanly) {
  const auto file = build_elf(small_object(62, 64, std::vector<std::byte>(16), {{1, 1, 4, -4}, {9, 2, 42, -4}}));
  for (std::size_t n = 64; n < file.size(); ++n) {
    const auto image = load_elf(ByteView(file).first(n));
    ASSERT_TRUE(image) << "length " << n;
    EXPECT_FALSE(image->defects.empty()) << "length " << n;
  }
}

}  // namespace
}  // namespace prova
