// Files made to cost time or memory: each must load, or fail, in proportion to its size.

#include <gtest/gtest.h>

#include <chrono>

#include "binary/load.h"
#include "binary/mutation_test_support.h"
#include "binary/pe_test_support.h"
#include "binary/walk_test_support.h"

namespace prova {
namespace {

using pe::Directory;
using test::Blob;
using test::PeSpec;

/// Bytes that the tables of an image hold, names included.
std::uint64_t table_bytes(const BinaryImage& image) {
  std::uint64_t sum = image.sections.size() * sizeof(Section) + image.imports.size() * sizeof(Import) +
                      image.exports.size() * sizeof(Export) + image.symbols.size() * sizeof(Symbol) +
                      image.relocations.size() * sizeof(Relocation) + image.unwind.size() * sizeof(UnwindRange);
  for (const Import& i : image.imports) sum += i.library.size() + i.name.size();
  for (const Export& e : image.exports) sum += e.name.size() + e.forwarder.size();
  for (const Symbol& s : image.symbols) sum += s.name.size();
  for (const Toolmark& t : image.toolmarks) sum += t.value.size();
  for (const auto& owned : image.owned) sum += owned->size();
  return sum;
}

/// Loads within the bounds that every loader promises: 5 s per MB begun, 64 MB and 20 times the file.
void expect_bounded(const std::string& file) {
  const auto start = std::chrono::steady_clock::now();
  const auto image = load_pe(as_bytes(file));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  ASSERT_TRUE(image);
  EXPECT_LT(took.count(), 5.0 * static_cast<double>(1 + file.size() / 1'000'000));
  EXPECT_LT(table_bytes(*image), (64ULL << 20) + 20 * file.size());
  EXPECT_EQ(test::broken_promise(*image), nullptr);
}

TEST(PeHostile, SixtyFiveThousandOverlappingSections) {
  PeSpec spec = test::minimal_pe();
  std::string file = test::build_pe(spec);
  const std::string header = file.substr(test::section_table_of(spec), 40);
  file.resize(test::section_table_of(spec));
  for (int i = 0; i < 65535; ++i) file += header;
  file.replace(test::pe_offset_of(spec) + 6, 2, "\xff\xff");
  expect_bounded(file);
}

TEST(PeHostile, DescriptorsWithoutEndShareOneThunkTable) {
  Blob t;
  for (int i = 0; i < 20'000; ++i) t.u32(0x80000).u32(0).u32(0).u32(0x7fff0).u32(0x80000);
  t.at(0x7fff0 - 0x2000).c_string("A.dll").at(0x80000 - 0x2000);
  for (int i = 0; i < 50'000; ++i) t.u64(0x8000'0000'0000'0001);
  PeSpec spec = test::minimal_pe();
  spec.sections.push_back({.name = ".idata", .rva = 0x2000, .content = t.str(), .characteristics = test::kRdataFlags});
  spec.directories[Directory::kImport] = {0x2000, 40};
  expect_bounded(test::build_pe(spec));
}

TEST(PeHostile, ThunksThatAllPointNowhere) {
  Blob t;
  for (int i = 0; i < 9'000; ++i) t.u32(0x80000).u32(0).u32(0).u32(0x7fff0).u32(0x80000);
  t.at(0x7fff0 - 0x2000).c_string("A.dll").at(0x80000 - 0x2000);
  for (int i = 0; i < 60'000; ++i) t.u64(0x7000'0000);
  PeSpec spec = test::minimal_pe();
  spec.sections.push_back({.name = ".idata", .rva = 0x2000, .content = t.str(), .characteristics = test::kRdataFlags});
  spec.directories[Directory::kImport] = {0x2000, 40};
  expect_bounded(test::build_pe(spec));
}

TEST(PeHostile, AMillionSymbolsShareOneLongName) {
  Blob symbols;
  for (int i = 0; i < 50'000; ++i)
    symbols.u32(0).u32(4).u32(static_cast<std::uint32_t>(i)).u16(1).u16(0x20).u8(2).u8(0);
  PeSpec spec = test::minimal_pe();
  spec.symbols = symbols.str();
  spec.strings = std::string(100'000, 'n');
  const std::string file = test::build_pe(spec);
  expect_bounded(file);
  const auto image = load_pe(as_bytes(file));
  EXPECT_EQ(image->defects.back().message, "names beyond 4 times the file size are left out");
}

TEST(PeHostile, ExportNamesShareOneLongName) {
  Blob t;
  t.at(12).u32(0x2000).u32(1).u32(65'536).u32(65'536).u32(0x3000).u32(0x43000).u32(0x83000);
  t.at(0x1000);
  for (int i = 0; i < 65'536; ++i) t.u32(0x1000);
  for (int i = 0; i < 65'536; ++i) t.u32(0xa3000);
  for (int i = 0; i < 65'536; ++i) t.u16(static_cast<std::uint64_t>(i));
  t.at(0xa3000 - 0x2000).text(std::string(16'000, 'e')).u8(0);
  PeSpec spec = test::minimal_pe();
  spec.sections.push_back({.name = ".edata", .rva = 0x2000, .content = t.str(), .characteristics = test::kRdataFlags});
  spec.directories[Directory::kExport] = {0x2000, 40};
  expect_bounded(test::build_pe(spec));
}

TEST(PeHostile, RelocationsFillTheFile) {
  Blob t;
  t.u32(0x2000).u32(600'008);
  for (int i = 0; i < 300'000; ++i) t.u16(0xa000 | (i & 0xfff));
  PeSpec spec = test::minimal_pe();
  spec.sections.push_back({.name = ".reloc", .rva = 0x2000, .content = t.str(), .characteristics = test::kRdataFlags});
  spec.directories[Directory::kBaseRelocation] = {0x2000, 600'008};
  expect_bounded(test::build_pe(spec));
}

TEST(PeHostile, ResourceTreeThatLeadsBackToItself) {
  Blob t;
  t.at(14).u16(8);
  t.at(16);
  for (int i = 0; i < 8; ++i) t.u32(16).u32(0x8000'0000);
  PeSpec spec = test::minimal_pe();
  spec.sections.push_back({.name = ".rsrc", .rva = 0x2000, .content = t.str(), .characteristics = test::kRdataFlags});
  spec.directories[Directory::kResource] = {0x2000, 0x100};
  const std::string file = test::build_pe(spec);
  expect_bounded(file);
  const auto image = load_pe(as_bytes(file));
  ASSERT_FALSE(image->defects.empty());
  EXPECT_EQ(image->defects[0],
            (Defect{FileOffset{test::kTestFirstRaw + 0x210}, "resource tree deeper than type, name and language"}));
}

TEST(PeHostile, MutationsLoadOrFailCleanly) {
  Blob t;  // Exports, imports, relocations and unwind ranges in one section.
  t.at(0).u32(0x2040).u32(0).u32(0).u32(0x2080).u32(0x2060).at(0x40).u64(0x2090).u64(0).at(0x60).u64(0x2090).u64(0);
  t.at(0x80).c_string("FOO.dll").at(0x90).u16(7).c_string("Bar");
  t.at(0xa0).u32(0x1000).u32(0x1010).u32(0x20d0).u32(0x1010).u32(0x1020).u32(0x20e0).at(0xd0).u32(1);
  t.at(0xe0).u32(0x21).u32(0x1000).u32(0x1010).u32(0x20d0);
  t.at(0x100).u32(0).u32(0).u32(0).u32(0x2080).u32(1).u32(1).u32(1).u32(0x2130).u32(0x2134).u32(0x2138);
  t.at(0x130).u32(0x1000).u32(0x2092).u16(0).at(0x140).u32(0x2000).u32(12).u16(0xa150).u16(0).u64(0x1'4000'1000);
  PeSpec spec = test::minimal_pe();
  spec.sections[0].content = std::string(0x40, '\x90');
  spec.sections.push_back({.name = ".rdata", .rva = 0x2000, .content = t.str(), .characteristics = test::kDataFlags});
  spec.directories = {{Directory::kImport, {0x2000, 40}},      {Directory::kException, {0x20a0, 24}},
                      {Directory::kExport, {0x2100, 40}},      {Directory::kBaseRelocation, {0x2140, 12}},
                      {Directory::kTls, {0x2060, 40}},         {Directory::kLoadConfig, {0x2040, 0x94}},
                      {Directory::kDebug, {0x2100, 56}},       {Directory::kResource, {0x2100, 0x80}},
                      {Directory::kDelayImport, {0x2000, 40}}, {Directory::kSecurity, {0x400, 0x200}}};
  const std::string file = test::build_pe(spec);
  for (std::uint64_t seed = 0; seed < test::mutation_count(); ++seed) {
    const std::string damaged = test::mutated(file, seed);
    const auto image = load_pe(as_bytes(damaged));
    if (!image) continue;
    test::walk(*image);
    ASSERT_EQ(test::broken_promise(*image), nullptr) << "seed " << seed;
  }
}

}  // namespace
}  // namespace prova
