#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include "binary/bytes_test_support.h"
#include "binary/load.h"
#include "binary/mutation_test_support.h"
#include "binary/walk_test_support.h"

namespace prova {
namespace {

using test::Blob;
using testing::ElementsAre;
using testing::IsEmpty;

/// One x64 section with one byte of code and the symbol f.
std::string tiny_object() {
  Blob out;
  out.u16(0x8664).u16(1).u32(0).u32(64).u32(1).u16(0).u16(0).text(".text").at(36).u32(1).u32(60).at(56).u32(
      0x6000'0020);
  return out.at(60).u8(0xc3).at(64).text("f").at(72).u32(0).u16(1).u16(0x20).u8(2).u8(0).u32(4).str();
}

std::string member(std::string_view name, const std::string& content) {
  std::string out =
      fmt::format("{:<16}{:<12}{:<6}{:<6}{:<8}{:<10}`\n", name, 0, 0, 0, 100644, content.size()) + content;
  if (out.size() % 2 != 0) out += '\n';
  return out;
}

constexpr std::string_view kMagic = "!<arch>\n";

std::vector<std::string> names(const LoadedFile& file) {
  std::vector<std::string> result;
  for (const BinaryImage& image : file.images) result.push_back(image.member);
  return result;
}

TEST(Archive, GnuNamesShortAndLong) {
  const std::string file = std::string(kMagic) + member("/", "index") +
                           member("//", "a_long_member_name.o/\nother.o/\n") + member("short.o/", tiny_object()) +
                           member("/0", tiny_object()) + member("/22", tiny_object());
  const auto loaded = load(as_bytes(file));
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->container, "ar");
  EXPECT_THAT(names(*loaded), ElementsAre("short.o", "a_long_member_name.o", "other.o"));
  EXPECT_THAT(loaded->defects, IsEmpty());
  EXPECT_EQ(loaded->images[1].symbols.at(0).name, "f");
}

TEST(Archive, BsdNames) {
  const std::string file = std::string(kMagic) + member("__.SYMDEF", "index") +
                           member("#1/20", std::string("long_bsd_name.o\0\0\0\0\0", 20) + tiny_object()) +
                           member("plain.o", tiny_object());
  const auto loaded = load(as_bytes(file));
  ASSERT_TRUE(loaded);
  EXPECT_THAT(names(*loaded), ElementsAre("long_bsd_name.o", "plain.o"));
}

TEST(Archive, ImportStubsOfMsvcAreListedAsSkipped) {
  Blob stub;
  stub.u16(0)
      .u16(0xffff)
      .u16(0)
      .u16(0x8664)
      .u32(0)
      .u32(16)
      .u16(0)
      .u16(4)
      .c_string("CreateFileW")
      .c_string("KERNEL32.dll");
  const std::string file = std::string(kMagic) + member("KERNEL32.dll/", stub.str()) + member("a.obj/", tiny_object());
  const auto loaded = load(as_bytes(file));
  ASSERT_TRUE(loaded);
  EXPECT_THAT(names(*loaded), ElementsAre("a.obj"));
  EXPECT_THAT(loaded->defects,
              ElementsAre(Defect{FileOffset{8},
                                 "member KERNEL32.dll: import of CreateFileW from KERNEL32.dll, holds no code"}));
}

TEST(Archive, OtherMembersAreListedAndTheRestIsLoaded) {
  const std::string file = std::string(kMagic) + member("notes.txt/", "hello") + member("a.o/", tiny_object());
  const auto loaded = load(as_bytes(file));
  ASSERT_TRUE(loaded);
  EXPECT_THAT(names(*loaded), ElementsAre("a.o"));
  EXPECT_THAT(loaded->defects, ElementsAre(Defect{FileOffset{8}, "member notes.txt: not an object file that we read"}));
}

TEST(Archive, DamagedHeaderIsSkippedToTheNextMember) {
  std::string file = std::string(kMagic) + member("a.o/", tiny_object()) + member("b.o/", tiny_object());
  const std::size_t second = 8 + member("a.o/", tiny_object()).size();
  file[8 + 58] = 'X';  // The first header's trailer.
  const auto loaded = load(as_bytes(file));
  ASSERT_TRUE(loaded);
  EXPECT_THAT(names(*loaded), ElementsAre("b.o"));
  EXPECT_THAT(
      loaded->defects,
      ElementsAre(Defect{FileOffset{8}, fmt::format("no archive member header, {} bytes skipped", second - 8)}));
}

TEST(Archive, MemberPastTheEndIsADefectAtItsSize) {
  std::string file = std::string(kMagic) + member("a.o/", tiny_object());
  file.replace(8 + 48, 10, "4000000000");
  const auto loaded = load(as_bytes(file));
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->defects.at(0),
            (Defect{FileOffset{8 + 48},
                    fmt::format("archive member of 4000000000 bytes, {} lie inside the file", file.size() - 68)}));
}

TEST(Archive, NothingToReadIsAnError) {
  const auto empty = load(as_bytes(kMagic));
  ASSERT_FALSE(empty);
  EXPECT_EQ(to_string(empty.error()), "offset 0x0: none of 0 archive members holds a program");
  const auto thin = load(as_bytes("!<thin>\nxyz"));
  ASSERT_FALSE(thin);
  EXPECT_EQ(thin.error().code, ErrorCode::kUnsupported);
}

TEST(Archive, EveryTruncationFailsCleanly) {
  const std::string file = std::string(kMagic) + member("//", "a_long_member_name.o/\n") + member("/0", tiny_object());
  for (std::size_t n = 0; n < file.size(); ++n) {
    const auto loaded = load(as_bytes(file).first(n));
    if (!loaded) continue;
    for (const BinaryImage& image : loaded->images) test::walk(image);
    EXPECT_FALSE(loaded->defects.empty()) << "length " << n;
  }
}

TEST(Archive, MutationsLoadOrFailCleanly) {
  const std::string file = std::string(kMagic) + member("/", "index") +
                           member("//", "a_long_member_name.o/\nother.o/\n") + member("short.o/", tiny_object()) +
                           member("/0", tiny_object()) + member("#1/8", "bsd.o\0\0\0" + tiny_object());
  for (std::uint64_t seed = 0; seed < test::mutation_count(); ++seed) {
    const std::string damaged = test::mutated(file, seed);
    const auto loaded = load(as_bytes(damaged));
    if (!loaded) continue;
    for (const BinaryImage& image : loaded->images) {
      test::walk(image);
      ASSERT_EQ(test::broken_promise(image), nullptr) << "seed " << seed;
    }
  }
}

}  // namespace
}  // namespace prova
