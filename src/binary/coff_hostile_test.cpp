// Objects and archives made to cost time or memory: each must load, or fail, in proportion to its size.

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>

#include "binary/bytes_test_support.h"
#include "binary/load.h"
#include "binary/walk_test_support.h"

namespace prova {
namespace {

using test::Blob;

std::uint64_t table_bytes(const BinaryImage& image) {
  std::uint64_t sum = sizeof(BinaryImage) + image.sections.size() * sizeof(Section) +
                      image.imports.size() * sizeof(Import) + image.symbols.size() * sizeof(Symbol) +
                      image.relocations.size() * sizeof(Relocation) + image.unwind.size() * sizeof(UnwindRange);
  for (const Import& i : image.imports) sum += i.name.size();
  for (const Symbol& s : image.symbols) sum += s.name.size();
  for (const Relocation& r : image.relocations) sum += r.symbol.size();
  for (const auto& owned : image.owned) sum += owned->size();
  return sum;
}

/// Loads within the bounds that every loader promises: 5 s per MB begun, 64 MB and 20 times the file.
LoadedFile expect_bounded(const std::string& file) {
  const auto start = std::chrono::steady_clock::now();
  auto loaded = load(as_bytes(file));
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  EXPECT_TRUE(loaded);
  EXPECT_LT(took.count(), 5.0 * static_cast<double>(1 + file.size() / 1'000'000));
  std::uint64_t held = 0;
  for (const BinaryImage& image : loaded->images) {
    held += table_bytes(image);
    EXPECT_EQ(test::broken_promise(image), nullptr);
  }
  EXPECT_LT(held, (64ULL << 20) + 20 * file.size());
  return *std::move(loaded);
}

bool has_defect(const BinaryImage& image, std::string_view message) {
  for (const Defect& defect : image.defects) {
    if (defect.message == message) return true;
  }
  return false;
}

/// An x64 object whose 5,000 sections all have the same 100,000 bytes and the same 10,000 relocations by one symbol
/// with a name of 60,000 bytes.
std::string sharing_object() {
  constexpr std::uint32_t kSections = 5'000, kBytes = 100'000, kRelocations = 10'000;
  constexpr std::uint32_t kRaw = 20 + 40 * kSections, kTable = kRaw + kBytes, kSymbols = kTable + 10 * kRelocations;
  Blob out;
  out.u16(0x8664).u16(kSections).u32(0).u32(kSymbols).u32(1).u32(0);
  for (std::uint32_t i = 0; i < kSections; ++i) {
    out.at(20 + 40 * i).text(".text").at(36 + 40 * i).u32(kBytes).u32(kRaw).u32(kTable).u32(0).u16(kRelocations).u16(0);
    out.u32(0x6000'0020);
  }
  out.at(kTable);
  for (std::uint32_t i = 0; i < kRelocations; ++i) out.u32(i * 4).u32(0).u16(4);
  out.u32(0).u32(4).u32(0).u16(0).u16(0x20).u8(2).u8(0).u32(60'005).text(std::string(60'000, 'n')).u8(0);
  return out.str();
}

TEST(CoffHostile, SectionsThatShareBytesAndRelocations) {
  const LoadedFile file = expect_bounded(sharing_object());
  EXPECT_EQ(file.images[0].sections.size(), 5'000U);
  EXPECT_TRUE(has_defect(file.images[0], "sections share their relocations, those past the file size are left out"));
  EXPECT_TRUE(has_defect(file.images[0], "names beyond 4 times the file size are left out"));
}

TEST(CoffHostile, SectionsOfFourGigabytesEach) {
  Blob out;
  out.u16(0x8664).u16(60'000).u32(0).u32(0).u32(0).u32(0);
  for (std::uint32_t i = 0; i < 60'000; ++i)
    out.text(".bss").at(36 + 40 * i).u32(0xffff'0000).pad_to(56 + 40 * i).u32(0xc000'0080);
  const LoadedFile file = expect_bounded(out.str());
  EXPECT_EQ(file.images[0].sections.size(), 60'000U);
}

TEST(CoffHostile, WeakSymbolsThatNameEachOther) {
  Blob out;
  out.u16(0x8664).u16(1).u32(0).u32(60).u32(4).u32(0).text(".text").at(56).u32(0x6000'0020);
  for (std::uint32_t i = 0; i < 2; ++i) {
    out.at(60 + 36 * i)
        .text("weak")
        .at(68 + 36 * i)
        .u32(0)
        .u16(0)
        .u16(0x20)
        .u8(105)
        .u8(1)
        .u32(2 - 2 * i)
        .pad_to(96 + 36 * i);
  }
  const LoadedFile file = expect_bounded(out.u32(4).str());
  EXPECT_EQ(file.images[0].imports.size(), 2U);
}

TEST(CoffHostile, ArchiveOfTinyMembersStopsAtTheCap) {
  Blob object;
  object.u16(0x8664).u16(1).u32(0).u32(0).u32(0).u32(0).text(".text").at(56).u32(0x6000'0020);
  const std::string one = fmt::format("{:<48}{:<10}`\n", "a.o/", object.str().size()) + object.str();
  std::string file = "!<arch>\n";
  for (std::size_t i = 0; i < kMaxMembers + 10; ++i) file += one;
  const LoadedFile loaded = expect_bounded(file);
  EXPECT_EQ(loaded.images.size(), kMaxMembers);
  EXPECT_EQ(loaded.defects.at(0),
            (Defect{FileOffset{8 + kMaxMembers * one.size()}, "more than 20000 members, the rest is left out"}));
}

TEST(CoffHostile, ArchiveWithoutOneGoodHeader) {
  std::string file = "!<arch>\n";
  for (int i = 0; i < 500'000; ++i) file += "`\n";
  const auto start = std::chrono::steady_clock::now();
  EXPECT_FALSE(load(as_bytes(file)));
  EXPECT_LT(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(), 5.0);
}

}  // namespace
}  // namespace prova
