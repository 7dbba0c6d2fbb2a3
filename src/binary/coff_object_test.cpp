#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "binary/bytes_test_support.h"
#include "binary/coff_relocate.h"
#include "binary/load.h"
#include "binary/mutation_test_support.h"
#include "binary/walk_test_support.h"

namespace prova {
namespace {

using test::Blob;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr VirtualAddress va(std::uint64_t address) { return VirtualAddress{address}; }

void add_symbol(Blob& out, std::string_view name, std::uint32_t value, std::int16_t section, std::uint16_t type,
                std::uint8_t storage) {
  const std::size_t at = out.position();
  out.text(name).at(at + 8).u32(value).u16(static_cast<std::uint16_t>(section)).u16(type).u8(storage).u8(0);
}

constexpr std::size_t kObjectRaw = 0x80, kObjectRelocations = 0xa0, kObjectSymbols = 0xc0;

/// x64: .text with "call missing; call local", .data with the address of `local`; symbols local, missing, shared.
Blob small_object() {
  Blob out;
  out.u16(0x8664).u16(2).u32(0).u32(kObjectSymbols).u32(4).u16(0).u16(0);
  out.at(20).text(".text").at(36).u32(11).u32(kObjectRaw).u32(kObjectRelocations).u32(0).u16(2).u16(0).u32(0x6050'0020);
  out.at(60)
      .text(".data")
      .at(76)
      .u32(8)
      .u32(kObjectRaw + 11)
      .u32(kObjectRelocations + 20)
      .u32(0)
      .u16(1)
      .u16(0)
      .u32(0xc040'0040);
  out.at(kObjectRaw).text(std::string_view("\xe8\0\0\0\0\xe8\0\0\0\0\xc3", 11)).u64(0);
  out.at(kObjectRelocations).u32(1).u32(1).u16(4).u32(6).u32(0).u16(4).u32(0).u32(0).u16(1);
  out.at(kObjectSymbols);
  add_symbol(out, "local", 10, 1, 0x20, 3);
  add_symbol(out, "missing", 0, 0, 0x20, 2);
  add_symbol(out, "shared", 24, 0, 0, 2);  // Common, 24 bytes.
  add_symbol(out, "__imp_A", 0, 0, 0, 2);
  out.u32(4);
  return out;
}

TEST(CoffObject, CallsLeadToFunctionsAndStandIns) {
  const Blob file = small_object();
  ASSERT_TRUE(looks_like_coff_object(file.view()));
  const auto image = load_coff_object(file.view());
  ASSERT_TRUE(image);
  EXPECT_EQ(image->format, Format::kCoffObject);
  EXPECT_EQ(image->kind, FileKind::kObject);
  ASSERT_EQ(image->sections.size(), 3U);
  EXPECT_EQ(image->sections[0].address, va(0x11000));
  EXPECT_EQ(image->sections[1].address, va(0x11010));
  EXPECT_EQ(image->sections[2].name, "(common)");
  EXPECT_EQ(image->sections[2].address, va(0x12000));
  ASSERT_EQ(image->imports.size(), 2U);
  EXPECT_EQ(image->imports[0].name, "missing");
  EXPECT_EQ(image->imports[0].reach, Import::Reach::kCode);
  EXPECT_EQ(image->imports[0].where, va(0x12020));
  EXPECT_EQ(image->imports[1].name, "A");
  EXPECT_EQ(image->imports[1].reach, Import::Reach::kPointer);
  // call missing: 0x12020 - 0x11005 = 0x101b; call local: 0x1100a - 0x1100a = 0.
  EXPECT_EQ(as_text(image->bytes_at(va(0x11000))), std::string_view("\xe8\x1b\x10\0\0\xe8\0\0\0\0\xc3", 11));
  EXPECT_EQ(image->pointer_at(va(0x11010)), va(0x1100a));
  EXPECT_EQ(image->file[kObjectRaw + 1], std::byte{0});  // The file itself is untouched.
  ASSERT_EQ(image->relocations.size(), 3U);
  EXPECT_EQ(image->relocations[0].symbol, "missing");
  EXPECT_EQ(image->relocations[0].target, std::nullopt);
  EXPECT_EQ(image->relocations[1].target, va(0x1100a));
  ASSERT_EQ(image->symbols.size(), 2U);
  EXPECT_EQ(image->symbols[0].name, "local");
  EXPECT_EQ(image->symbols[1].name, "shared");
  EXPECT_EQ(image->symbols[1].size, 24U);
  EXPECT_THAT(image->defects, IsEmpty());
}

TEST(CoffObject, EveryTruncationFailsCleanly) {
  const Blob file = small_object();
  for (std::size_t n = 0; n < file.str().size(); ++n) {
    const ByteView cut = file.view().first(n);
    if (!looks_like_coff_object(cut)) continue;
    const auto image = load_coff_object(cut);
    ASSERT_TRUE(image) << "length " << n;
    EXPECT_FALSE(image->defects.empty() && n < kObjectSymbols + 4 * 18) << "length " << n;
    test::walk(*image);
  }
}

TEST(CoffObject, RelocationOutsideItsSectionIsADefect) {
  Blob file = small_object();
  file.at(kObjectRelocations).u32(11);
  const auto image = load_coff_object(file.view());
  EXPECT_THAT(image->defects, ElementsAre(Defect{FileOffset{kObjectRelocations},
                                                 "relocation of offset 0xb in 11 bytes by symbol 1 has no meaning"}));
}

TEST(CoffObject, SectionLargerThanTheAddressSpaceIsADefect) {
  Blob file = small_object();
  file.at(76).u32(~0U);
  const auto image = load_coff_object(file.view());
  EXPECT_EQ(image->defects.at(0),
            (Defect{FileOffset{76}, "section 2 of 4294967295 bytes does not fit into 0x40000000 bytes of addresses"}));
}

TEST(CoffObject, BigObject) {
  Blob file;
  file.u16(0).u16(0xffff).u16(2).u16(0x8664).u32(0).text(
      "\xc7\xa1\xba\xd1\xee\xba\xa9\x4b\xaf\x20\xfa\xf6\x6a\xa4\xdc\xb8");
  file.at(44).u32(1).u32(112).u32(1).text(".text").at(56 + 16).u32(1).u32(104).at(56 + 36).u32(0x6000'0020);
  file.at(104).u8(0xc3).at(112).text("f").at(120).u32(0).u32(1).u16(0x20).u8(2).u8(0).u32(4);
  ASSERT_TRUE(looks_like_coff_object(file.view()));
  const auto image = load_coff_object(file.view());
  ASSERT_TRUE(image);
  ASSERT_EQ(image->symbols.size(), 1U);
  EXPECT_EQ(image->symbols[0].name, "f");
  EXPECT_EQ(image->symbols[0].address, va(0x11000));
}

TEST(CoffObject, MutationsLoadOrFailCleanly) {
  const std::string file = small_object().str();
  for (std::uint64_t seed = 0; seed < test::mutation_count(); ++seed) {
    const std::string damaged = test::mutated(file, seed);
    const auto image = load_coff_object(as_bytes(damaged));
    if (!image) continue;
    test::walk(*image);
    ASSERT_EQ(test::broken_promise(*image), nullptr) << "seed " << seed;
  }
}

/// Applies one relocation to `word` at 0x11000 with the symbol at 0x12348.
std::uint32_t relocated(Arch arch, std::uint32_t type, std::uint32_t word) {
  std::string bytes = Blob().u32(word).u32(0).str();
  const std::span<std::byte> view(reinterpret_cast<std::byte*>(bytes.data()), bytes.size());
  EXPECT_TRUE(pe::apply_relocation(arch, {type, va(0x11000), va(0x12348), va(0x10000)}, view));
  std::uint32_t result = 0;
  for (unsigned i = 0; i < 4; ++i) result |= std::uint32_t{static_cast<unsigned char>(bytes[i])} << (8 * i);
  return result;
}

TEST(CoffRelocate, X64) {
  EXPECT_EQ(relocated(Arch::kX64, 1, 8), 0x12350U);
  EXPECT_EQ(relocated(Arch::kX64, 3, 0), 0x2348U);
  EXPECT_EQ(relocated(Arch::kX64, 4, 0), 0x12348U - 0x11004U);
  EXPECT_EQ(relocated(Arch::kX64, 9, 0), 0x12348U - 0x11009U);
}

TEST(CoffRelocate, X86) {
  EXPECT_EQ(relocated(Arch::kX86, 6, 4), 0x1234cU);
  EXPECT_EQ(relocated(Arch::kX86, 0x14, 0xffff'fffc), 0x12344U - 0x11004U);
}

TEST(CoffRelocate, Arm64) {
  EXPECT_EQ(relocated(Arch::kArm64, 3, 0x9400'0000), 0x9400'0000U | 0x1348 / 4);          // bl
  EXPECT_EQ(relocated(Arch::kArm64, 4, 0x9000'0000), 0xb000'0000U);                       // adrp x0: one page on
  EXPECT_EQ(relocated(Arch::kArm64, 5, 0x1000'0000), 0x1000'0000U | 0x1348 / 4 << 5);     // adr x0
  EXPECT_EQ(relocated(Arch::kArm64, 6, 0x9100'0000), 0x9100'0000U | 0x348 << 10);         // add x0, x0, #0x348
  EXPECT_EQ(relocated(Arch::kArm64, 7, 0xf940'0000), 0xf940'0000U | 0x348 / 8 << 10);     // ldr x0, [x0, #0x348]
  EXPECT_EQ(relocated(Arch::kArm64, 0xf, 0x5400'0000), 0x5400'0000U | 0x1348 / 4 << 5);   // b.eq
  EXPECT_EQ(relocated(Arch::kArm64, 0x10, 0x3600'0000), 0x3600'0000U | 0x1348 / 4 << 5);  // tbz
}

TEST(CoffRelocate, UnknownTypesChangeNothing) {
  std::string bytes = "abcdefgh";
  const std::span<std::byte> view(reinterpret_cast<std::byte*>(bytes.data()), bytes.size());
  EXPECT_FALSE(pe::apply_relocation(Arch::kX64, {0xa, va(0), va(1), va(0)}, view));
  EXPECT_FALSE(pe::apply_relocation(Arch::kX64, {1, va(0), va(1), va(0)}, view.first(7)));
  EXPECT_EQ(bytes, "abcdefgh");
}

}  // namespace
}  // namespace prova
