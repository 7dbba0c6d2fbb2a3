// Kills, full disks, damage and rivals: the embedded store loses nothing that it has confirmed and shows nothing half.

#include "store_faults.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/mount.h>
#include <unistd.h>

#include <chrono>
#include <fstream>
#include <thread>

#include "base/file.h"
#include "child_process.h"
#include "store/open.h"
#include "store/segments/sqlite.h"
#include "store/segments/verify_segment.h"
#include "store_samples.h"

namespace prova {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::unique_ptr<FingerprintStore> open(const std::string& url, OpenMode mode) {
  auto store = open_store(url, mode);
  EXPECT_TRUE(store) << to_string(store.error());
  return store ? std::move(*store) : nullptr;
}

/// A running store_writer.
class Writer : public ChildProcess {
 public:
  Writer(const std::string& directory, std::uint64_t first_batch, const std::string& max_file_bytes = "")
      : ChildProcess(command(directory, first_batch, max_file_bytes)) {}
  void await_first_batch() const { EXPECT_TRUE(await_output()); }

 private:
  static std::vector<std::string> command(const std::string& directory, std::uint64_t first_batch, const std::string& limit) {
    std::vector<std::string> words = {PROVA_STORE_WRITER, directory, std::to_string(first_batch)};
    if (!limit.empty()) words.push_back(limit);
    return words;
  }
};

/// How many batches the output confirms.
std::uint64_t confirmed_in(const std::string& output) {
  std::uint64_t lines = 0;
  for (std::size_t at = 0; (at = output.find("one ", at)) != std::string::npos; ++at) ++lines;
  return lines;
}

/// 20, or PROVA_KILLS.
int number_of_kills() {
  const char* asked = std::getenv("PROVA_KILLS");
  return asked != nullptr ? std::atoi(asked) : 20;
}

TEST(StoreKill, ABatchIsInOrOutAfterAKillAtAnyMoment) {
  const TemporaryDirectory directory;
  const std::string index = directory / "index";
  std::mt19937_64 random(20220715);
  std::uint64_t confirmed = 0;
  for (int i = 0; i < number_of_kills(); ++i) {
    Writer writer(index, confirmed);
    // Half of the kills may hit the start of the process and the making of the index, half find it at work.
    if (i % 2 == 1) writer.await_first_batch();
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 150'000));
    writer.kill();
    confirmed += confirmed_in(writer.rest_of_output());
    const auto reader = open_store(index, OpenMode::kRead);
    if (!reader) {  // Killed before there was an index.
      ASSERT_EQ(reader.error().code, ErrorCode::kNotFound) << to_string(reader.error());
      ASSERT_EQ(confirmed, 0U);
      continue;
    }
    ASSERT_EQ((*reader)->verify()->problems, std::vector<std::string>{}) << "kill " << i;
    const auto batches = whole_batches(**reader);
    // All that were confirmed, and perhaps one whose confirmation was not printed any more.
    ASSERT_GE(batches.size(), confirmed) << "kill " << i;
    ASSERT_LE(batches.size(), confirmed + 1) << "kill " << i;
    for (std::uint64_t b = 0; b < batches.size(); ++b) ASSERT_EQ(batches[b], b);
    confirmed = batches.size();
  }
  // The next writer clears away what the killed ones left.
  open(index, OpenMode::kWrite);
  std::uint64_t files = 0;
  for (const auto& entry : std::filesystem::directory_iterator(index)) {
    EXPECT_NE(entry.path().extension(), ".tmp");
    files += entry.path().extension() == ".segment" ? 1 : 0;
  }
  EXPECT_EQ(files, open(index, OpenMode::kRead)->info()->segments);
  EXPECT_GT(confirmed, 0U);
}

TEST(StoreFullDisk, AFileLimitLeavesTheIndexAsItWas) {
  const TemporaryDirectory directory;
  const std::string index = directory / "index";
  ASSERT_TRUE(open(index, OpenMode::kWrite)->add(numbered_batch(0)));
  // Segments and the catalogue's log reach such limits at different moments.
  for (const char* limit : {"1", "600", "5000", "40000", "90000", "200000"}) {
    const auto before = whole_batches(*open(index, OpenMode::kRead)).size();
    Writer writer(index, before, limit);
    const std::string output = writer.rest_of_output();
    writer.wait();
    EXPECT_THAT(output, HasSubstr("error ")) << limit;
    const auto reader = open(index, OpenMode::kRead);
    EXPECT_EQ(reader->verify()->problems, std::vector<std::string>{}) << limit;
    EXPECT_EQ(whole_batches(*reader).size(), before + confirmed_in(output)) << limit << output;
  }
  const auto before = whole_batches(*open(index, OpenMode::kRead)).size();
  ASSERT_TRUE(open(index, OpenMode::kWrite)->add(numbered_batch(before)));
}

TEST(StoreFullDisk, AFullFileSystemLeavesTheIndexAsItWas) {
  const TemporaryDirectory directory;
  const std::string mounted = directory / "small";
  std::filesystem::create_directory(mounted);
  if (::mount("tmpfs", mounted.c_str(), "tmpfs", 0, "size=700k") != 0) {
    GTEST_SKIP() << "mounting a small file system takes root";
  }
  {
    const auto store = open(mounted + "/index", OpenMode::kWrite);
    std::uint64_t batch = 0;
    Status added;
    while (batch < 10'000 && (added = store->add(numbered_batch(batch)))) ++batch;
    ASSERT_FALSE(added);
    EXPECT_EQ(added.error().code, ErrorCode::kIo);
    EXPECT_EQ(whole_batches(*store).size(), batch);
    EXPECT_EQ(store->verify()->problems, std::vector<std::string>{});
  }
  EXPECT_EQ(::umount(mounted.c_str()), 0);
}

TEST(StoreLock, ASecondWriterLearnsWhoTheFirstOneIs) {
  const TemporaryDirectory directory;
  const std::string index = directory / "index";
  Writer writer(index, 0);
  writer.await_first_batch();
  const auto second = open_store(index, OpenMode::kWrite);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kStore);
  EXPECT_THAT(second.error().message, StartsWith(fmt::format("the index is being written by process {} on ", writer.pid())));
  EXPECT_THAT(second.error().message, HasSubstr("store_writer " + index));
  writer.kill();
  EXPECT_TRUE(open_store(index, OpenMode::kWrite));
}

TEST(StoreLock, AReaderDoesNotWrite) {
  const TemporaryDirectory directory;
  const std::string index = directory / "index";
  EXPECT_EQ(to_string(open_store(index, OpenMode::kRead).error()), "no index at " + index);
  EXPECT_FALSE(std::filesystem::exists(index));
  open(index, OpenMode::kWrite);
  EXPECT_EQ(to_string(open(index, OpenMode::kRead)->add(numbered_batch(0)).error()), "the index was opened for reading");
  EXPECT_EQ(open(index, OpenMode::kRead)->remove({}).error().code, ErrorCode::kUsage);
}

TEST(StoreLock, ADirectoryWithOtherFilesIsLeftAlone) {
  const TemporaryDirectory directory;
  std::ofstream(directory / "thesis.txt") << "text";
  EXPECT_EQ(open_store(directory.path().string(), OpenMode::kWrite).error().code, ErrorCode::kUsage);
  EXPECT_FALSE(std::filesystem::exists(directory / "lock"));
}

TEST(StoreReaders, ReadersSeeWholeBatchesWhileAWriterAddsAndMerges) {
  const TemporaryDirectory directory;
  const std::string index = directory / "index";
  Writer writer(index, 0);
  writer.await_first_batch();
  const auto reader = open(index, OpenMode::kRead);
  std::size_t seen = 0;
  const auto end = std::chrono::steady_clock::now() + std::chrono::milliseconds(1500);
  while (std::chrono::steady_clock::now() < end) {
    const auto batches = whole_batches(*reader);
    EXPECT_GE(batches.size(), seen);
    seen = batches.size();
    const auto answer = reader->candidates(std::vector{probe_for({32, 64})}, 1'000'000);
    ASSERT_TRUE(answer) << to_string(answer.error());
    EXPECT_GE(answer->at(0).size(), seen);
  }
  EXPECT_GT(seen, 0U);
  writer.kill();
  EXPECT_EQ(reader->verify()->problems, std::vector<std::string>{});
}

/// An index with one small segment, and the segment's path.
std::string small_segment(const std::string& index) {
  EXPECT_TRUE(open(index, OpenMode::kWrite)->add(numbered_batch(0)));
  return index + "/00000001.segment";
}

void overwrite(const std::string& path, const std::string& content) {
  std::filesystem::remove(path);  // File systems sync a file that is cut to nothing and written again.
  std::ofstream(path, std::ios::binary | std::ios::trunc) << content;
}

/// Asks for everything; each answer may be right or a kStore error.
void ask_everything(const FingerprintStore& store) {
  const auto check = [](const auto& answer) {
    if (!answer) {
      EXPECT_EQ(answer.error().code, ErrorCode::kStore) << to_string(answer.error());
    }
  };
  Probe probe = probe_for({32, 64, 96, 128}, 7);
  probe.with_callees = {{32, 1}, {1000, 1}};
  check(store.candidates(std::vector{probe}, 10));
  for (std::uint32_t id = 1; id <= kSamplesPerBatch; ++id) check(store.sample(SampleId{id}));
}

/// Asks a segment for everything; each answer may be right or a kStore error.
void ask_everything(const Segment& segment) {
  const auto check = [](const auto& answer) {
    if (!answer) {
      EXPECT_EQ(answer.error().code, ErrorCode::kStore) << to_string(answer.error());
    }
  };
  std::vector<KeyPlace> places;
  std::vector<std::uint32_t> functions;
  Print print;
  const std::vector<FeatureKey> keys = {32, 64, 96, 100'001, 100'002};
  const Status located = segment.locate(keys, places);
  check(located);
  for (const KeyPlace& place : places) {
    if (located && place.count > 0) check(segment.for_each_posting(place, [](std::uint32_t, std::uint32_t) { return true; }));
  }
  check(segment.find_exact(7, functions));
  for (std::uint32_t f = 0; f < segment.functions(); ++f) check(segment.read_print(f, print));
  for (std::uint32_t i = 0; i < segment.samples(); ++i) check(segment.read_sample(i));
}

/// Whether a changed segment is refused by `open` or found by `verify_segment`.
bool is_found(const std::string& path, const std::string& changed, Checksums checksums) {
  overwrite(path, changed);
  const auto segment = Segment::open(path, checksums);
  if (!segment) {
    EXPECT_EQ(segment.error().code, ErrorCode::kStore);
    EXPECT_EQ(segment.error().file, "00000001.segment");
    EXPECT_TRUE(segment.error().offset) << segment.error().message;
    return true;
  }
  ask_everything(**segment);
  return !verify_segment(**segment).empty();
}

TEST(StoreDamage, EveryFlippedByteIsFoundAndNothingCrashes) {
  const TemporaryDirectory directory;
  const std::string path = small_segment(directory / "index");
  const std::string intact = read_file(path, 1 << 20).value();
  for (std::size_t i = 0; i < intact.size(); ++i) {
    std::string damaged = intact;
    damaged[i] = static_cast<char>(damaged[i] ^ (1 << (i % 8)));
    EXPECT_TRUE(is_found(path, damaged, Checksums::kCheck)) << "byte " << i;
    is_found(path, damaged, Checksums::kIgnore);  // What a hostile writer could do: only that nothing crashes.
    if (i % 400 == 0) {
      const auto store = open(directory / "index", OpenMode::kRead);
      EXPECT_FALSE(store->verify()->problems.empty()) << "byte " << i;
      ask_everything(*store);
    }
  }
  EXPECT_FALSE(is_found(path, intact, Checksums::kCheck));
}

TEST(StoreDamage, EveryTruncationIsFoundAndNothingCrashes) {
  const TemporaryDirectory directory;
  const std::string path = small_segment(directory / "index");
  const std::string intact = read_file(path, 1 << 20).value();
  for (std::size_t size = 0; size < intact.size(); ++size) {
    EXPECT_TRUE(is_found(path, intact.substr(0, size), Checksums::kCheck)) << "length " << size;
  }
  overwrite(path, intact.substr(0, intact.size() - 1));
  ask_everything(*open(directory / "index", OpenMode::kRead));
}

TEST(StoreDamage, AMissingSegmentIsNamed) {
  const TemporaryDirectory directory;
  std::filesystem::remove(small_segment(directory / "index"));
  const auto store = open(directory / "index", OpenMode::kRead);
  const std::string message = "00000001.segment: segment of the index cannot open: No such file or directory";
  EXPECT_EQ(to_string(store->candidates(std::vector{probe_for({1})}, 1).error()), message);
  EXPECT_EQ(store->verify()->problems, std::vector<std::string>{message});
}

TEST(StoreDamage, ADamagedBlockIsNamedWithItsOffset) {
  const TemporaryDirectory directory;
  const std::string path = small_segment(directory / "index");
  std::string bytes = read_file(path, 1 << 20).value();
  bytes[20] = static_cast<char>(bytes[20] ^ 1);
  overwrite(path, bytes);
  EXPECT_EQ(to_string(open(directory / "index", OpenMode::kRead)->candidates(std::vector{probe_for({32})}, 1).error()),
            "00000001.segment: offset 0x0: checksum of the block differs from its content");
}

/// Runs SQL on an index's catalogue.
void change_catalogue(const std::string& index, const std::string& sql) {
  const auto database = Database::open(index + "/catalogue.sqlite", Database::Access::kWrite);
  ASSERT_TRUE(database);
  ASSERT_TRUE(database->execute(sql));
}

TEST(StoreVersions, ANewerCatalogueIsRefused) {
  const TemporaryDirectory directory;
  open(directory / "index", OpenMode::kWrite);
  change_catalogue(directory / "index", "PRAGMA user_version=2");
  for (const OpenMode mode : {OpenMode::kRead, OpenMode::kWrite}) {
    const auto store = open_store(directory / "index", mode);
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, ErrorCode::kStore);
    EXPECT_EQ(to_string(store.error()),
              "catalogue.sqlite: catalogue version 2, this version of prova reads up to 1: use a newer prova");
  }
}

TEST(StoreVersions, AnotherFingerprintSchemeIsRefused) {
  const TemporaryDirectory directory;
  open(directory / "index", OpenMode::kWrite);
  change_catalogue(directory / "index", "UPDATE store SET scheme = 99");
  for (const OpenMode mode : {OpenMode::kRead, OpenMode::kWrite}) {
    const auto store = open_store(directory / "index", mode);
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().code, ErrorCode::kStore);
    EXPECT_EQ(to_string(store.error()), fmt::format("catalogue.sqlite: fingerprint scheme 99, this version of prova uses {}: "
                                                    "learn the samples into a new index with `prova learn FILES --family NAME --index NEW`",
                                                    kFingerprintScheme));
  }
}

TEST(StoreVersions, AFileThatIsNoCatalogueIsRefused) {
  const TemporaryDirectory directory;
  std::filesystem::create_directory(directory / "index");
  overwrite(directory / "index/catalogue.sqlite", "this is not a database, however long it may go on");
  const auto store = open_store(directory / "index", OpenMode::kRead);
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::kStore);
  EXPECT_EQ(to_string(store.error()), "catalogue.sqlite: file is not a database");
}

}  // namespace
}  // namespace prova
