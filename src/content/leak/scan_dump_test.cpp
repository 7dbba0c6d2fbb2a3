#include "content/leak/scan_dump.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "base/hash.h"
#include "content/container/archive_test_support.h"
#include "content/inventory/create.h"

namespace prova {
namespace {

namespace fs = std::filesystem;

/// Prose of made-up words, the same for the same seed.
std::string prose(unsigned seed, int words) {
  std::mt19937 random(seed);
  std::string text;
  for (int i = 0; i < words; ++i) {
    for (unsigned n = 3 + random() % 7; n > 0; --n) text += static_cast<char>('a' + random() % 26);
    text += i % 12 == 11 ? ".\n" : " ";
  }
  return text;
}

/// A tree of ours, a dump, and what the scan says.
class LeakTest : public ::testing::Test {
 protected:
  LeakTest() { fs::create_directories(ours()), fs::create_directories(dump()); }
  ~LeakTest() override { fs::remove_all(root_); }

  [[nodiscard]] fs::path ours() const { return root_ / "ours"; }
  [[nodiscard]] fs::path dump() const { return root_ / "dump"; }
  static void write(const fs::path& path, const std::string& content) { std::ofstream(path, std::ios::binary) << content; }

  LeakReport scan(unsigned threads = 1, std::set<std::string> canaries = {}) {
    CreateOptions options;
    options.paths = {ours().string()};
    options.system = "files-01";
    options.created = "2022-06-01T00:00:00Z";
    options.canaries = std::move(canaries);
    InventoryKey key;
    key.secret.fill(1), key.signing.fill(2);
    const fs::path file = root_ / "inventory";
    fs::remove(file);
    const auto made = create_inventory(options, key, file);
    EXPECT_TRUE(made) << (made ? "" : made.error().message);
    const auto inventory = Inventory::open(file, &key);
    EXPECT_TRUE(inventory);
    const KnownContent known(*inventory);
    const KnownContent* view = &known;
    const fs::path where = dump();
    LeakOptions leak;
    leak.threads = threads;
    auto report = scan_dump(std::span(&where, 1), std::span(&view, 1), leak);
    EXPECT_TRUE(report);
    return *std::move(report);
  }
  static const LeakDocument* named(const LeakReport& report, const std::string& end) {
    for (const LeakDocument& document : report.documents) {
      if (document.dump_path.ends_with(end)) return &document;
    }
    return nullptr;
  }

 private:
  fs::path root_ = fs::temp_directory_path() / ("prova-leak-" + std::to_string(::getpid()) + "-" +
                                                ::testing::UnitTest::GetInstance()->current_test_info()->name());
};

TEST_F(LeakTest, IdenticalInsideNestedArchives) {
  write(ours() / "a.txt", prose(1, 200));
  write(dump() / "x.zip", make_zip({{"y.tar.gz", make_tar({{"b.txt", prose(1, 200)}}, true)}}));
  const LeakReport report = scan();
  ASSERT_EQ(report.documents.size(), 1U);
  EXPECT_EQ(report.documents[0].verdict, LeakVerdict::kIdentical);
  EXPECT_EQ(report.documents[0].matches[0].sources, (std::vector<LeakSource>{{"files-01", "a.txt", report.documents[0].matches[0].sources[0].owner, false}}));
  EXPECT_EQ(report.coverage.containers, 2U);
}

TEST_F(LeakTest, TheSameTextSavedAgainIsRepackaged) {
  write(ours() / "a.docx", make_docx(prose(2, 200)));
  write(dump() / "b.docx", make_docx(prose(2, 200), "<Properties/>"));
  write(dump() / "c.txt", prose(2, 200));
  const LeakReport report = scan();
  EXPECT_EQ(named(report, "b.docx")->verdict, LeakVerdict::kRepackaged);
  EXPECT_EQ(named(report, "c.txt")->verdict, LeakVerdict::kRepackaged);
}

TEST_F(LeakTest, SourceCodeIsFoundByItsBytesAndNotByItsText) {
  // A letter, a program's source and a file without ending that reads like prose, each republished as a web page.
  write(ours() / "letter.txt", prose(70, 60));
  write(ours() / "source.c", prose(71, 60));
  write(ours() / "README", prose(72, 60));
  write(dump() / "letter.html", "<html><body>" + prose(70, 60) + "</body></html>");
  write(dump() / "source.html", "<html><body>" + prose(71, 60) + "</body></html>");
  write(dump() / "readme.html", "<html><body>" + prose(72, 60) + "</body></html>");
  write(dump() / "copy.c", prose(71, 60));
  const LeakReport report = scan();
  EXPECT_EQ(named(report, "letter.html")->verdict, LeakVerdict::kRepackaged);
  EXPECT_EQ(named(report, "readme.html")->verdict, LeakVerdict::kRepackaged);
  EXPECT_EQ(named(report, "copy.c")->verdict, LeakVerdict::kIdentical);
  EXPECT_NE(named(report, "source.html")->verdict, LeakVerdict::kRepackaged);
}

TEST_F(LeakTest, OneChangedDigitIsLocalised) {
  const std::string text = prose(3, 150) + "The sum is 12,345 euro. " + prose(4, 150);
  write(ours() / "a.txt", text);
  std::string altered = text;
  const std::size_t at = altered.find("12,345") + 3;
  altered[at] = '8';
  write(dump() / "a.txt", altered);
  const LeakReport report = scan();
  ASSERT_EQ(report.documents[0].verdict, LeakVerdict::kAltered);
  const auto& ranges = report.documents[0].matches[0].ranges;
  ASSERT_EQ(ranges.size(), 1U);
  EXPECT_LE(ranges[0].dump.begin, at);
  EXPECT_GT(ranges[0].dump.end, at);
  // At most kWindow - 1 normalised characters on either side; with spaces between words some bytes more.
  EXPECT_LT(ranges[0].dump.size(), 80U);
  EXPECT_EQ(ranges[0].growth, 0);
  EXPECT_NE((ranges[0].before + ranges[0].inside + ranges[0].after).find("12,845 euro"), std::string::npos);
}

TEST_F(LeakTest, AnInsertedAndARemovedSentenceAreLocalised) {
  const std::string head = prose(5, 150), middle = prose(6, 12), tail = prose(7, 150);
  write(ours() / "a.txt", head + tail);
  write(ours() / "b.txt", prose(8, 150) + middle + prose(9, 150));
  write(dump() / "inserted.txt", head + middle + tail);
  write(dump() / "removed.txt", prose(8, 150) + prose(9, 150));
  const LeakReport report = scan();
  const LeakMatch& inserted = named(report, "inserted.txt")->matches[0];
  EXPECT_EQ(inserted.level, LeakVerdict::kAltered);
  ASSERT_EQ(inserted.ranges.size(), 1U);
  EXPECT_LE(inserted.ranges[0].dump.begin, head.size());
  EXPECT_GE(inserted.ranges[0].dump.end, head.size() + middle.size() - 2);
  EXPECT_GT(inserted.ranges[0].growth, 0);
  const LeakMatch& removed = named(report, "removed.txt")->matches[0];
  EXPECT_EQ(removed.level, LeakVerdict::kAltered);
  ASSERT_EQ(removed.ranges.size(), 1U);
  EXPECT_LT(removed.ranges[0].growth, 0);
}

TEST_F(LeakTest, FilesAtAnyOffsetOfABlobAreFoundAndRehashed) {
  std::string blob = prose(10, 7), a = prose(11, 900), b = prose(12, 900);
  write(ours() / "a.bin", std::string("\0\1", 2) + a);
  write(ours() / "b.bin", std::string("\0\1", 2) + b);
  blob += std::string("\0\1", 2) + a + "???" + std::string("\0\1", 2) + b;
  write(dump() / "blob", blob);
  const LeakReport report = scan();
  ASSERT_EQ(report.documents.size(), 1U);
  EXPECT_EQ(report.documents[0].verdict, LeakVerdict::kContains);
  ASSERT_EQ(report.documents[0].matches.size(), 2U);
  for (const LeakMatch& match : report.documents[0].matches) EXPECT_EQ(match.level, LeakVerdict::kIdentical);
}

TEST_F(LeakTest, ABlobOfTextsShowsWhichOneWasAltered) {
  for (unsigned i = 0; i < 5; ++i) write(ours() / (std::to_string(i) + ".txt"), prose(20 + i, 120));
  std::string altered = prose(22, 120);
  altered[400] = altered[400] == 'q' ? 'z' : 'q';
  write(dump() / "all.txt", prose(20, 120) + altered + prose(24, 120));
  const LeakReport report = scan();
  ASSERT_EQ(report.documents[0].matches.size(), 3U);
  for (const LeakMatch& match : report.documents[0].matches) {
    EXPECT_EQ(match.level == LeakVerdict::kAltered, match.sources[0].path == "2.txt") << match.sources[0].path;
  }
}

TEST_F(LeakTest, OurMessageWithOtherHeaders) {
  const std::string body = prose(30, 80);
  const auto mail = [&](const std::string& from, const std::string& text) {
    return "Received: by x\r\nFrom: " + from + "\r\nTo: b@example.al\r\nSubject: s\r\nMessage-ID: <1@example.al>\r\n\r\n" + text;
  };
  write(ours() / "m.eml", mail("a@example.al", body));
  write(dump() / "same.eml", "X-Other: 1\r\n" + mail("a@example.al", body));
  write(dump() / "from.eml", mail("minister@example.al", body));
  write(dump() / "body.eml", mail("a@example.al", body + "And 5,000 euro for me, please, as always."));
  const LeakReport report = scan();
  EXPECT_EQ(named(report, "same.eml")->verdict, LeakVerdict::kRepackaged);
  EXPECT_EQ(named(report, "from.eml")->verdict, LeakVerdict::kHeadersDiffer);
  EXPECT_EQ(named(report, "from.eml")->matches[0].headers, std::vector<std::string>{"From: minister@example.al"});
  EXPECT_EQ(named(report, "body.eml")->verdict, LeakVerdict::kAltered);
  EXPECT_NE(named(report, "body.eml")->matches[0].ranges.at(0).inside.find("5,000 euro"), std::string::npos);
}

TEST_F(LeakTest, SharedLetterheadIsNoEvidence) {
  const std::string letterhead = prose(40, 60);
  for (unsigned i = 0; i < 12; ++i) write(ours() / (std::to_string(i) + ".txt"), letterhead + prose(50 + i, 150));
  write(dump() / "foreign.txt", letterhead + prose(99, 150));
  const LeakReport report = scan();
  EXPECT_EQ(report.documents[0].verdict, LeakVerdict::kNoTrace);
  EXPECT_TRUE(report.documents[0].matches.empty());
}

TEST_F(LeakTest, AQuotedPassageSaysHowMuchOfOurs) {
  const std::string ours_text = prose(60, 400);
  write(ours() / "a.txt", ours_text);
  write(dump() / "quote.txt", prose(61, 300) + ours_text.substr(0, ours_text.size() / 4) + prose(62, 300));
  const LeakReport report = scan();
  ASSERT_EQ(report.documents[0].verdict, LeakVerdict::kContains);
  EXPECT_NEAR(report.documents[0].matches[0].contained, 0.25, 0.03);
}

TEST_F(LeakTest, CanariesAndSystemsAreCounted) {
  write(ours() / "planted.txt", prose(70, 100));
  write(dump() / "p.txt", prose(70, 100));
  const LeakReport report = scan(1, {"planted.txt"});
  EXPECT_TRUE(report.documents[0].matches[0].canary());
  ASSERT_EQ(report.systems.size(), 1U);
  EXPECT_EQ(report.systems[0].system, "files-01");
  EXPECT_EQ(report.systems[0].documents, 1U);
  EXPECT_EQ(report.systems[0].only_here, 1U);
  EXPECT_EQ(report.systems[0].canaries, 1U);
}

TEST_F(LeakTest, TheReportDoesNotDependOnThreads) {
  for (unsigned i = 0; i < 8; ++i) {
    write(ours() / (std::to_string(i) + ".txt"), prose(80 + i, 100));
    write(dump() / (std::to_string(i) + ".zip"), make_zip({{"t", prose(80 + i, 99)}}));
  }
  const LeakReport one = scan(1), four = scan(4);
  ASSERT_EQ(one.documents.size(), four.documents.size());
  for (std::size_t i = 0; i < one.documents.size(); ++i) {
    EXPECT_EQ(one.documents[i].dump_path, four.documents[i].dump_path);
    EXPECT_EQ(one.documents[i].verdict, four.documents[i].verdict);
  }
}

TEST_F(LeakTest, WhatCannotBeReadIsListed) {
  write(ours() / "a.txt", prose(90, 100));
  write(dump() / "broken.zip", make_zip({{"a", prose(91, 500)}, {"b", prose(92, 500)}}).substr(0, 900));
  const LeakReport report = scan();
  EXPECT_FALSE(report.coverage.unread.empty());
  EXPECT_EQ(report.coverage.files, 1U);
}

}  // namespace
}  // namespace prova
