#include <gtest/gtest.h>

#include "binary/load.h"

namespace prova {
namespace {

TEST(RawLayout, ParsesEveryArchitectureAndBothBases) {
  const auto x64 = parse_raw_layout("x64@0x180000000");
  ASSERT_TRUE(x64);
  EXPECT_EQ(x64->arch, Arch::kX64);
  EXPECT_EQ(x64->base, VirtualAddress{0x1'8000'0000});
  EXPECT_EQ(parse_raw_layout("x86@4096")->base, VirtualAddress{4096});
  EXPECT_EQ(parse_raw_layout("arm@0")->arch, Arch::kArm);
  EXPECT_EQ(parse_raw_layout("arm64@0xffffffffffffffff")->arch, Arch::kArm64);
}

TEST(RawLayout, SaysWhatWasExpected) {
  const auto message = [](std::string_view text) { return to_string(parse_raw_layout(text).error()); };
  EXPECT_EQ(message("x64"), "raw layout is 'x64', expected ARCH@BASE such as x64@0x180000000");
  EXPECT_EQ(message("mips@0"), "architecture is 'mips', expected x86, x64, arm or arm64");
  EXPECT_EQ(message("x64@"), "base address is '', expected a number such as 0x180000000 or 4096");
  EXPECT_EQ(message("x64@12k"), "base address is '12k', expected a number such as 0x180000000 or 4096");
  EXPECT_EQ(message("x64@0x10000000000000000"),
            "base address is '0x10000000000000000', expected a number such as 0x180000000 or 4096");
  EXPECT_EQ(message("x86@0x100000000"), "base address is 0x100000000, expected at most 0xffffffff for x86");
}

TEST(Raw, OneSectionThatMayBeEverything) {
  const auto loaded = load(as_bytes("\x90\xc3"), RawLayout{Arch::kX86, VirtualAddress{0x401000}});
  ASSERT_TRUE(loaded);
  const BinaryImage& image = loaded->images.at(0);
  EXPECT_EQ(image.format, Format::kRaw);
  EXPECT_EQ(image.bits, 32U);
  EXPECT_EQ(image.base, VirtualAddress{0x401000});
  EXPECT_EQ(as_text(image.bytes_at(VirtualAddress{0x401001})), "\xc3");
  EXPECT_TRUE(image.is_code(VirtualAddress{0x401000}));
}

TEST(Raw, EmptyAndWrappingDumpsAreErrors) {
  EXPECT_EQ(load_raw({}, {}).error().code, ErrorCode::kTruncated);
  EXPECT_TRUE(load_raw(as_bytes("ab"), {Arch::kX64, VirtualAddress{~0ULL - 1}}));
  EXPECT_EQ(load_raw(as_bytes("ab"), {Arch::kX64, VirtualAddress{~0ULL}}).error().code, ErrorCode::kLimit);
  EXPECT_EQ(load_raw(as_bytes("ab"), {Arch::kX86, VirtualAddress{0xffff'ffff}}).error().code, ErrorCode::kLimit);
}

TEST(Load, UnknownFilesSayWhatTheyBeginWith) {
  EXPECT_EQ(to_string(load({}).error()), "offset 0x0: the file is empty, expected a program");
  EXPECT_EQ(to_string(load(as_bytes("%PDF-1.7")).error()),
            "offset 0x0: begins with 25504446, expected PE, ELF, Mach-O, a COFF object or an ar archive");
  EXPECT_EQ(load(as_bytes("MZ")).error().code, ErrorCode::kTruncated);
}

}  // namespace
}  // namespace prova
