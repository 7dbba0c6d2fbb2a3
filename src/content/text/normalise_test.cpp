#include "content/text/normalise.h"

#include <gtest/gtest.h>

namespace prova {
namespace {

std::u16string normalised(std::string_view text) { return normalise_text(text).chars; }

TEST(NormaliseText, DropsCaseSpaceAndPunctuation) {
  EXPECT_EQ(normalised("To: the Minister -- \r\n\t (urgent!)"), u"totheministerurgent");
}

TEST(NormaliseText, FoldsTheLettersOfFiveLanguages) {
  EXPECT_EQ(normalised("Përgjegjës i Çështjes"), u"pergjegjesiceshtjes");
  EXPECT_EQ(normalised("Église, cœur, Août, STRAẞE"), u"eglisecœuraoutstrasse");
  EXPECT_EQ(normalised("Ὀδυσσεύς ΟΔΥΣΣΕΥΣ"), u"οδυσσευσοδυσσευσ");
  EXPECT_EQ(normalised("Министерство ЙОД"), u"министерствоиод");
}

TEST(NormaliseText, ComposedAndDecomposedAreEqual) {
  EXPECT_EQ(normalised("\xC3\xAB"), normalised("e\xCC\x88"));
  EXPECT_EQ(normalised("\xC3\xA7"), normalised("c\xCC\xA7"));
}

TEST(NormaliseText, LigaturesSoftHyphensAndZeroWidthLeaveNoTrace) {
  EXPECT_EQ(normalised("e\xEF\xAC\x83" "cient"), u"efficient");
  EXPECT_EQ(normalised("con\xC2\xAD" "fi\xE2\x80\x8B" "den-\ntial"), u"confidential");
}

TEST(NormaliseText, KeepsWhatChangesAnAmount) {
  EXPECT_NE(normalised("1.25"), normalised("125"));
  EXPECT_NE(normalised("1.250"), normalised("1,250"));
  EXPECT_EQ(normalised("paid 5 \xE2\x82\xAC."), u"paid5€");
  EXPECT_NE(normalised("5 $"), normalised("5 \xE2\x82\xAC"));
  EXPECT_EQ(normalised("end. 5, then"), u"end5then") << "a full stop after a word is not part of a number";
}

TEST(NormaliseText, BytesThatAreNotUtf8AreReadAsWindows1252) {
  EXPECT_EQ(normalised("P\xEBrgjegj\xEBs i \xC7" "eshtjes"), u"pergjegjesiceshtjes");
  EXPECT_EQ(normalised("5 \x80"), u"5€");
}

TEST(NormaliseText, UndoesQuotedPrintable) {
  EXPECT_EQ(normalised("P=C3=ABrgjegj=C3=ABs n=C3=\r\n"), normalised("Përgjegjës nÃ"));
  EXPECT_EQ(normalised("conti=\r\nnued"), u"continued");
  EXPECT_EQ(normalised("p=EBrgjegj=EBs"), u"pergjegjes");
  EXPECT_EQ(normalised("a=3Db x=20"), u"abx20");
}

TEST(NormaliseText, OffsetsLeadBackToTheSource) {
  const std::string_view text = "Në \xEF\xAC\x81 Z";  // N ë(2 bytes) space ﬁ(3 bytes) space Z
  const NormalisedText normal = normalise_text(text);
  EXPECT_EQ(normal.chars, u"nefiz");
  EXPECT_EQ(normal.offsets, (std::vector<std::uint32_t>{0, 1, 4, 4, 8}));
  EXPECT_EQ(normal.source_range(1, 2), (TextRange{1, 4}));
  EXPECT_EQ(normal.source_range(5, 5), (TextRange{9, 9}));
}

TEST(NormaliseText, EveryTruncationOfUtf8IsRead) {
  const std::string text = "ë€\xF0\x9F\x98\x80=C3=AB.,";
  for (std::size_t n = 0; n <= text.size(); ++n) {
    const NormalisedText normal = normalise_text(text.substr(0, n));
    EXPECT_EQ(normal.chars.size(), normal.offsets.size());
    EXPECT_TRUE(std::is_sorted(normal.offsets.begin(), normal.offsets.end()));
  }
}

TEST(LooksLikeText, TellsTextFromOtherBytes) {
  EXPECT_TRUE(looks_like_text(as_bytes("Të nderuar kolegë,\r\n")));
  EXPECT_TRUE(looks_like_text(as_bytes("T\xEB nderuar koleg\xEB, p\xEBr \xE7" "do rast")));
  EXPECT_FALSE(looks_like_text(as_bytes(std::string_view("a\0b", 3))));
  EXPECT_FALSE(looks_like_text({}));
  std::string noise;
  for (std::uint32_t i = 0, x = 1; i < 4096; ++i) noise += static_cast<char>((x = x * 1664525 + 1013904223) >> 24 | 1);
  EXPECT_FALSE(looks_like_text(as_bytes(noise)));
}

TEST(Utf16ToUtf8, ReadsBothOrdersAndSurrogates) {
  EXPECT_EQ(utf16_to_utf8(as_bytes(std::string_view("\xFF\xFE" "a\0\xEB\0", 6))), "aë");
  EXPECT_EQ(utf16_to_utf8(as_bytes(std::string_view("\xFE\xFF\xD8\x3D\xDE\0", 6))), "\xF0\x9F\x98\x80");
  EXPECT_EQ(utf16_to_utf8(as_bytes(std::string_view("a\0b\0", 4))), "ab");
  EXPECT_EQ(utf16_to_utf8(as_bytes("abcd")), "");
}

}  // namespace
}  // namespace prova
