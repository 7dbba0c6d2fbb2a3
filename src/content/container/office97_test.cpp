#include "content/container/office97.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/file.h"
#include "content/container/walk.h"
#include "content/text/normalise.h"

namespace prova {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

/// The text of the last item that a document of tests/documents unfolds into: the document itself, or what its compression holds.
std::string text_of_document(const std::string& name) {
  const auto file = read_file(std::string(PROVA_SOURCE_DIR) + "/tests/documents/" + name, 1 << 20);
  EXPECT_TRUE(file) << name;
  std::string text;
  WalkEvents on;
  on.entering = [](std::uint32_t, const std::string&) {};
  on.leaving = [] {};
  on.item = [&](const ExtractedItem& item, ByteView) {
    if (item.kind != ItemKind::kComponent) text = item.text;
  };
  on.defect = [&](const ExtractionDefect& defect) { ADD_FAILURE() << defect.path << ": " << defect.message; };
  walk_file(as_bytes(*file), name, {}, {}, on);
  return text;
}

std::u16string normalised(const std::string& name) { return normalise_text(text_of_document(name)).chars; }

TEST(Office97, AWordDocumentSaysWhatItsDocxSays) {
  const std::string text = text_of_document("letter.doc");
  EXPECT_THAT(text, HasSubstr("I nderuar koleg, shuma e miratuar është 17,250 euro"));
  EXPECT_THAT(text, HasSubstr("Το ποσό και Сумма"));
  EXPECT_THAT(text, HasSubstr("€, “quotes” and 𝄞"));
  EXPECT_THAT(text, HasSubstr("See the annex for details"));
  EXPECT_THAT(text, Not(HasSubstr("secret-target"))) << "a field's instruction is not text";
  EXPECT_THAT(text, HasSubstr("Shënim: vendimi nr. 42"));
  EXPECT_EQ(normalised("letter.doc"), normalised("letter.docx"));
}

TEST(Office97, AWorkbookSaysWhatItsXlsxSays) {
  const std::string text = text_of_document("sums.xls");
  EXPECT_THAT(text, HasSubstr("Qira e zyrës qendrore\t17250.5\t"));
  EXPECT_THAT(text, HasSubstr("Gjithsej\t17292.5\t"));
  EXPECT_THAT(text, HasSubstr("tekst\t0.123456789\t1\t2\t-3.25\t"));
  EXPECT_EQ(normalised("sums.xls"), normalised("sums.xlsx"));
}

TEST(Office97, APresentationSaysItsSlides) {
  const std::string text = text_of_document("talk.ppt.gz");
  EXPECT_THAT(text, HasSubstr("Plani i sigurisë për vitin 2022"));
  EXPECT_THAT(text, HasSubstr("Shuma e parashikuar: 17,250 euro\nСумма και ποσό"));
  EXPECT_THAT(text, HasSubstr("Second slide in plain letters"));
  EXPECT_THAT(text, Not(HasSubstr("Click to edit"))) << "a master's prompts are not text";
}

template <typename T>
void put(std::string& out, std::uint64_t value) {
  for (std::size_t i = 0; i < sizeof(T); ++i) out += static_cast<char>(value >> (8 * i));
}

std::string record(std::uint16_t type, const std::string& data) {
  std::string out;
  put<std::uint16_t>(out, type);
  put<std::uint16_t>(out, data.size());
  return out + data;
}

std::string begin_of_sheet() { return record(0x0809, std::string("\x00\x06\x10\x00", 4)); }

TEST(Office97, ASharedStringMayCrossRecordsAndChangeItsWidthThere) {
  std::string sst;
  put<std::uint32_t>(sst, 2);
  put<std::uint32_t>(sst, 2);
  put<std::uint16_t>(sst, 4);
  sst += '\0';
  sst += "ab";                                    // Two narrow characters here,
  const std::string rest = std::string("\x01", 1) + std::string("c\0d\0", 4)  // two wide ones there,
                           + std::string("\x01\x00\x08\x01\x00", 5) + "z" + std::string(4, '\xff');  // then a rich string.
  std::string cells;
  for (const std::uint32_t index : {1U, 0U, 7U}) {
    std::string cell(6, '\0');
    put<std::uint32_t>(cell, index);
    cells += record(0x00fd, cell);
  }
  EXPECT_EQ(excel97_text(as_bytes(begin_of_sheet() + record(0x00fc, sst) + record(0x003c, rest) + cells)).value(), "z\tabcd\t");
}

TEST(Office97, NumbersOfEveryKind) {
  const auto rk = [](std::uint32_t value) {
    std::string data(6, '\0');
    put<std::uint32_t>(data, value);
    return record(0x027e, data);
  };
  // [MS-XLS] 2.5.217: integers and halves of doubles, as they are and in hundredths.
  EXPECT_EQ(excel97_text(as_bytes(begin_of_sheet() + rk(5U << 2 | 2) + rk(125U << 2 | 3) + rk(0x3ff0'0000U) + rk(0xffff'fffeU))).value(), "5\t1.25\t1\t-1\t");
}

TEST(Office97, WhatIsEncryptedOrBroken) {
  EXPECT_EQ(excel97_text(as_bytes(begin_of_sheet() + record(0x002f, "xx"))).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(excel97_text(as_bytes("no workbook")).error().code, ErrorCode::kMalformed);
  EXPECT_EQ(excel97_text(as_bytes(begin_of_sheet().substr(0, 5))).value(), "");
  EXPECT_EQ(word97_text(as_bytes("not a Word document either"), {}).error().code, ErrorCode::kMalformed);
  std::string word(0x200, '\0');
  word.replace(0, 4, std::string("\xec\xa5\xc1\x00", 4));
  EXPECT_EQ(word97_text(as_bytes(word), {}).error().code, ErrorCode::kTruncated) << "no piece table";
  word[0x0b] = 1;
  EXPECT_EQ(word97_text(as_bytes(word), {}).error().code, ErrorCode::kUnsupported);
  EXPECT_EQ(read_office97(as_bytes("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 and no more"), ExtractionBudget({}, 20)).error().code, ErrorCode::kMalformed);
}

TEST(Office97, EveryPrefixOfADocumentIsBoundedAndDoesNotFail) {
  for (const char* name : {"letter.doc", "sums.xls"}) {
    const std::string whole = read_file(std::string(PROVA_SOURCE_DIR) + "/tests/documents/" + name, 1 << 20).value();
    for (std::size_t size = 0; size < whole.size(); size += 97) {
      const auto read = read_office97(as_bytes(whole).first(size), ExtractionBudget({}, size));
      EXPECT_LE(read ? read->text.size() : 0, whole.size());
    }
  }
}

TEST(Office97, CodePages) {
  EXPECT_EQ(utf8_of_windows_1252("\x80 \xeb \x93x\x94"), "€ ë “x”");
  EXPECT_EQ(utf8_of_utf16le(std::string_view("\x34\xd8\x1e\xdd\x00\xd8", 6)), "𝄞\xef\xbf\xbd");
}

}  // namespace
}  // namespace prova
