#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>

#include "content/damage/structures.h"
#include "content/image/checksum.h"
#include "content/image/file_stream.h"
#include "content/image/partitions.h"

namespace prova {
namespace {

struct Received {
  std::vector<std::pair<std::string, std::string>> files;  ///< Path, content.
  std::vector<std::string> errors;
  FileReceiver receiver() {
    return {[this](const StreamedFile& file) { files.emplace_back(file.path, ""); return true; },
            [this](ByteView bytes) { files.back().second += as_text(bytes); },
            [this](std::string_view error) { errors.emplace_back(error); }};
  }
};

TEST(FileStream, CarriesFilesOfAnySize) {
  Received received;
  const std::string big(3'000'000, 'b');
  const Status done = run_in_child([&](const FileReceiver& into) -> Status {
    for (const std::string& content : {std::string(), std::string("small"), big}) {
      (void)into.begin({"f", content.size(), 0, 0, 0, 0, 0});
      if (!content.empty()) into.content(as_bytes(content));
      into.end({});
    }
    return {};
  }, received.receiver());
  EXPECT_TRUE(done);
  ASSERT_EQ(received.files.size(), 3U);
  EXPECT_EQ(received.files[2].second, big);
}

TEST(FileStream, ACrashedParserLeavesWhatCameBefore) {
  Received received;
  const Status done = run_in_child([](const FileReceiver& into) -> Status {
    (void)into.begin({"whole", 1, 0, 0, 0, 0, 0});
    into.content(as_bytes("x"));
    into.end({});
    (void)into.begin({"half", 2, 0, 0, 0, 0, 0});
    std::signal(SIGSEGV, SIG_DFL);
    std::raise(SIGSEGV);
    return {};
  }, received.receiver());
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().message.find("crashed"), std::string::npos);
  EXPECT_EQ(received.errors, (std::vector<std::string>{"", "the stream ended inside this file"}));
}

TEST(FileStream, PathsBecomeHarmless) {
  EXPECT_EQ(harmless_path("/a/./b/../c"), "a/b/c");
  EXPECT_EQ(harmless_path("../.."), "");
  EXPECT_EQ(harmless_path(std::string_view("a\0b", 3)), "a_b");
}

/// A disk of zeros in a file, with pieces laid on it.
class Disk {
 public:
  explicit Disk(std::size_t size) : bytes_(size, '\0'), path_(std::filesystem::temp_directory_path() / ("prova-disk-" + std::to_string(::getpid()))) {}
  ~Disk() { std::filesystem::remove(path_); }
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;
  void put(std::size_t at, std::string_view piece) { bytes_.replace(at, piece.size(), piece); }
  template <typename T>
  void number(std::size_t at, T value) { std::memcpy(bytes_.data() + at, &value, sizeof value); }
  std::string_view part(std::size_t at, std::size_t size) const { return std::string_view(bytes_).substr(at, size); }
  std::unique_ptr<ImageReader> open() const {
    std::ofstream(path_, std::ios::binary) << bytes_;
    return *open_image(path_);
  }

 private:
  std::string bytes_;
  std::filesystem::path path_;
};

/// A GPT header at sector `at` with one partition [40, 79] whose entries lie at sector `entries`.
void put_gpt(Disk& disk, std::uint64_t at, std::uint64_t entries) {
  disk.put(entries * 512, std::string(16, 'T'));
  disk.number<std::uint64_t>(entries * 512 + 32, 40);
  disk.number<std::uint64_t>(entries * 512 + 40, 79);
  disk.put(at * 512, "EFI PART");
  disk.number<std::uint32_t>(at * 512 + 12, 92);
  disk.number<std::uint64_t>(at * 512 + 72, entries);
  disk.number<std::uint32_t>(at * 512 + 80, 4);
  disk.number<std::uint32_t>(at * 512 + 84, 128);
  disk.number<std::uint32_t>(at * 512 + 88, crc32(disk.part(entries * 512, 512)));
  disk.number<std::uint32_t>(at * 512 + 16, crc32(disk.part(at * 512, 92)));
}

StructureState state_of(const StructureReport& report, std::string_view name) {
  for (const StructureCheck& check : report.checks) {
    if (check.name == name) return check.state;
  }
  ADD_FAILURE() << "no check of " << name;
  return StructureState::kOk;
}

TEST(Structures, AGptIsRecoverableFromItsCopy) {
  Disk disk(100 * 512);
  put_gpt(disk, 1, 2);
  put_gpt(disk, 99, 95);
  disk.number<std::uint16_t>(510, 0xaa55);
  EXPECT_EQ(state_of(check_structures(*disk.open()), "gpt"), StructureState::kOk);
  disk.number<std::uint64_t>(2 * 512 + 40, 80);  // An entry changed: its checksum no longer holds.
  const StructureReport report = check_structures(*disk.open());
  EXPECT_EQ(state_of(report, "gpt"), StructureState::kRecoverable);
  EXPECT_EQ(state_of(report, "gpt copy"), StructureState::kOk);
  ASSERT_EQ(report.volumes.size(), 1U);
  EXPECT_EQ(report.volumes[0].volume.offset, 40U * 512);
  EXPECT_EQ(report.volumes[0].volume.found_by, "gpt copy");
  disk.number<std::uint16_t>(510, 0);
  EXPECT_EQ(state_of(check_structures(*disk.open()), "mbr"), StructureState::kDamaged);
}

TEST(Structures, TinyAndEmptyImagesAreNoTrouble) {
  for (const std::size_t size : {0U, 1U, 511U, 512U, 1024U, 4096U}) {
    Disk disk(size);
    (void)check_structures(*disk.open());
    (void)find_volumes(*disk.open());
  }
}

TEST(Structures, ALoopOfExtendedPartitionsEnds) {
  Disk disk(64 * 512);
  disk.number<std::uint16_t>(510, 0xaa55);
  disk.number<std::uint8_t>(446 + 4, 5);
  disk.number<std::uint32_t>(446 + 8, 8);
  disk.number<std::uint32_t>(446 + 12, 8);
  disk.number<std::uint16_t>(8 * 512 + 510, 0xaa55);
  disk.number<std::uint32_t>(8 * 512 + 446 + 12, 1);
  disk.number<std::uint32_t>(8 * 512 + 446 + 16 + 8, 1);  // The next record is one sector on, which is none: the chain ends.
  EXPECT_EQ(mbr_volumes(*disk.open()).size(), 1U);
}

}  // namespace
}  // namespace prova
