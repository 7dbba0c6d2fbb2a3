#include "content/container/walk.h"

#include <gtest/gtest.h>

#include "content/container/archive_test_support.h"

namespace prova {
namespace {

struct Walked {
  std::vector<ExtractedItem> items;
  std::vector<ExtractionDefect> defects;
  [[nodiscard]] const ExtractedItem* at(std::string_view path) const {
    for (const ExtractedItem& item : items) {
      if (item.path == path) return &item;
    }
    return nullptr;
  }
};

Walked walked(const std::string& bytes, const ExtractionLimits& limits = {}, std::vector<SkippedItem> skipped = {}) {
  Walked result;
  WalkEvents on;
  on.entering = [](std::uint32_t, const std::string&) {};
  on.leaving = [] {};
  on.item = [&](const ExtractedItem& item, ByteView content) {
    result.items.push_back(item);
    result.items.back().bytes = as_text(content);
  };
  on.defect = [&](ExtractionDefect defect) { result.defects.push_back(std::move(defect)); };
  walk_file(as_bytes(bytes), "dump", limits, skipped, on);
  return result;
}

constexpr const char* kMail =
    "From: =?UTF-8?Q?Zyra_e_Shtypit?= <shtypi@example.al>\r\nTo: a@example.al\r\nSubject: =?UTF-8?B?w4dlc2h0amU=?=\r\n"
    "Message-ID: <42@example.al>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    "--b\r\nContent-Type: text/plain; charset=UTF-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nP=C3=ABrsh=C3=ABndetje\r\n"
    "--b\r\nContent-Type: application/octet-stream; name=note.txt\r\nContent-Disposition: attachment; filename=note.txt\r\n"
    "Content-Transfer-Encoding: base64\r\n\r\naGVsbG8gd29ybGQ=\r\n--b--\r\n";

TEST(Walk, NestedArchivesUnfoldInOrder) {
  const std::string inner = make_zip({{"b.txt", "two\n"}, {"dir/c.txt", "three\n"}});
  const Walked all = walked(make_zip({{"a.txt", "one\n"}, {"more.tar.gz", make_tar({{"inner.zip", inner}}, true)}}));
  std::vector<std::string> paths;
  for (std::size_t i = 0; i < all.items.size(); ++i) {
    EXPECT_EQ(all.items[i].id, i);
    paths.push_back(all.items[i].path);
  }
  EXPECT_EQ(paths, (std::vector<std::string>{"dump", "dump!a.txt", "dump!more.tar.gz", "dump!more.tar.gz!inner.zip",
                                             "dump!more.tar.gz!inner.zip!b.txt", "dump!more.tar.gz!inner.zip!dir/c.txt"}));
  EXPECT_EQ(all.items[5].bytes, "three\n");
  EXPECT_TRUE(all.defects.empty());
}

TEST(Walk, AWordFileGivesItsTextAndItsParts) {
  const Walked all = walked(make_docx("Përgjigje &amp; vendim\n12,500 euro"));
  EXPECT_EQ(all.items[0].format, ContentFormat::kOffice);
  EXPECT_EQ(all.items[0].text, "Përgjigje & vendim\n12,500 euro\n");
  ASSERT_EQ(all.items.size(), 3U);
  EXPECT_EQ(all.items[2].kind, ItemKind::kComponent);
}

TEST(Walk, ASheetResolvesItsSharedStrings) {
  const Walked all = walked(make_zip({{"[Content_Types].xml", "<Types/>"},
      {"xl/sharedStrings.xml", "<sst><si><t>name</t></si><si><r><t>am</t></r><r><t>ount</t></r></si></sst>"},
      {"xl/worksheets/sheet1.xml", "<worksheet><sheetData><row><c t=\"s\"><v>1</v></c><c><v>12.5</v></c></row>"
                                   "<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>9</v></c></row></sheetData></worksheet>"}}));
  EXPECT_EQ(all.items[0].text, "amount\t12.5\t\nname\t9\t\n") << "an index out of range stays as it is";
}

TEST(Walk, OpenDocumentWithoutItsDeletedText) {
  const Walked all = walked(make_zip({{"mimetype", "application/vnd.oasis.opendocument.text"},
      {"content.xml", "<office:document-content><office:body><office:text><text:tracked-changes><text:p>gone</text:p></text:tracked-changes>"
                      "<text:h>Title</text:h><text:p>a<text:s/>b</text:p></office:text></office:body></office:document-content>"}}));
  EXPECT_EQ(all.items[0].format, ContentFormat::kOffice);
  EXPECT_EQ(all.items[0].text, "\nTitle\na b\n");
}

TEST(Walk, MailGivesTextIdHeadersAndAttachments) {
  const Walked all = walked(kMail);
  ASSERT_EQ(all.items.size(), 2U);
  EXPECT_EQ(all.items[0].format, ContentFormat::kMail);
  EXPECT_EQ(all.items[0].message_id, "42@example.al");
  EXPECT_EQ(all.items[0].headers, "From: Zyra e Shtypit <shtypi@example.al>\nTo: a@example.al\nSubject: Çeshtje\n");
  EXPECT_EQ(all.items[0].text, "Përshëndetje\n");
  EXPECT_EQ(all.items[1].kind, ItemKind::kAttachment);
  EXPECT_EQ(all.items[1].path, "dump!note.txt");
  EXPECT_EQ(all.items[1].bytes, "hello world");
}

TEST(Walk, AMailboxSplitsAtFromLinesAfterEmptyLines) {
  const std::string box = std::string("From a@b Mon Jan  3 10:00:00 2022\n") + kMail + "\nFrom c@d Tue Jan  4 10:00:00 2022\n" +
                          "From: c@d\nSubject: x\n\nbody\nFrom here on, no new message\n";
  const Walked all = walked(box);
  ASSERT_NE(all.at("dump!message 2"), nullptr);
  EXPECT_EQ(all.at("dump!message 2")->text.substr(0, 4), "body");
  EXPECT_EQ(all.at("dump!message 3"), nullptr);
  EXPECT_EQ(all.at("dump!message 1")->bytes, std::string(kMail) + "\n");
}

TEST(Walk, PdfText) {
  const Walked all = walked(make_pdf("Confidential report 2022"));
  EXPECT_EQ(all.items[0].format, ContentFormat::kPdf);
  EXPECT_NE(all.items[0].text.find("Confidential report 2022"), std::string::npos);
}

TEST(Walk, HtmlAndRtf) {
  EXPECT_EQ(walked("<!DOCTYPE html><html><style>x{}</style><p>P&euml;r&#235; &amp; <b>12</b></p></html>").items[0].text, "\nPërë & 12\n");
  EXPECT_EQ(walked("{\\rtf1{\\fonttbl{\\f0 Arial;}}P\\'ebr\\u235? a\\par b}").items[0].text, "P\xEBrë a\nb");
}

TEST(Walk, DepthIsBounded) {
  std::string nested = "deepest";
  for (int i = 0; i < 6; ++i) nested = make_zip({{"z", nested}});
  ExtractionLimits limits;
  limits.depth = 3;
  const Walked all = walked(nested, limits);
  EXPECT_EQ(all.items.size(), 4U);
  ASSERT_EQ(all.defects.size(), 1U);
  EXPECT_EQ(all.defects[0], (ExtractionDefect{"dump!z!z!z", "nested more than 3 deep; not unfolded"}));
}

TEST(Walk, ABombIsRefusedAndTheRestOfWhatFitsIsRead) {
  ExtractionLimits limits;
  limits.item_bytes = 1 << 20;
  const Walked all = walked(make_zip({{"zeros", std::string(4 << 20, '\0')}, {"a.txt", "text\n"}}), limits);
  ASSERT_EQ(all.defects.size(), 1U);
  EXPECT_EQ(all.defects[0], (ExtractionDefect{"dump!zeros", "more than 1048576 bytes in one member, the limit; not read"}));
  EXPECT_NE(all.at("dump!a.txt"), nullptr);
}

TEST(Walk, TheRatioBoundsWhatAFileUnfoldsTo) {
  ExtractionLimits limits;
  limits.free_bytes = 1000;
  limits.ratio = 2;
  const Walked all = walked(make_zip({{"zeros", std::string(1 << 20, '\0')}}), limits);
  ASSERT_EQ(all.defects.size(), 1U);
  EXPECT_EQ(all.items.size(), 1U);
}

TEST(Walk, ASkippedItemKeepsTheNumbering) {
  const std::string zip = make_zip({{"in.zip", make_zip({{"a", "1"}, {"b", "2"}})}, {"c", "3"}});
  const Walked all = walked(zip, {}, {{1, 4}});
  ASSERT_EQ(all.items.size(), 3U);
  EXPECT_EQ(all.items[2].path, "dump!c");
  EXPECT_EQ(all.items[2].id, 4U);
}

TEST(Walk, EveryTruncationOfAZipIsSurvived) {
  const std::string zip = make_zip({{"a.txt", "one\n"}, {"m.eml", kMail}});
  for (std::size_t n = 0; n < zip.size(); ++n) EXPECT_GE(walked(zip.substr(0, n)).items.size(), 1U) << n;
}

}  // namespace
}  // namespace prova
