#include "content/damage/damage.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <random>

#include "content/damage/block_lookup.h"
#include "content/damage/content_class.h"
#include "content/damage/found_file.h"
#include "content/damage/mft_record.h"
#include "content/damage/patterns.h"
#include "content/damage/sampling.h"
#include "content/inventory/create.h"
#include "content/proof/proof.h"
#include "content/recover/exact_writer.h"
#include "content/recover/recover.h"

namespace prova {
namespace {

namespace fs = std::filesystem;
using S = BlockState;

std::string random_bytes(std::size_t size, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  std::string bytes(size, '\0');
  for (char& c : bytes) c = static_cast<char>(random());
  return bytes;
}

/// A tree, its inventory, and sources made from it by hand.
class Damage : public ::testing::Test {
 protected:
  void SetUp() override {
    root_ = fs::temp_directory_path() / ("prova-damage-" + std::to_string(::getpid()) + "-" + ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::remove_all(root_);
    fs::create_directories(root_ / "tree");
    key_.secret.fill(3);
    key_.signing.fill(4);
  }
  void TearDown() override { fs::remove_all(root_); }
  void put(const std::string& path, std::string_view content) const {
    fs::create_directories((root_ / path).parent_path());
    std::ofstream(root_ / path, std::ios::binary) << content;
  }
  std::string get(const std::string& path) const {
    std::ifstream in(root_ / path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  Inventory inventory(unsigned threads = 2) {
    CreateOptions options;
    options.paths = {(root_ / "tree").string()};
    options.system = "server";
    options.marks = {.chunks = false, .members = false, .text = TextScope::kNone};
    options.threads = threads;
    options.created = "2026-01-01T00:00:00Z";
    const auto created = create_inventory(options, key_, root_ / "i");
    EXPECT_TRUE(created) << to_string(created.error());
    auto opened = Inventory::open(root_ / "i", &key_);
    EXPECT_TRUE(opened) << to_string(opened.error());
    return *std::move(opened);
  }
  DamageReport assess(const Inventory& inventory, std::vector<SourceRequest> sources) const {
    DamageOptions options;
    for (SourceRequest& one : sources) one.path = (root_ / one.path).string();
    options.sources = std::move(sources);
    options.threads = 2;
    auto report = assess_damage(inventory, options);
    EXPECT_TRUE(report) << to_string(report.error());
    return *std::move(report);
  }

  fs::path root_;
  InventoryKey key_;
};

TEST_F(Damage, FindsBlocksTailsAndConstantsOnARawImage) {
  const std::string a = random_bytes(3 * 4096, 1), b = random_bytes(4096 + 700, 2);
  put("tree/a", a);
  put("tree/b", b);
  put("tree/lost", random_bytes(5000, 3));
  put("tree/holes", random_bytes(4096, 4) + std::string(8192, '\0') + "end of the file");
  const Inventory known = inventory();
  // b first, its tail followed by old data instead of zeros; the blocks of a backwards; holes without its zeros.
  const std::string slack = random_bytes(4096 - 700, 9);
  std::string image = std::string(4096, '\0') + b + slack + a.substr(8192) + a.substr(4096, 4096) + a.substr(0, 4096);
  const std::string holes = get("tree/holes");
  image += holes.substr(0, 4096) + holes.substr(12288) + std::string(4096 - 15, '\0');
  put("disk", image);
  const DamageReport report = assess(known, {{SourceRole::kImage, "disk"}});
  EXPECT_EQ(report.files[0].verdict, Survival::kOnDisk);  // a
  EXPECT_EQ(report.files[0].extents.size(), 3U);
  EXPECT_EQ(report.files[1].verdict, Survival::kOnDisk);  // b: its tail right behind its block
  EXPECT_EQ(report.files[1].extents.size(), 1U);
  EXPECT_EQ(report.files[1].extents[0].offset, 4096U);
  EXPECT_EQ(report.files[2].verdict, Survival::kOnDisk);  // holes
  EXPECT_EQ(report.files[3].verdict, Survival::kNotFound);
  EXPECT_EQ(report.totals[static_cast<std::size_t>(Survival::kOnDisk)].files, 3U);
}

TEST_F(Damage, FindsSmallFilesPackedAtSectors) {
  put("tree/one", random_bytes(1500, 1));
  put("tree/two", random_bytes(900, 2));
  const Inventory known = inventory();
  put("disk", random_bytes(8192, 3) + get("tree/one") + std::string(36, '\0') + get("tree/two") + std::string(124, '\0') + random_bytes(1024, 4));
  const DamageReport report = assess(known, {{SourceRole::kImage, "disk"}});
  EXPECT_EQ(report.files[0].verdict, Survival::kOnDisk);
  EXPECT_EQ(report.files[0].extents[0].offset, 8192U);
  EXPECT_EQ(report.files[1].verdict, Survival::kOnDisk);
  EXPECT_EQ(report.files[1].extents[0].offset, 8192U + 1536);
}

TEST_F(Damage, ZerosAloneProveNothing) {
  put("tree/mostly", std::string(40960, '\0') + random_bytes(4096, 1));
  const Inventory known = inventory();
  put("disk", std::string(1 << 20, '\0'));
  const DamageReport report = assess(known, {{SourceRole::kImage, "disk"}});
  EXPECT_EQ(report.files[0].verdict, Survival::kNotFound);
  EXPECT_EQ(report.files[0].survived_bytes, 0U);
  EXPECT_EQ(report.files[0].constant_bytes, 40960U);
}

TEST_F(Damage, NamesWholeCopiesByTheirRole) {
  for (const char* name : {"a", "b", "c", "d", "e"}) put(std::string("tree/") + name, random_bytes(6000, static_cast<unsigned char>(*name)));
  const Inventory known = inventory();
  put("live/a", get("tree/a"));
  put("live/sub/b2", get("tree/b"));
  put("backup/srv/c", get("tree/c"));
  put("copy/d", get("tree/d"));
  std::string cut = get("tree/e");
  put("live/e", cut.substr(0, 4096));
  const DamageReport report = assess(known, {{SourceRole::kDirectory, "live"}, {SourceRole::kBackup, "backup"}, {SourceRole::kCopy, "copy"}});
  EXPECT_EQ(report.files[0].verdict, Survival::kIntact);
  EXPECT_EQ(report.files[1].verdict, Survival::kMoved);
  EXPECT_EQ(report.files[2].verdict, Survival::kInBackup);
  EXPECT_EQ(report.files[3].verdict, Survival::kInCopy);
  EXPECT_EQ(report.files[4].verdict, Survival::kPartial);
  EXPECT_EQ(report.files[4].survived_bytes, 4096U);
  EXPECT_EQ(report.files[4].pattern->name, "truncated");
  EXPECT_NE(national_sentence(known, report).find("4 (24000 bytes) were found whole"), std::string::npos) << national_sentence(known, report);
}

TEST_F(Damage, RecoversExactlyAndOverwritesNothing) {
  put("tree/a", random_bytes(9000, 1));
  put("tree/dir/b", "tiny and gone");
  put("tree/c", random_bytes(9000, 2));
  const Inventory known = inventory();
  put("disk", get("tree/a") + std::string(12288 - 9000, '\0') + get("tree/c").substr(0, 4096));
  put("out/a", "mine");
  const DamageReport report = assess(known, {{SourceRole::kImage, "disk"}});
  const auto first = recover_files(known, report, {root_ / "out", true, false});
  ASSERT_TRUE(first);
  EXPECT_EQ(get("out/a"), "mine");
  EXPECT_EQ(get("out/dir/b"), "tiny and gone");  // The inventory itself holds it.
  EXPECT_EQ(get("out/c.prova-partial"), get("tree/c").substr(0, 4096) + std::string(9000 - 4096, '\0'));
  EXPECT_FALSE(fs::exists(root_ / "out/c"));
  const auto second = recover_files(known, report, {root_ / "out2", false, false});
  ASSERT_TRUE(second);
  EXPECT_EQ(get("out2/a"), get("tree/a"));
  EXPECT_EQ(second->exact_files, 2U);
}

TEST_F(Damage, ADiskThatChangesAfterTheScanIsNotRecoveredWrongly) {
  put("tree/a", random_bytes(9000, 1));
  const Inventory known = inventory();
  put("disk", get("tree/a") + std::string(12288 - 9000, '\0'));
  const DamageReport report = assess(known, {{SourceRole::kImage, "disk"}});
  ASSERT_EQ(report.files[0].verdict, Survival::kOnDisk);
  std::fstream(root_ / "disk", std::ios::in | std::ios::out | std::ios::binary).seekp(100).put('!');
  const auto recovered = recover_files(known, report, {root_ / "out", false, false});
  ASSERT_TRUE(recovered);
  EXPECT_EQ(recovered->exact_files, 0U);
  EXPECT_FALSE(fs::exists(root_ / "out/a"));
}

TEST_F(Damage, GivesNamesBackToSomebodyElsesRecovery) {
  put("tree/report.doc", random_bytes(5000, 1));
  const Inventory known = inventory();
  put("carved/f0001", get("tree/report.doc") + std::string(3192, '\0'));
  put("carved/f0002", "something else");
  const auto check = check_recovered(known, root_ / "carved", root_ / "named");
  ASSERT_TRUE(check);
  EXPECT_EQ(check->trimmed, 1U);
  EXPECT_EQ(check->unknown, 1U);
  EXPECT_EQ(get("named/report.doc"), get("tree/report.doc"));
}

TEST_F(Damage, InventoriesDoNotDependOnThreads) {
  for (int i = 0; i < 50; ++i) put("tree/" + std::to_string(i), random_bytes(static_cast<std::size_t>(i) * 317, static_cast<std::uint64_t>(i)));
  (void)inventory(1);
  const std::string one = get("i");
  fs::remove(root_ / "i");
  (void)inventory(4);
  EXPECT_EQ(one, get("i"));
}

TEST_F(Damage, UnchangedFilesAreCarriedOver) {
  put("tree/a", random_bytes(9000, 1));
  put("tree/b", random_bytes(100, 2));
  const Inventory first = inventory();
  put("tree/c", random_bytes(9000, 3));
  CreateOptions options;
  options.paths = {(root_ / "tree").string()};
  options.system = "server";
  options.marks = {.chunks = false, .members = false, .text = TextScope::kNone};
  options.since = &first;
  options.created = "2026-02-01T00:00:00Z";
  const auto created = create_inventory(options, key_, root_ / "j");
  ASSERT_TRUE(created);
  EXPECT_EQ(created->carried_over, 2U);
  const auto second = Inventory::open(root_ / "j", &key_);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->digest(0), first.digest(0));
  EXPECT_EQ(*second->tiny_content(1).value(), get("tree/b"));
}

TEST_F(Damage, EveryFlippedByteOfABundleIsRefused) {
  put("tree/a", random_bytes(5000, 1));
  put("tree/b", "tiny");
  const Inventory known = inventory();
  put("disk", get("tree/a") + std::string(8192 - 5000, '\0'));
  const DamageReport report = assess(known, {{SourceRole::kImage, "disk"}});
  ASSERT_TRUE(write_proof_bundle(known, key_, report, {"test", "2026-02-01T00:00:00Z"}, root_ / "p"));
  const std::string good = get("p");
  const auto accepted = check_proof_bundle(root_ / "p", "", {{0, (root_ / "disk").string()}});
  ASSERT_TRUE(accepted);
  ASSERT_TRUE(accepted->accepted) << accepted->reason;
  EXPECT_EQ(accepted->reread, 1U);
  for (std::size_t i = 0; i < good.size(); i += 3) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    put("p", bad);
    const auto refused = check_proof_bundle(root_ / "p", "", {});
    EXPECT_TRUE(refused && !refused->accepted) << "byte " << i;
  }
  put("p", good);
  put("disk", std::string(8192, 'x'));
  const auto other_disk = check_proof_bundle(root_ / "p", "", {{0, (root_ / "disk").string()}});
  EXPECT_FALSE(other_disk->accepted);
}

TEST(ExactWriter, StaysBelowItsRootAndFollowsNoLink) {
  const fs::path root = fs::temp_directory_path() / ("prova-writer-" + std::to_string(::getpid()));
  fs::create_directories(root / "out");
  fs::create_directories(root / "elsewhere");
  fs::create_directory_symlink(root / "elsewhere", root / "out/link");
  auto writer = ExactWriter::open(root / "out");
  ASSERT_TRUE(writer);
  ASSERT_TRUE(writer->begin("../../up"));
  writer->write(as_bytes("x"));
  EXPECT_TRUE(*writer->finish(sha256(as_bytes("x"))));
  EXPECT_TRUE(fs::exists(root / "out/up"));
  EXPECT_FALSE(writer->begin("link/inside"));
  EXPECT_TRUE(fs::is_empty(root / "elsewhere"));
  ASSERT_TRUE(writer->begin("wrong"));
  writer->write(as_bytes("y"));
  EXPECT_FALSE(*writer->finish(sha256(as_bytes("x"))));
  EXPECT_FALSE(fs::exists(root / "out/wrong"));
  fs::remove_all(root);
}

TEST(BlockLookup, AgreesWithASortedList) {
  std::mt19937_64 random(5);
  for (const std::size_t count : {0U, 1U, 2U, 17U, 1000U, 50000U}) {
    std::vector<std::uint64_t> keys;
    for (std::size_t i = 0; i < count; ++i) keys.push_back(i % 3 == 0 ? random() : random() >> 40);  // Also keys that are no hashes.
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    const BlockLookup lookup(keys);
    for (std::size_t i = 0; i < keys.size(); ++i) {
      ASSERT_TRUE(lookup.maybe(keys[i]));
      ASSERT_EQ(lookup.find(keys[i]), static_cast<std::uint32_t>(i)) << count;
    }
    for (int i = 0; i < 1000; ++i) {
      const std::uint64_t key = random() >> (i % 2 == 0 ? 0 : 40);
      ASSERT_EQ(lookup.find(key).has_value(), std::binary_search(keys.begin(), keys.end(), key));
    }
  }
}

TEST(Patterns, AreNamedFromTheStatesOfBlocks) {
  const auto name = [](const std::vector<S>& blocks, std::uint64_t found) { return name_pattern(blocks, found, blocks.size() * 4096)->name; };
  const S s = S::kSame, r = S::kRandom, z = S::kZero, o = S::kOther, m = S::kMissing;
  EXPECT_FALSE(name_pattern({s, s}, 8192, 8192));
  EXPECT_EQ(name({r, r, r}, 12288), "whole_file");
  EXPECT_EQ(name({z, z, z}, 12288), "zeroed");
  EXPECT_EQ(name({S::kAlternating, S::kAlternating}, 8192), "every_second_16_bytes");
  EXPECT_EQ(name({r, r, s, s, s}, 20480), "head_only");
  EXPECT_EQ(name({s, s, o, m, m}, 9000), "truncated");
  EXPECT_EQ(name({s, s, s, o, s}, 20480), "altered");
  EXPECT_EQ(name({r, s, s, r, s, s, r, s, s}, 36864), "n_of_m");
  EXPECT_EQ(name({r, s, r, r, s, s, s, r, s}, 36864), "scattered");
  EXPECT_EQ(name_pattern({s, s}, 9000, 8192)->name, "appended");
  const auto strided = name_pattern({r, r, s, s, r, r, s, s, r, r}, 40960, 40960);
  EXPECT_EQ(strided->n, 2U);
  EXPECT_EQ(strided->m, 4U);
}

TEST(Patterns, OfADisk) {
  std::vector<LostPlace> every;
  for (std::uint64_t i = 1; i <= 20; ++i) every.push_back({i * 5 << 20, S::kZero});
  EXPECT_EQ(name_disk_pattern(every, 1ULL << 30).name, "every_nth_mib");
  EXPECT_EQ(name_disk_pattern(every, 1ULL << 30).n, 5U);
  EXPECT_EQ(name_disk_pattern({{8192, S::kZero}, {1 << 20, S::kZero}}, 1ULL << 30).name, "head");
  EXPECT_EQ(name_disk_pattern({{8192, S::kRandom}, {900ULL << 20, S::kRandom}}, 1ULL << 30).name, "regions");
  EXPECT_EQ(name_disk_pattern({}, 1ULL << 30).name, "none");
}

TEST(ContentClass, TellsRandomFromTextAndHalves) {
  const std::string noise = random_bytes(4096, 1);
  std::string text, half;
  while (text.size() < 4096) text += "The quick brown fox jumps over the lazy dog. ";
  text.resize(4096);
  for (std::size_t i = 0; i < 4096; ++i) half += (i / 16) % 2 == 0 ? noise[i] : text[i];
  EXPECT_EQ(classify_block(as_bytes(noise)), S::kRandom);
  EXPECT_EQ(classify_block(as_bytes(text)), S::kOther);
  EXPECT_EQ(classify_block(as_bytes(half)), S::kAlternating);
  EXPECT_EQ(classify_block(as_bytes(std::string(4096, '\0'))), S::kZero);
}

TEST(MftRecord, GivesResidentDataWithFixupsUndone) {
  std::string record(1024, '\0');
  const auto put16 = [&](std::size_t at, unsigned value) {
    record[at] = static_cast<char>(value);
    record[at + 1] = static_cast<char>(value >> 8);
  };
  record.replace(0, 4, "FILE");
  put16(4, 48);   // update sequence array
  put16(6, 3);    // check value and two sectors
  put16(20, 56);  // first attribute
  put16(48, 0x0101);
  put16(56, 0x80);
  put16(60, 24 + 600);   // length
  put16(72, 590);        // size of the data
  put16(76, 24);         // its offset
  std::string data = random_bytes(590, 8);
  record.replace(56 + 24, 590, data);
  put16(56 + 624, 0xffff);
  put16(58 + 624, 0xffff);
  for (const std::size_t end : {510U, 1022U}) {  // What stands at the ends of sectors moves into the array.
    put16(end == 510 ? 50 : 52, static_cast<unsigned char>(record[end]) | static_cast<unsigned>(static_cast<unsigned char>(record[end + 1])) << 8);
    put16(end, 0x0101);
  }
  EXPECT_EQ(resident_data(as_bytes(record)), data);
  record[510] = 2;  // A sector that was not written with the others.
  EXPECT_EQ(resident_data(as_bytes(record)), std::nullopt);
}

TEST(Wilson, BoundsAShare) {
  // 8 of 10, z = 1.96: 0.490 to 0.943 (Wilson 1927; e.g. Newcombe 1998, table I).
  EXPECT_NEAR(wilson(8, 10).low, 0.490, 0.001);
  EXPECT_NEAR(wilson(8, 10).high, 0.943, 0.001);
  EXPECT_EQ(wilson(0, 0).high, 1);
}

}  // namespace
}  // namespace prova
