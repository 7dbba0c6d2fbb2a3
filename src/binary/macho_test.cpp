#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "binary/load.h"
#include "binary/macho_test_support.h"

namespace prova {
namespace {

using test::build_macho;
using test::ByteWriter;
using test::MachSpec;
using test::small_program;
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
class EveryMachO : public testing::TestWithParam<Variant> {};
INSTANTIATE_TEST_SUITE_P(WidthAndByteOrder, EveryMachO,
                         testing::Values(Variant{32, std::endian::little}, Variant{32, std::endian::big},
                                         Variant{64, std::endian::little}, Variant{64, std::endian::big}));

TEST_P(EveryMachO, ProgramIsReadWhole) {
  const auto [bits, order] = GetParam();
  MachSpec spec = small_program(bits, order);
  spec.commands.push_back(ByteWriter(order).u32(0x80000028).u32(24).u64(0x620).u64(0).get());  // LC_MAIN
  const auto file = build_macho(spec);
  ASSERT_TRUE(looks_like_macho(file));
  const auto image = load_macho(file);
  ASSERT_TRUE(image);
  EXPECT_THAT(image->defects, IsEmpty());
  EXPECT_EQ(image->kind, FileKind::kExecutable);
  EXPECT_EQ(image->bits, bits);
  EXPECT_EQ(image->base, VirtualAddress{0x10000});
  EXPECT_THAT(names_of(image->sections),
              ElementsAre("__TEXT,__text", "__TEXT,__stubs", "__DATA,__got", "__DATA,__data"));
  EXPECT_TRUE(image->sections[0].executable);
  EXPECT_FALSE(image->sections[3].executable);
  ASSERT_EQ(image->symbols.size(), 1U);
  EXPECT_EQ(image->symbols[0].name, "main");
  EXPECT_EQ(image->symbols[0].kind, Symbol::Kind::kFunction);
  ASSERT_EQ(image->imports.size(), 2U);
  EXPECT_EQ(image->imports[0].where, VirtualAddress{0x10640});
  EXPECT_EQ(image->imports[0].reach, Import::Reach::kCode);
  EXPECT_EQ(image->imports[1].where, VirtualAddress{0x10800});
  EXPECT_EQ(image->imports[1].reach, Import::Reach::kPointer);
  EXPECT_EQ(image->imports[1].name, "puts");
  EXPECT_EQ(image->imports[1].library, "/usr/lib/libSystem.B.dylib");
  EXPECT_THAT(names_of(image->exports), ElementsAre("main"));
  EXPECT_THAT(image->function_starts, ElementsAre(VirtualAddress{0x10600}, VirtualAddress{0x10620}));
  EXPECT_THAT(image->entry_points, ElementsAre(VirtualAddress{0x10620}));
  ASSERT_EQ(image->toolmarks.size(), 1U);
  EXPECT_EQ(image->toolmarks[0].value, "00000000-0000-0000-0000-000000000000");
}

TEST_P(EveryMachO, EveryTruncationFailsCleanly) {
  const auto [bits, order] = GetParam();
  const auto file = build_macho(small_program(bits, order));
  for (std::size_t n = 0; n < file.size() - 1; ++n) {  // The last byte only ends the function starts.
    const auto image = load_macho(ByteView(file).first(n));
    if (n < (bits == 64 ? 32U : 28U)) {
      ASSERT_FALSE(image) << "length " << n;
      EXPECT_EQ(image.error().code, ErrorCode::kTruncated) << "length " << n;
    } else {
      ASSERT_TRUE(image) << "length " << n;
      EXPECT_FALSE(image->defects.empty()) << "length " << n;
    }
  }
}

/// small_program with a load command for bytes at kFixupsAt.
MachSpec with_fixups(std::uint32_t command, const std::vector<std::byte>& bytes) {
  MachSpec spec = small_program();
  const auto size = static_cast<std::uint32_t>(bytes.size());
  spec.commands.push_back(test::mach_command(spec, command, {test::kFixupsAt, size}));
  spec.blobs.push_back({test::kFixupsAt, bytes});
  return spec;
}

/// small_program with rebase and bind opcodes in LC_DYLD_INFO_ONLY.
MachSpec with_opcodes(const std::vector<std::byte>& rebase, const std::vector<std::byte>& bind) {
  MachSpec spec = small_program();
  const auto rebase_size = static_cast<std::uint32_t>(rebase.size()),
             bind_size = static_cast<std::uint32_t>(bind.size());
  spec.commands.push_back(test::mach_command(
      spec, 0x80000022, {test::kFixupsAt, rebase_size, test::kFixupsAt + rebase_size, bind_size, 0, 0, 0, 0, 0, 0}));
  spec.blobs.push_back({test::kFixupsAt, rebase});
  spec.blobs.push_back({test::kFixupsAt + rebase_size, bind});
  return spec;
}

TEST(MachO, OpcodesRebaseAndBind) {
  // Segment 1 offset 8, type pointer, once; ordinal 1, "_free", segment 1 offset 0x10.
  MachSpec spec =
      with_opcodes(ByteWriter().u8(0x11).u8(0x21).u8(8).u8(0x51).u8(0).get(),
                   ByteWriter().u8(0x11).u8(0x40).c_string("_free").u8(0x51).u8(0x71).u8(0x10).u8(0x90).get());
  test::poke<std::uint64_t>(spec.blobs[1].bytes, 8, 0x10620);
  const auto file = build_macho(spec);
  const auto image = load_macho(file);
  ASSERT_TRUE(image);
  EXPECT_THAT(image->defects, IsEmpty());
  ASSERT_EQ(image->relocations.size(), 2U);
  EXPECT_EQ(image->relocations[0].where, VirtualAddress{0x10808});
  EXPECT_EQ(image->relocations[0].target, VirtualAddress{0x10620});
  EXPECT_EQ(image->relocations[1].symbol, "free");
  const Import* slot = image->import_at(VirtualAddress{0x10810});
  ASSERT_NE(slot, nullptr);
  EXPECT_EQ(slot->name, "free");
  EXPECT_EQ(slot->library, "/usr/lib/libSystem.B.dylib");
}

TEST(MachO, EndlessOpcodesStopAtTheSegment) {
  // 2^62 times at segment 1 offset 0x1f0: two slots, then the segment ends.
  ByteWriter rebase;
  rebase.u8(0x21).u8(0xf0).u8(3).u8(0x60);
  for (int i = 0; i < 8; ++i) rebase.u8(0xff);
  rebase.u8(0x3f);
  const auto file = build_macho(with_opcodes(rebase.get(), {}));
  const auto image = load_macho(file);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->relocations.size(), 2U);
  ASSERT_EQ(image->defects.size(), 1U);
  EXPECT_EQ(image->defects[0], (Defect{FileOffset{test::kFixupsAt + 13}, "fixup outside of its segment"}));
}

/// Chained fixups of one import "_free" (library 1) and one chain in segment 1 that begins at its offset 8.
std::vector<std::byte> chained_fixups(std::uint16_t format) {
  ByteWriter out;
  out.u32(0).u32(32).u32(80).u32(84).u32(1).u32(1).u32(0).u32(0);  // header: starts, imports, symbols, count, format
  out.u32(3).u32(0).u32(16).u32(0);                                // three segments, the second has a chain
  out.u32(24).u16(0x1000).u16(format).u64(0x800).u32(0).u16(1).u16(8);  // starts: page size, format, first page
  out.pad_to(80).u32(1U | 1U << 9U).u8(0).c_string("_free");
  return out.get();
}

TEST(MachO, FixupChainsAreFollowedAndUndone) {
  MachSpec spec = with_fixups(0x80000034, chained_fixups(6));
  // At 0x10808: rebase to offset 0x620, next 2 strides of 4; at 0x10810: bind of import 0, the end.
  test::poke<std::uint64_t>(spec.blobs[1].bytes, 8, 0x620ULL | 2ULL << 51U);
  test::poke<std::uint64_t>(spec.blobs[1].bytes, 16, 1ULL << 63U);
  const auto file = build_macho(spec);
  const auto image = load_macho(file);
  ASSERT_TRUE(image);
  EXPECT_THAT(image->defects, IsEmpty());
  EXPECT_EQ(image->pointer_at(VirtualAddress{0x10808}), VirtualAddress{0x10620});
  EXPECT_EQ(image->pointer_at(VirtualAddress{0x10810}), VirtualAddress{0});
  const Import* slot = image->import_at(VirtualAddress{0x10810});
  ASSERT_NE(slot, nullptr);
  EXPECT_EQ(slot->name, "free");
  ASSERT_EQ(image->relocations.size(), 2U);
  EXPECT_EQ(image->relocations[0].target, VirtualAddress{0x10620});
}

TEST(MachO, AuthenticatedPointersLoseTheirSignature) {
  MachSpec spec = with_fixups(0x80000034, chained_fixups(1));  // ARM64E: strides of 8
  // Authenticated rebase to offset 0x620 with diversity 0x1234, then a plain rebase to the address 0x10600.
  test::poke<std::uint64_t>(spec.blobs[1].bytes, 8, 1ULL << 63U | 1ULL << 51U | 0x1234ULL << 32U | 0x620U);
  test::poke<std::uint64_t>(spec.blobs[1].bytes, 16, 0x10600);
  const auto file = build_macho(spec);
  const auto image = load_macho(file);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->pointer_at(VirtualAddress{0x10808}), VirtualAddress{0x10620});
  EXPECT_EQ(image->pointer_at(VirtualAddress{0x10810}), VirtualAddress{0x10600});
}

TEST(MachO, ChainThatLeavesItsPageIsADefect) {
  MachSpec spec = with_fixups(0x80000034, chained_fixups(2));
  test::poke<std::uint64_t>(spec.blobs[1].bytes, 8, 0x10620ULL | 0xfffULL << 51U);
  const auto file = build_macho(spec);
  const auto image = load_macho(file);
  ASSERT_TRUE(image);
  ASSERT_EQ(image->defects.size(), 1U);
  EXPECT_EQ(image->defects[0], (Defect{FileOffset{test::kFixupsAt + 70},
                                       "1 chained fixups lead outside of their page or name no import"}));
}

TEST(MachO, UnknownChainFormatIsADefect) {
  const auto file = build_macho(with_fixups(0x80000034, chained_fixups(99)));
  const auto image = load_macho(file);
  ASSERT_TRUE(image);
  ASSERT_EQ(image->defects.size(), 1U);
  EXPECT_EQ(image->defects[0], (Defect{FileOffset{test::kFixupsAt + 54}, "chained pointer format 99 cannot be read"}));
}

TEST(MachO, ExportTrieIsWalkedOnceEvenWithCycles) {
  // Root: one child "_" at 5; node 5: two children, "a" at 14 and "b" back at 5 (a cycle); node 14: "_a" = base +
  // 0x600.
  ByteWriter trie;
  trie.u8(0).u8(1).c_string("_").u8(5);                       // 0 to 4
  trie.u8(0).u8(2).c_string("a").u8(13).c_string("b").u8(5);  // 5 to 12
  trie.u8(3).u8(0).u8(0x80).u8(0x0c).u8(0);                   // 13: size 3, flags 0, address 0x600
  const auto file = build_macho(with_fixups(0x80000033, trie.get()));
  const auto image = load_macho(file);
  ASSERT_TRUE(image);
  ASSERT_EQ(image->exports.size(), 1U);
  EXPECT_EQ(image->exports[0].name, "a");
  EXPECT_EQ(image->exports[0].address, VirtualAddress{0x10600});
  ASSERT_EQ(image->defects.size(), 1U);
  EXPECT_EQ(image->defects[0], (Defect{FileOffset{test::kFixupsAt + 5}, "1 damaged nodes in the exports trie"}));
}

TEST(MachO, ReexportsNameTheOtherLibrary) {
  ByteWriter trie;
  trie.u8(0).u8(1).c_string("_f").u8(6).u8(8).u8(8).u8(1).c_string("_free").u8(0);
  const auto file = build_macho(with_fixups(0x80000033, trie.get()));
  const auto image = load_macho(file);
  ASSERT_TRUE(image);
  ASSERT_EQ(image->exports.size(), 1U);
  EXPECT_EQ(image->exports[0].name, "f");
  EXPECT_EQ(image->exports[0].forwarder, "/usr/lib/libSystem.B.dylib:free");
}

TEST(MachO, ShortLoadCommandIsReportedWhereItLies) {
  MachSpec spec = small_program();
  spec.commands[1] = test::mach_command(spec, 2, {0, 0});  // LC_SYMTAB of 16 bytes
  const auto file = build_macho(spec);
  const auto image = load_macho(file);
  ASSERT_TRUE(image);
  ASSERT_FALSE(image->defects.empty());
  const std::size_t at = 32 + 2 * (72 + 160) + 72 + 56;  // header, two segments of two sections, __LINKEDIT, dylib
  EXPECT_EQ(image->defects[0], (Defect{FileOffset{at}, "load command 0x2 of 16 bytes, expected 24"}));
}

TEST(MachO, SectionsBeyondTheirCommandAreNotRead) {
  auto file = build_macho(small_program());
  test::poke<std::uint32_t>(file, 32 + 64, 0x7fff'ffff);  // nsects of __TEXT
  const auto image = load_macho(file);
  ASSERT_TRUE(image);
  EXPECT_EQ(image->defects[0], (Defect{FileOffset{32}, "segment of 2147483647 sections, its load command holds 2"}));
  EXPECT_EQ(image->sections.size(), 4U);
}

std::vector<std::byte> fat_of(const std::vector<std::vector<std::byte>>& slices) {
  ByteWriter out(std::endian::big);
  out.u32(0xcafebabe).u32(slices.size());
  std::size_t at = 0x1000;
  for (const auto& slice : slices) {
    out.u32(0x01000007).u32(3).u32(at).u32(slice.size()).u32(12);
    at += 0x1000;
  }
  at = 0x1000;
  for (const auto& slice : slices) {
    out.pad_to(at).bytes(slice);
    at += 0x1000;
  }
  return out.get();
}

TEST(FatMachO, SlicesAreLoadedAndNamed) {
  const auto file = fat_of({build_macho(small_program()), build_macho(small_program(32))});
  ASSERT_TRUE(looks_like_fat_macho(file));
  const auto loaded = load_fat_macho(file);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->container, "fat");
  ASSERT_EQ(loaded->images.size(), 2U);
  EXPECT_EQ(loaded->images[0].member, "x86_64");
  EXPECT_EQ(loaded->images[1].bits, 32U);
}

TEST(FatMachO, JavaClassesAreNotTakenForOne) {
  EXPECT_FALSE(looks_like_fat_macho(ByteWriter(std::endian::big).u32(0xcafebabe).u16(0).u16(52).get()));
}

TEST(FatMachO, OverlappingAndMissingSlicesAreDefects) {
  auto file = fat_of({build_macho(small_program()), build_macho(small_program())});
  ByteWriter second(std::endian::big);
  second.u32(0x1000);
  std::copy(second.get().begin(), second.get().end(), file.begin() + 8 + 20 + 8);
  const auto loaded = load_fat_macho(file);
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->images.size(), 1U);
  ASSERT_EQ(loaded->defects.size(), 1U);
  EXPECT_EQ(loaded->defects[0], (Defect{FileOffset{28}, "slice x86_64 overlaps another"}));
  const auto none = load_fat_macho(ByteView(file).first(0x1000));
  ASSERT_FALSE(none);
  EXPECT_EQ(none.error().code, ErrorCode::kUnsupported);
}

}  // namespace
}  // namespace prova
