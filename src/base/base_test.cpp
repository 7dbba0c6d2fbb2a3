#include <gtest/gtest.h>

#include <array>
#include <filesystem>
#include <fstream>

#include "base/byte_reader.h"
#include "base/edit_distance.h"
#include "base/escape.h"
#include "base/file.h"
#include "base/hash.h"

namespace prova {
namespace {

TEST(ByteReader, ReadsBothByteOrdersAndFailsAtTheFilesOwnOffset) {
  const ByteView bytes = as_bytes(std::string_view("\x01\x02\x03\x04", 4));
  EXPECT_EQ(ByteReader(bytes).read_at<std::uint32_t>(FileOffset{0}).value(), 0x04030201U);
  EXPECT_EQ(ByteReader(bytes, std::endian::big).read_at<std::uint16_t>(FileOffset{1}).value(), 0x0203U);
  const auto past = ByteReader(bytes, std::endian::little, FileOffset{0x100}).read_at<std::uint32_t>(FileOffset{1});
  ASSERT_FALSE(past);
  EXPECT_EQ(past.error().code, ErrorCode::kTruncated);
  EXPECT_EQ(raw(*past.error().offset), 0x101U);
  EXPECT_EQ(to_string(past.error()), "offset 0x101: 4 bytes needed, 3 left");
}

TEST(ByteReader, HugeOffsetsAndSizesDoNotWrapAround) {
  const ByteReader in(as_bytes("abcd"));
  EXPECT_FALSE(in.slice(FileOffset{~0ULL}, 2));
  EXPECT_FALSE(in.slice(FileOffset{2}, ~0ULL));
  EXPECT_TRUE(in.slice(FileOffset{4}, 0));
  EXPECT_FALSE(in.slice(FileOffset{5}, 0));
  EXPECT_TRUE(clamped(in.bytes(), ~0ULL, ~0ULL).empty());
  EXPECT_EQ(clamped(in.bytes(), 1, ~0ULL).size(), 3U);
}

TEST(ByteReader, StringsEndAtNulOrFail) {
  const ByteReader in(as_bytes(std::string_view("ab\0cd", 5)));
  EXPECT_EQ(in.c_string(FileOffset{0}, 10).value(), "ab");
  EXPECT_EQ(in.c_string(FileOffset{3}, 10).error().code, ErrorCode::kTruncated);
  EXPECT_EQ(in.c_string(FileOffset{0}, 2).error().code, ErrorCode::kLimit);
}

Result<int> half(int n) {
  if (n % 2 != 0) return fail(ErrorCode::kMalformed, "odd");
  return n / 2;
}
Status even(int n) {
  PROVA_TRY(ignored, half(n));
  (void)ignored;
  return {};
}
Result<int> quarter(int n) {
  PROVA_TRY(even(n));
  PROVA_TRY(h, half(n));
  PROVA_TRY(q, half(h));
  return q;
}

TEST(Result, TryReturnsTheFirstError) {
  EXPECT_EQ(quarter(12).value(), 3);
  EXPECT_EQ(quarter(6).error().message, "odd");
  EXPECT_EQ(quarter(7).error().message, "odd");
}

TEST(Escape, TerminalSeesNoControlCharactersNoOverridesNoInvalidUtf8) {
  EXPECT_EQ(escape_terminal("plain Shqipëri"), "plain Shqipëri");
  EXPECT_EQ(escape_terminal("\x1b[31mred\n"), "\\x1b[31mred\\x0a");
  EXPECT_EQ(escape_terminal("evil\xe2\x80\xaegnp.exe"), "evil\\u{202e}gnp.exe");
  EXPECT_EQ(escape_terminal("\xff\xc0\x80\xed\xa0\x80"), "\\xff\\xc0\\x80\\xed\\xa0\\x80");
  EXPECT_EQ(escape_terminal("\xc2\x9b"), "\\x9b");  // C1 control sequence introducer
}

TEST(Escape, HtmlHasNoMarkupLeft) {
  EXPECT_EQ(escape_html("<a href=\"x\">&'"), "&lt;a href=&quot;x&quot;&gt;&amp;&#39;");
  EXPECT_EQ(escape_html(std::string_view("a\0b\xff", 4)), "a\xef\xbf\xbd" "b\xef\xbf\xbd");
}

TEST(Hash, KnownAnswers) {
  EXPECT_EQ(to_hex(sha256(as_bytes("abc"))), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(md5_hex(as_bytes("abc")), "900150983cd24fb0d6963f7d28e17f72");
  EXPECT_EQ(hash64(std::string_view{}), 0x2d06800538d394c2ULL);  // XXH3_64bits of nothing
  EXPECT_EQ(sha256_from_hex(to_hex(sha256(as_bytes("abc")))).value(), sha256(as_bytes("abc")));
  EXPECT_FALSE(sha256_from_hex("zz"));
  EXPECT_NE(mix(1, 2), mix(2, 1));
}

TEST(File, WritesAtomicallyAndReadsBack) {
  const auto path = std::filesystem::temp_directory_path() / "prova-file-test";
  ASSERT_TRUE(write_file_atomically(path, "one"));
  ASSERT_TRUE(write_file_atomically(path, "two"));
  EXPECT_EQ(read_file(path, 100).value(), "two");
  EXPECT_EQ(read_file(path, 2).error().code, ErrorCode::kLimit);
  EXPECT_EQ(as_text(MappedFile::open(path).value().bytes()), "two");
  std::filesystem::remove(path);
  EXPECT_EQ(MappedFile::open(path).error().code, ErrorCode::kIo);
  EXPECT_EQ(MappedFile::open("/").error().message, "is a directory, a file is expected");
}

TEST(EditDistance, CountsInsertionsDeletionsAndSubstitutions) {
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3U);
  EXPECT_EQ(edit_distance("", "abc"), 3U);
  EXPECT_EQ(edit_distance("same", "same"), 0U);
}

}  // namespace
}  // namespace prova
