#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "binary/load.h"
#include "binary/pe_test_support.h"

namespace prova {
namespace {

using pe::Directory;
using test::Blob;
using test::build_pe;
using test::kTestFirstRaw;
using test::minimal_pe;
using test::PeSpec;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr VirtualAddress va(std::uint64_t address) { return VirtualAddress{address}; }

/// The image of a file that has to load; views point into `file`.
BinaryImage loaded(const std::string& file) {
  auto image = load_pe(as_bytes(file));
  EXPECT_TRUE(image) << (image ? "" : to_string(image.error()));
  return image ? *std::move(image) : BinaryImage{};
}

/// A read-only section at RVA 0x2000 whose bytes the test writes.
PeSpec pe_with_tables(const Blob& tables) {
  PeSpec spec = minimal_pe();
  spec.sections.push_back(
      {.name = ".rdata", .rva = 0x2000, .content = tables.str(), .characteristics = test::kRdataFlags});
  return spec;
}
constexpr std::size_t kTablesRaw = kTestFirstRaw + 0x200;

TEST(Pe, MinimalImage) {
  const std::string file = build_pe(minimal_pe());
  const BinaryImage image = loaded(file);
  EXPECT_EQ(image.format, Format::kPe);
  EXPECT_EQ(image.arch, Arch::kX64);
  EXPECT_EQ(image.bits, 64U);
  EXPECT_EQ(image.kind, FileKind::kExecutable);
  EXPECT_EQ(image.base, va(0x1'4000'0000));
  ASSERT_EQ(image.sections.size(), 1U);
  EXPECT_EQ(image.sections[0].name, ".text");
  EXPECT_EQ(image.sections[0].address, va(0x1'4000'1000));
  EXPECT_EQ(image.sections[0].size, 1U);
  EXPECT_EQ(as_text(image.sections[0].content), "\xc3");
  EXPECT_TRUE(image.sections[0].executable);
  EXPECT_THAT(image.entry_points, ElementsAre(va(0x1'4000'1000)));
  EXPECT_THAT(image.defects, IsEmpty());
}

TEST(Pe, Pe32IsRecognisedWithItsOwnLayout) {
  PeSpec spec = minimal_pe();
  spec.plus = false;
  spec.machine = 0x14c;
  spec.base = 0x400000;
  spec.characteristics = 0x2102;  // DLL
  const std::string file = build_pe(spec);
  const BinaryImage image = loaded(file);
  EXPECT_EQ(image.arch, Arch::kX86);
  EXPECT_EQ(image.bits, 32U);
  EXPECT_EQ(image.kind, FileKind::kSharedLibrary);
  EXPECT_THAT(image.entry_points, ElementsAre(va(0x401000)));
}

TEST(Pe, EveryTruncationFailsCleanly) {
  const PeSpec spec = minimal_pe();
  const std::string file = build_pe(spec);
  const std::size_t needed = test::pe_offset_of(spec) + 24 + 108;  // Up to NumberOfRvaAndSizes.
  for (std::size_t n = 0; n < file.size(); ++n) {
    const auto image = load_pe(as_bytes(file).first(n));
    if (n < needed) {
      EXPECT_FALSE(image) << "length " << n;
    } else {
      ASSERT_TRUE(image) << "length " << n;
      EXPECT_LE(image->sections.size(), 1U);
      EXPECT_TRUE(n > kTestFirstRaw || !image->defects.empty()) << "length " << n;
    }
  }
}

TEST(Pe, HeadersThatAreNotPeSayWhatWasFoundAndWhere) {
  std::string file = build_pe(minimal_pe());
  file[0x80] = 'N';
  const auto image = load_pe(as_bytes(file));
  ASSERT_FALSE(image);
  EXPECT_EQ(to_string(image.error()), "offset 0x80: PE signature is 0x0000454e, expected 0x00004550");
}

TEST(Pe, SectionCountBeyondTheFileIsADefectAtTheTable) {
  const PeSpec spec = minimal_pe();
  std::string file = build_pe(spec);
  file.replace(test::pe_offset_of(spec) + 6, 2, "\xff\xff");
  file.resize(test::section_table_of(spec) + 85);
  const BinaryImage image = loaded(file);
  EXPECT_EQ(image.sections.size(), 2U);  // The second header lies in the file: zeros.
  EXPECT_EQ(image.defects.at(0),
            (Defect{FileOffset{test::section_table_of(spec)}, "65535 sections, at most 2048 read"}));
  EXPECT_EQ(image.defects.at(1), (Defect{FileOffset{test::section_table_of(spec)},
                                         "65535 section headers declared, 2 lie inside the file"}));
}

TEST(Pe, SectionPastTheEndOfTheFileIsCut) {
  const PeSpec spec = minimal_pe();
  std::string file = build_pe(spec);
  file.resize(kTestFirstRaw + 0x10);
  const BinaryImage image = loaded(file);
  EXPECT_EQ(image.defects.at(0), (Defect{FileOffset{test::section_table_of(spec) + 16},
                                         "section 1 needs 512 bytes at 0x400, the file holds 16 of them"}));
}

TEST(Pe, BytesHiddenBehindTheVirtualSizeAreMapped) {
  PeSpec spec = minimal_pe();
  spec.sections[0].content = std::string("\xc3") + std::string(0x80, '\0') + "\x90";
  spec.sections[0].virtual_size = 1;
  const std::string file = build_pe(spec);
  EXPECT_EQ(loaded(file).sections[0].size, 0x82U);
}

TEST(Pe, FileOffsetOfASectionIsRoundedDownToASector) {
  const PeSpec spec = minimal_pe();
  Blob file;
  file.text(build_pe(spec)).at(test::section_table_of(spec) + 20).u32(kTestFirstRaw + 0x1ff);
  const BinaryImage image = loaded(file.str());
  EXPECT_EQ(image.sections[0].offset, FileOffset{kTestFirstRaw});
  EXPECT_EQ(as_text(image.sections[0].content), "\xc3");
}

TEST(Pe, EntryPointOutsideCodeIsADefect) {
  PeSpec spec = minimal_pe();
  spec.entry = 0x5000;
  const std::string file = build_pe(spec);
  const BinaryImage image = loaded(file);
  EXPECT_THAT(image.entry_points, IsEmpty());
  EXPECT_THAT(image.defects, ElementsAre(Defect{FileOffset{0xa8}, "entry point RVA 0x5000 does not lie in code"}));
}

TEST(Pe, EntryPointInTheHeadersMakesThemASection) {
  PeSpec spec = minimal_pe();
  spec.entry = 0x40;
  const std::string file = build_pe(spec);
  const BinaryImage image = loaded(file);
  EXPECT_EQ(image.sections.at(0).name, "(headers)");
  EXPECT_THAT(image.entry_points, ElementsAre(va(0x1'4000'0040)));
}

TEST(Pe, ImportsByNameAndByOrdinal) {
  Blob t;
  t.at(0).u32(0x2040).u32(0).u32(0).u32(0x2080).u32(0x2060);  // One descriptor; the next is zero.
  t.at(0x40).u64(0x2090).u64(0x8000'0000'0000'0011).u64(0).at(0x60).u64(0x2090).u64(0x8000'0000'0000'0011).u64(0);
  t.at(0x80).c_string("FOO.dll").at(0x90).u16(7).c_string("Bar");
  PeSpec spec = pe_with_tables(t);
  spec.directories[Directory::kImport] = {0x2000, 40};
  const std::string file = build_pe(spec);
  const BinaryImage image = loaded(file);
  ASSERT_EQ(image.imports.size(), 2U);
  EXPECT_EQ(image.imports[0].library, "FOO.dll");
  EXPECT_EQ(image.imports[0].name, "Bar");
  EXPECT_EQ(image.imports[0].where, va(0x1'4000'2060));
  EXPECT_EQ(image.imports[0].reach, Import::Reach::kPointer);
  EXPECT_EQ(image.imports[1].name, "#17");
  EXPECT_EQ(image.imports[1].where, va(0x1'4000'2068));
  EXPECT_THAT(image.defects, IsEmpty());
}

TEST(Pe, ImportNameOutsideTheFileIsADefectAndTheRestIsRead) {
  Blob t;
  t.at(0).u32(0x2040).u32(0).u32(0).u32(0x2080).u32(0x2060).at(0x40).u64(0x9999).u64(0x2090).u64(0).pad_to(0x80);
  t.c_string("FOO.dll").at(0x90).u16(0).c_string("Bar");
  PeSpec spec = pe_with_tables(t);
  spec.directories[Directory::kImport] = {0x2000, 40};
  const std::string file = build_pe(spec);
  const BinaryImage image = loaded(file);
  EXPECT_EQ(image.imports.size(), 1U);
  EXPECT_THAT(image.defects, ElementsAre(Defect{FileOffset{kTablesRaw + 0x40},
                                                "import entry 0x9999 is neither an ordinal nor the RVA of a name"}));
}

TEST(Pe, DelayImportsOfVisualCpp6HoldAddresses) {
  Blob t;  // Attributes 0: addresses instead of RVAs.
  t.at(0).u32(0).u32(0x402080).u32(0).u32(0x402060).u32(0x402040).at(0x40).u32(0x402090).u32(0).pad_to(0x80);
  t.c_string("OLD.dll").at(0x90).u16(0).c_string("Late");
  PeSpec spec = pe_with_tables(t);
  spec.plus = false;
  spec.machine = 0x14c;
  spec.base = 0x400000;
  spec.directories[Directory::kDelayImport] = {0x2000, 64};
  const std::string file = build_pe(spec);
  const BinaryImage image = loaded(file);
  ASSERT_EQ(image.imports.size(), 1U);
  EXPECT_EQ(image.imports[0].library, "OLD.dll");
  EXPECT_EQ(image.imports[0].name, "Late");
  EXPECT_EQ(image.imports[0].where, va(0x402060));
}

/// Functions 0x1000, a forwarder, 0x1000 without a name; names "Alpha" and "Beta".
Blob export_tables() {
  Blob t;
  t.at(12).u32(0x2080).u32(5).u32(3).u32(2).u32(0x2028).u32(0x2034).u32(0x203c);
  t.at(0x28).u32(0x1000).u32(0x2060).u32(0x1000).u32(0x2090).u32(0x2098).u16(0).u16(1);
  t.at(0x60).c_string("NTDLL.Rtl").at(0x80).c_string("lib.dll").at(0x90).c_string("Alpha").at(0x98).c_string("Beta");
  return t;
}

TEST(Pe, ExportsByNameByOrdinalAndForwarded) {
  PeSpec spec = pe_with_tables(export_tables());
  spec.directories[Directory::kExport] = {0x2000, 0x100};
  const std::string file = build_pe(spec);
  const BinaryImage image = loaded(file);
  ASSERT_EQ(image.exports.size(), 3U);
  EXPECT_EQ(image.exports[0].name, "#7");  // Base 5, index 2.
  EXPECT_EQ(image.exports[0].address, va(0x1'4000'1000));
  EXPECT_EQ(image.exports[1].name, "Alpha");
  EXPECT_EQ(image.exports[2].name, "Beta");
  EXPECT_EQ(image.exports[2].forwarder, "NTDLL.Rtl");
}

TEST(Pe, ExportTableOfFourBillionNamesIsCut) {
  Blob t = export_tables();
  t.at(20).u32(~0U).u32(~0U);
  PeSpec spec = pe_with_tables(t);
  spec.directories[Directory::kExport] = {0x2000, 0x9d};
  const std::string file = build_pe(spec);
  const BinaryImage image = loaded(file);
  EXPECT_EQ(image.defects.at(0),
            (Defect{FileOffset{kTablesRaw + 20}, "4294967295 exported addresses declared, 29 can be read"}));
  EXPECT_EQ(image.defects.at(1),
            (Defect{FileOffset{kTablesRaw + 24}, "4294967295 exported names declared, 26 can be read"}));
}

TEST(Pe, BaseRelocationsKnowTheirTargets) {
  Blob t;
  t.at(0).u32(0x2000).u32(14).u16(0xa020).u16(0xa028).u16(0).at(0x20).u64(0x1'4000'1000).u64(0x7777);
  PeSpec spec = pe_with_tables(t);
  spec.directories[Directory::kBaseRelocation] = {0x2000, 14};
  const std::string file = build_pe(spec);
  const BinaryImage image = loaded(file);
  ASSERT_EQ(image.relocations.size(), 2U);
  EXPECT_EQ(image.relocations[0].where, va(0x1'4000'2020));
  EXPECT_EQ(image.relocations[0].type, 10U);
  EXPECT_EQ(image.relocations[0].target, va(0x1'4000'1000));
  EXPECT_EQ(image.relocations[1].target, std::nullopt);  // Points outside the image.
}

TEST(Pe, BaseRelocationBlockLongerThanItsTableIsADefect) {
  Blob t;
  t.at(0).u32(0x2000).u32(0x1000).pad_to(16);
  PeSpec spec = pe_with_tables(t);
  spec.directories[Directory::kBaseRelocation] = {0x2000, 16};
  const std::string file = build_pe(spec);
  EXPECT_THAT(loaded(file).defects,
              ElementsAre(Defect{FileOffset{kTablesRaw}, "base relocation block of 4096 bytes, expected 8 to 16"}));
}

TEST(Pe, TlsCallbacksFollowTheEntryPoint) {
  Blob t;
  t.at(24).u64(0x1'4000'2040).at(0x40).u64(0x1'4000'1000).u64(0x1'4000'9000).u64(0);
  PeSpec spec = pe_with_tables(t);
  spec.entry = 0x1001;
  spec.sections[0].content = "\x90\xc3";
  spec.directories[Directory::kTls] = {0x2000, 40};
  const std::string file = build_pe(spec);
  const BinaryImage image = loaded(file);
  EXPECT_THAT(image.entry_points, ElementsAre(va(0x1'4000'1001), va(0x1'4000'1000)));
  EXPECT_THAT(image.defects,
              ElementsAre(Defect{FileOffset{kTablesRaw + 0x48}, "TLS callback 0x140009000 does not lie in code"}));
}

TEST(Pe, GuardTableWithMetadataGivesFunctionStarts) {
  Blob t;
  t.at(0).u32(0x94).at(0x80).u64(0x1'4000'20a0).u64(2).u32(0x1000'0000);  // One byte of metadata per entry.
  t.at(0xa0).u32(0x1001).u8(0).u32(0x1000).u8(2);
  PeSpec spec = pe_with_tables(t);
  spec.sections[0].content = "\x90\xc3";
  spec.directories[Directory::kLoadConfig] = {0x2000, 0x94};
  const std::string file = build_pe(spec);
  EXPECT_THAT(loaded(file).function_starts, ElementsAre(va(0x1'4000'1000), va(0x1'4000'1001)));
}

TEST(Pe, SafeSehHandlersGiveFunctionStarts) {
  Blob t;
  t.at(0).u32(0x48).at(0x40).u32(0x402050).u32(1).at(0x50).u32(0x1000);
  PeSpec spec = pe_with_tables(t);
  spec.plus = false;
  spec.machine = 0x14c;
  spec.base = 0x400000;
  spec.directories[Directory::kLoadConfig] = {0x2000, 0x40};
  const std::string file = build_pe(spec);
  EXPECT_THAT(loaded(file).function_starts, ElementsAre(va(0x401000)));
}

/// Three ranges: a function, its chained part, and a part of that part with odd unwind code count.
Blob chained_tables() {
  Blob t;
  t.at(0).u32(0x1000).u32(0x1010).u32(0x2100);
  t.u32(0x1010).u32(0x1018).u32(0x2110);
  t.u32(0x1018).u32(0x1020).u32(0x2130);
  t.at(0x100).u32(0x0000'0001);  // UNWIND_INFO version 1, no flags.
  t.at(0x110).u32(0x0000'0021).u32(0x1000).u32(0x1010).u32(0x2100);
  t.at(0x130).u32(0x0001'0021).u32(0).u32(0x1010).u32(0x1018).u32(0x2110);  // One code, padded to two.
  return t;
}

PeSpec pe_with_unwind(const Blob& tables, std::uint32_t size) {
  PeSpec spec = pe_with_tables(tables);
  spec.sections[0].content = std::string(0x40, '\x90');
  spec.directories[Directory::kException] = {0x2000, size};
  return spec;
}

TEST(PeUnwind, ChainedRangesNameTheFunctionAtTheEndOfTheChain) {
  const std::string file = build_pe(pe_with_unwind(chained_tables(), 36));
  const BinaryImage image = loaded(file);
  ASSERT_EQ(image.unwind.size(), 3U);
  EXPECT_EQ(image.unwind[0].begin, va(0x1'4000'1000));
  EXPECT_EQ(image.unwind[0].size, 0x10U);
  EXPECT_EQ(image.unwind[0].parent, std::nullopt);
  EXPECT_EQ(image.unwind[1].parent, va(0x1'4000'1000));
  EXPECT_EQ(image.unwind[2].parent, va(0x1'4000'1000));
  EXPECT_THAT(image.defects, IsEmpty());
}

TEST(PeUnwind, EntryThatPointsAtAnotherEntryIsChained) {
  Blob t;
  t.at(0).u32(0x1000).u32(0x1010).u32(0x2100).u32(0x1010).u32(0x1018).u32(0x2001).at(0x100).u32(1);
  const std::string file = build_pe(pe_with_unwind(t, 24));
  EXPECT_EQ(loaded(file).unwind.at(1).parent, va(0x1'4000'1000));
}

TEST(PeUnwind, CircularChainIsADefectAtItsEntry) {
  Blob t = chained_tables();
  t.at(0x100).u32(0x21).u32(0x1010).u32(0x1018).u32(0x2110);
  const std::string file = build_pe(pe_with_unwind(t, 24));
  const BinaryImage image = loaded(file);
  EXPECT_EQ(image.unwind.size(), 2U);
  EXPECT_THAT(image.defects, ElementsAre(Defect{FileOffset{kTablesRaw}, "chain of more than 32 unwind entries"},
                                         Defect{FileOffset{kTablesRaw + 12}, "chain of more than 32 unwind entries"}));
}

TEST(PeUnwind, RangeThatEndsBeforeItBeginsIsADefect) {
  Blob t;
  t.at(0).u32(0x1010).u32(0x1000).u32(0x2100).pad_to(0x110);
  const std::string file = build_pe(pe_with_unwind(t, 12));
  EXPECT_THAT(loaded(file).defects,
              ElementsAre(Defect{FileOffset{kTablesRaw},
                                 "unwind entry for RVA 0x1010 to 0x1000, which is not a range of code"}));
}

TEST(PeUnwind, Arm64PackedAndUnpackedEntries) {
  Blob t;
  t.at(0).u32(0x1000).u32((0x10 / 4) << 2 | 1).u32(0x1010).u32(0x2040).u32(0x1020).u32(3).at(0x40).u32(0x20 / 4);
  PeSpec spec = pe_with_unwind(t, 24);
  spec.machine = 0xaa64;
  const std::string file = build_pe(spec);
  const BinaryImage image = loaded(file);
  ASSERT_EQ(image.unwind.size(), 2U);
  EXPECT_EQ(image.unwind[0].size, 0x10U);
  EXPECT_EQ(image.unwind[1].begin, va(0x1'4000'1010));
  EXPECT_EQ(image.unwind[1].size, 0x20U);
}

TEST(PeUnwind, Arm64FragmentsAreNoFunctions) {
  Blob t;
  t.at(0).u32(0x1000).u32((0x10 / 4) << 2 | 1).u32(0x1010).u32((0x10 / 4) << 2 | 2);
  PeSpec spec = pe_with_unwind(t, 16);
  spec.machine = 0xaa64;
  const std::string file = build_pe(spec);
  const BinaryImage image = loaded(file);
  ASSERT_EQ(image.unwind.size(), 2U);
  EXPECT_FALSE(image.unwind[0].enters_with_frame);
  EXPECT_TRUE(image.unwind[1].enters_with_frame);
}

TEST(PeUnwind, Arm64EntriesThatContinueAFrameAreNoFunctions) {
  // .xdata: 4 instructions, one word of codes. First save_regp, end_c, end: a part; then save_regp, end: a function.
  const std::uint32_t header = 4U | 1U << 21 | 1U << 27;
  Blob t;
  t.at(0).u32(0x1000).u32(0x2040).u32(0x1010).u32(0x2050);
  t.at(0x40).u32(header).u8(0xc8).u8(0x00).u8(0xe5).u8(0xe4).at(0x50).u32(header).u8(0xc8).u8(0x00).u8(0xe4).u8(0xe5);
  PeSpec spec = pe_with_unwind(t, 16);
  spec.machine = 0xaa64;
  const std::string file = build_pe(spec);
  const BinaryImage image = loaded(file);
  ASSERT_EQ(image.unwind.size(), 2U);
  EXPECT_TRUE(image.unwind[0].enters_with_frame);
  EXPECT_FALSE(image.unwind[1].enters_with_frame);
}

TEST(Pe, SymbolsOfGnuLinkers) {
  Blob symbols;
  const auto record = [&](std::string_view name, std::uint32_t value, std::uint16_t section, std::uint16_t type,
                          std::uint8_t storage, std::uint8_t aux) {
    const std::size_t at = symbols.position();
    symbols.text(name).at(at + 8).u32(value).u16(section).u16(type).u8(storage).u8(aux);
  };
  record("main", 0, 1, 0x20, 2, 0);
  record(".text", 0, 1, 0, 3, 1);  // Section symbol with its auxiliary record.
  symbols.pad_to(3 * 18);
  record("label", 1, 1, 0, 3, 0);
  symbols.u32(0).u32(4).u32(0).u16(2).u16(0).u8(2).u8(0);  // A long name.
  record("outside", 0, 9, 0x20, 2, 0);
  PeSpec spec = pe_with_tables(Blob(8));
  spec.sections[0].content = "\x90\xc3";
  spec.symbols = symbols.str();
  spec.strings = std::string("a_name_of_eighteen", 18) + '\0';
  const std::string file = build_pe(spec);
  const BinaryImage image = loaded(file);
  ASSERT_EQ(image.symbols.size(), 3U);
  EXPECT_EQ(image.symbols[0].name, "main");
  EXPECT_EQ(image.symbols[0].kind, Symbol::Kind::kFunction);
  EXPECT_TRUE(image.symbols[0].global);
  EXPECT_EQ(image.symbols[1].name, "label");
  EXPECT_EQ(image.symbols[1].kind, Symbol::Kind::kOther);
  EXPECT_FALSE(image.symbols[1].global);
  EXPECT_EQ(image.symbols[2].name, "a_name_of_eighteen");
  EXPECT_EQ(image.symbols[2].kind, Symbol::Kind::kObject);
  EXPECT_EQ(image.symbols[2].address, va(0x1'4000'2000));
}

}  // namespace
}  // namespace prova
