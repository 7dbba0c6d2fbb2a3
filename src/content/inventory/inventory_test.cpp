#include "content/inventory/inventory.h"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>

#include "content/inventory/block_key.h"
#include "content/inventory/inventory_writer.h"
#include "content/inventory/merkle.h"
#include "content/inventory/meta_json.h"

namespace prova {
namespace {

namespace fs = std::filesystem;

class InventoryFile : public ::testing::Test {
 protected:
  void SetUp() override {
    directory_ = fs::temp_directory_path() / ("prova-inventory-" + std::to_string(::getpid()) + "-" +
                                              ::testing::UnitTest::GetInstance()->current_test_info()->name());
    fs::create_directories(directory_);
    path_ = directory_ / "a.inventory";
    key_.secret.fill(7);
    key_.signing.fill(9);
  }
  void TearDown() override { fs::remove_all(directory_); }

  InventoriedFile file(std::string path, std::string_view content) const {
    const BlockHasher hasher(key_.derived().blocks);
    InventoriedFile made;
    made.path = std::move(path);
    made.record.size = content.size();
    made.digest = sha256(as_bytes(content));
    for (std::size_t at = 0; at < content.size(); at += kBlockBytes) {
      const ByteView block = clamped(as_bytes(content), at, kBlockBytes);
      if (const auto constant = constant_tail(block)) made.constants.emplace_back(made.blocks.size(), *constant);
      made.blocks.push_back(hasher.padded(block));
    }
    if (content.size() <= kTinyFileBytes) made.tiny = content;
    return made;
  }
  InventoryContent sample() const {
    InventoryContent content;
    content.meta = {"2026-01-02T03:04:05Z", 0, "test", {"server"}, {"/srv"}, "", false, false, false, 0, {{1000, "ana"}}};
    content.files = {file("b/two.txt", "tiny"), file("a.bin", std::string(4096, '\0') + std::string(5000, 'x') + "end"),
                     file("b.txt", "tiny"), file("empty", "")};
    content.unread = {{"b/\xff", "permission denied"}};
    return content;
  }
  std::string bytes() const {
    std::ifstream in(path_, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }
  void rewrite(std::string_view content) const {
    fs::remove(path_);
    std::ofstream(path_, std::ios::binary) << content;
  }

  fs::path directory_, path_;
  InventoryKey key_;
};

TEST_F(InventoryFile, GivesBackWhatWasWritten) {
  ASSERT_TRUE(write_inventory(sample(), key_, path_));
  const auto inventory = Inventory::open(path_, &key_);
  ASSERT_TRUE(inventory) << to_string(inventory.error());
  ASSERT_EQ(inventory->files().size(), 4U);
  EXPECT_EQ(inventory->path(0), "a.bin");  // '.' < '/': "b.txt" stands before "b/two.txt".
  EXPECT_EQ(inventory->path(1), "b.txt");
  EXPECT_EQ(inventory->path(2), "b/two.txt");
  EXPECT_EQ(inventory->path(3), "empty");
  EXPECT_EQ(inventory->find(0, "b/two.txt"), 2U);
  EXPECT_EQ(inventory->find(0, "b"), std::nullopt);
  EXPECT_EQ(inventory->digest(2), sha256(as_bytes("tiny")));
  EXPECT_EQ(inventory->with_digest(sha256(as_bytes("tiny"))).size(), 2U);
  EXPECT_TRUE(inventory->has_size(4));
  EXPECT_FALSE(inventory->has_size(5));
  EXPECT_EQ(*inventory->tiny_content(1).value(), "tiny");
  EXPECT_EQ(inventory->tiny_content(0).value(), std::nullopt);
  EXPECT_EQ(inventory->meta().owners.front().second, "ana");
  EXPECT_EQ(inventory->unread().front().path, "b/\xff");
  EXPECT_EQ(inventory->system(0), "server");
}

TEST_F(InventoryFile, SeparatesConstantSharedAndSingleBlocks) {
  ASSERT_TRUE(write_inventory(sample(), key_, path_));
  const auto inventory = Inventory::open(path_, &key_);
  ASSERT_TRUE(inventory);
  const auto blocks = inventory->blocks(0);
  ASSERT_EQ(blocks.size(), 3U);
  EXPECT_EQ(blocks[0], kConstantBlock | 0U);
  EXPECT_EQ(blocks[1], kConstantBlock | std::uint32_t{'x'});
  EXPECT_FALSE(inventory->shared(blocks[2]));
  EXPECT_EQ(inventory->blocks(1)[0], inventory->blocks(2)[0]);
  EXPECT_TRUE(inventory->shared(inventory->blocks(1)[0]));
  EXPECT_EQ(inventory->keys().size(), 2U);
}

TEST_F(InventoryFile, SameContentAndKeyGiveTheSameBytes) {
  ASSERT_TRUE(write_inventory(sample(), key_, path_));
  const std::string first = bytes();
  fs::remove(path_);
  InventoryContent again = sample();
  std::reverse(again.files.begin(), again.files.end());
  ASSERT_TRUE(write_inventory(std::move(again), key_, path_));
  EXPECT_EQ(first, bytes());
}

TEST_F(InventoryFile, EveryFlippedByteIsRefused) {
  ASSERT_TRUE(write_inventory(sample(), key_, path_));
  const std::string good = bytes();
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    rewrite(bad);
    // Without the key all but the key's own id; that is caught too, for the root covers the header.
    EXPECT_FALSE(Inventory::open(path_, nullptr)) << "byte " << i;
  }
}

TEST_F(InventoryFile, EveryTruncationIsRefused) {
  ASSERT_TRUE(write_inventory(sample(), key_, path_));
  const std::string good = bytes();
  for (std::size_t n = 0; n < good.size(); n += 13) {
    rewrite(good.substr(0, n));
    EXPECT_FALSE(Inventory::open(path_, nullptr)) << "length " << n;
  }
}

TEST_F(InventoryFile, AnotherKeyIsRefusedAndNamed) {
  ASSERT_TRUE(write_inventory(sample(), key_, path_));
  InventoryKey other = key_;
  other.secret.fill(8);
  const auto opened = Inventory::open(path_, &other);
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().code, ErrorCode::kUsage);
  EXPECT_NE(opened.error().message.find("the key is not this inventory's"), std::string::npos);
}

TEST_F(InventoryFile, NeverReplacesAFile) {
  rewrite("mine");
  const auto written = write_inventory(sample(), key_, path_);
  ASSERT_FALSE(written);
  EXPECT_EQ(written.error().code, ErrorCode::kUsage);
  EXPECT_EQ(bytes(), "mine");
}

TEST_F(InventoryFile, APathGivenTwiceIsRefused) {
  InventoryContent content = sample();
  content.files.push_back(content.files.front());
  const auto written = write_inventory(std::move(content), key_, path_);
  ASSERT_FALSE(written);
  EXPECT_FALSE(fs::exists(path_));
}

TEST_F(InventoryFile, HoldsNoPlainContentAndNoPlainDigest) {
  ASSERT_TRUE(write_inventory(sample(), key_, path_));
  const Sha256 digest = sha256(as_bytes("tiny"));
  EXPECT_EQ(bytes().find(std::string(reinterpret_cast<const char*>(digest.bytes.data()), 32)), std::string::npos);
  EXPECT_EQ(bytes().find("tiny"), std::string::npos);
}

TEST(Merkle, AgreesWithTheRecursiveDefinition) {
  // RFC 6962, 2.1: split at the largest power of two smaller than n.
  std::vector<Sha256> leaves;
  const std::function<Sha256(std::size_t, std::size_t)> oracle = [&](std::size_t first, std::size_t n) {
    if (n == 1) return leaves[first];
    std::size_t k = 1;
    while (k * 2 < n) k *= 2;
    const Sha256 left = oracle(first, k), right = oracle(first + k, n - k);
    return Sha256Stream().add("\x01").add(std::as_bytes(std::span(left.bytes))).add(std::as_bytes(std::span(right.bytes))).finish();
  };
  EXPECT_EQ(merkle_root(leaves), sha256({}));
  for (std::size_t n = 1; n <= 70; ++n) {
    leaves.push_back(merkle_leaf(as_bytes(std::to_string(n))));
    EXPECT_EQ(merkle_root(leaves), oracle(0, n)) << n;
  }
}

TEST(BlockHasher, PadsTailsWithZerosAndAgreesOverInstructionSets) {
  std::array<std::uint8_t, 192> secret;
  for (std::size_t i = 0; i < secret.size(); ++i) secret[i] = static_cast<std::uint8_t>(i * 7 + 1);
  const BlockHasher hasher(secret);
  std::string block(kBlockBytes, '\0');
  block.replace(0, 5, "hello");
  EXPECT_EQ(hasher.padded(as_bytes("hello")), hasher.block(as_bytes(block).data()));
  EXPECT_EQ(hasher.exact(as_bytes(block)), hasher.block(as_bytes(block).data()));
  EXPECT_EQ(constant_block(as_bytes(block).data()), std::nullopt);
  EXPECT_EQ(constant_block(as_bytes(std::string(kBlockBytes, 'q')).data()), std::uint8_t{'q'});
  block.assign(kBlockBytes, 'q');
  block[2000] = 'r';
  EXPECT_EQ(constant_block(as_bytes(block).data()), std::nullopt);
}

TEST(Names, TravelThroughJsonByteForByte) {
  for (const std::string& name : {std::string("plain"), std::string("\xff\xfe"), std::string("Përgjegjës"), std::string("\xef\x9e\x80"),
                                  std::string("\xed\xa0\x80"), std::string("a\xc3"), std::string("\xf0\x9f\x98\x80")}) {
    EXPECT_EQ(name_bytes(json_name(name)), name);
  }
}

}  // namespace
}  // namespace prova
