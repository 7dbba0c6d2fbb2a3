#include "content/container/extractor.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "content/container/archive_test_support.h"
#include "content/container/frames.h"
#include "content/container/sandbox.h"

namespace prova {
namespace {

struct Extracted {
  std::vector<ExtractedItem> items;
  std::vector<ExtractionDefect> defects;
  ExtractionSink sink() {
    return {[this](ExtractedItem item) { items.push_back(std::move(item)); },
            [this](ExtractionDefect defect) { defects.push_back(std::move(defect)); }};
  }
};

TEST(Extractor, TheChildGivesWhatTheWalkGives) {
  const std::string zip = make_zip({{"a.txt", "one\n"}, {"b.docx", make_docx("text of b")}, {"c.pdf", make_pdf("page of c")}});
  Extracted walk, child;
  WalkEvents on{[](std::uint32_t, const std::string&) {}, [] {},
                [&](const ExtractedItem& item, ByteView bytes) {
                  walk.items.push_back(item);
                  if (item.kind != ItemKind::kFile) walk.items.back().bytes = as_text(bytes);
                },
                [](const ExtractionDefect&) {}};
  walk_file(as_bytes(zip), "z", {}, {}, on);
  Extractor extractor;
  ASSERT_TRUE(extractor.extract(as_bytes(zip), "z", child.sink()));
  EXPECT_EQ(child.items, walk.items);
  EXPECT_TRUE(child.defects.empty());
  Extracted again;
  ASSERT_TRUE(extractor.extract(as_bytes(zip), "z", again.sink())) << "one child serves many files";
  EXPECT_EQ(again.items, walk.items);
}

TEST(Extractor, ACrashIsListedAndTheRestGoesOn) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer's allocator does not throw std::bad_alloc";
#endif
  ExtractionLimits limits;
  limits.memory = 48 << 20;  // The member below does not fit: the child dies of std::bad_alloc, as it would of any crash.
  const std::string crasher = make_zip({{"huge", std::string(100 << 20, '\0')}});
  const std::string zip = make_zip({{"a.txt", "before\n"}, {"crash.zip", crasher}, {"z.txt", "after\n"}});
  Extracted child;
  Extractor extractor(limits);
  ASSERT_TRUE(extractor.extract(as_bytes(zip), "d", child.sink()));
  ASSERT_EQ(child.items.size(), 4U);
  EXPECT_EQ(child.items[3].path, "d!z.txt");
  ASSERT_EQ(child.defects.size(), 1U);
  EXPECT_EQ(child.defects[0].path, "d!crash.zip");
  EXPECT_EQ(child.defects[0].message, "its parser was stopped: crash, signal 6 (Aborted)");
}

TEST(Extractor, AMissingFileIsADefect) {
  Extracted child;
  ASSERT_TRUE(Extractor().extract("/nonexistent/file", "gone", child.sink()));
  EXPECT_TRUE(child.items.empty());
  ASSERT_EQ(child.defects.size(), 1U);
  EXPECT_EQ(child.defects[0], (ExtractionDefect{"gone", "cannot open: No such file or directory"}));
}

TEST(Sandbox, RefusesNetworkWritingAndProcesses) {
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (!enter_sandbox(1ULL << 30)) ::_exit(1);
    if (::socket(AF_INET, SOCK_STREAM, 0) >= 0 || errno != EPERM) ::_exit(2);
    if (::open("/tmp/prova-sandbox-test", O_WRONLY | O_CREAT, 0600) >= 0) ::_exit(3);
    if (::fork() >= 0) ::_exit(4);
    if (::open("/etc/hostname", O_RDONLY) < 0 && errno == EPERM) ::_exit(5);
    if (::kill(::getppid(), 0) == 0) ::_exit(6);
    ::_exit(0);
  }
  int status = 0;
  ASSERT_EQ(::waitpid(pid, &status, 0), pid);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 0);
}

TEST(Frames, ItemsAndRequestsComeBackAndEveryTruncationFails) {
  ExtractedItem item;
  item.id = 7, item.parent = 3, item.kind = ItemKind::kAttachment, item.format = ContentFormat::kPdf;
  item.path = "a!b", item.text = "text", item.message_id = "id", item.headers = "From: x\n";
  const std::string encoded = encode_item(item);
  for (std::size_t n = 0; n < encoded.size(); ++n) EXPECT_FALSE(decode_item(encoded.substr(0, n))) << n;
  const auto decoded = decode_item(encoded + "BYTES");
  ASSERT_TRUE(decoded);
  item.bytes = "BYTES";
  EXPECT_EQ(*decoded, item);
  const auto request = decode_request(encode_request({"/p", "n", {{1, 2}, {3, 9}}}));
  ASSERT_TRUE(request);
  EXPECT_EQ(request->skipped, (std::vector<SkippedItem>{{1, 2}, {3, 9}}));
  EXPECT_FALSE(decode_header(std::string("\x09\0\0\0\0", 5)));
  EXPECT_FALSE(decode_header(std::string("\x03\xff\xff\xff\xff", 5)));
  EXPECT_FALSE(decode_defect(encode_defect({"p", "m"}) + "x"));
}

}  // namespace
}  // namespace prova
