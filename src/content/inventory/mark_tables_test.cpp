#include "content/inventory/mark_tables.h"

#include <gtest/gtest.h>

#include <random>
#include <tuple>
#include <vector>

#include "content/inventory/packed_stream.h"

namespace prova {
namespace {

using Marks = std::vector<std::tuple<std::uint32_t, std::uint64_t, std::uint32_t>>;  // file, key, place

Marks read(std::string_view section, unsigned key_bytes) {
  Marks marks;
  visit_mark_table(as_bytes(pack(section)), key_bytes, [&](const StoredMark& mark) { marks.emplace_back(mark.file, mark.key, mark.place); });
  return marks;
}

TEST(MarkTables, SpellThemselvesAsTheFormatSays) {
  MarkTableWriter writer(5);
  writer.begin(3, 2);
  writer.add(0x0102030405060708, 10);
  writer.add(0xffeeddccbbaa9988, 10 + 300);
  writer.begin(5, 1);
  writer.add(0, 0);
  // File 3, two marks: place +10, five bytes; place +300 (LEB128 ac 02), five bytes. Then file 5 (one is skipped), one mark.
  EXPECT_EQ(writer.bytes(), std::string("\x03\x02" "\x0a\x01\x02\x03\x04\x05" "\xac\x02\xff\xee\xdd\xcc\xbb" "\x01\x01" "\0\0\0\0\0\0", 23));
  EXPECT_EQ(read(writer.bytes(), 5), (Marks{{3, 0x0102030405000000, 10}, {3, 0xffeeddccbb000000, 310}, {5, 0, 0}}));
  EXPECT_EQ(stored_key(0x0102030405060708, 5), 0x0102030405000000U);
}

TEST(MarkTables, GiveBackWhatWasWritten) {
  std::mt19937_64 random(7);
  for (const unsigned key_bytes : {1U, 5U, 6U, 8U}) {
    MarkTableWriter writer(key_bytes);
    Marks expected;
    for (std::uint32_t file = 0; file < 200; file += 1 + random() % 5) {
      const std::uint64_t count = 1 + random() % 9;
      writer.begin(file, count);
      std::uint32_t place = 0;
      for (std::uint64_t i = 0; i < count; ++i) {
        place += static_cast<std::uint32_t>(random() >> (32 + random() % 32));  // Passes 2^32 at times, as offsets of large files do.
        const std::uint64_t hash = random();
        writer.add(hash, place);
        expected.emplace_back(file, stored_key(hash, key_bytes), place);
      }
    }
    EXPECT_TRUE(check_mark_table(as_bytes(writer.packed()), key_bytes, 200));
    EXPECT_EQ(read(writer.bytes(), key_bytes), expected);
  }
}

TEST(MarkTables, RefuseWhatDoesNotFit) {
  MarkTableWriter writer(6);
  writer.begin(1, 2);
  writer.add(1, 100);
  writer.add(2, 200);
  const auto accepted = [](std::string_view table, std::uint64_t files) { return check_mark_table(as_bytes(pack(table)), 6, files).has_value(); };
  const std::string good = writer.bytes();
  EXPECT_TRUE(accepted(good, 2));
  EXPECT_TRUE(accepted("", 0));
  EXPECT_FALSE(accepted(good, 1));  // No file 1 among one.
  for (std::size_t n = 1; n < good.size(); ++n) EXPECT_FALSE(accepted(good.substr(0, n), 2)) << n;
  EXPECT_FALSE(accepted(std::string("\0\0", 2), 2));                        // A file without marks.
  EXPECT_FALSE(accepted(std::string("\0\xff\xff\xff\xff\x0f", 6), 2));      // More marks than bytes.
  EXPECT_FALSE(accepted(std::string("\xff\xff\xff\xff\xff\x01\x01", 7), 2));
}

TEST(MarkTables, RefuseAPackingThatDoesNotFit) {
  MarkTableWriter writer(6);
  writer.begin(0, 50);
  for (std::uint32_t i = 0; i < 50; ++i) writer.add(0x9e37'79b9'7f4a'7c15ULL * i, 100 * i);
  const std::string good = writer.packed();
  EXPECT_TRUE(check_mark_table(as_bytes(good), 6, 1));
  for (std::size_t n = 1; n < good.size(); ++n) EXPECT_FALSE(check_mark_table(as_bytes(good.substr(0, n)), 6, 1)) << n;
  EXPECT_FALSE(check_mark_table(as_bytes(good + '\0'), 6, 1));
  for (const char change : {'\1', '\xff'}) {  // One byte more, one fewer than the frame holds.
    std::string other = good;
    other[0] = static_cast<char>(other[0] + change);
    EXPECT_FALSE(check_mark_table(as_bytes(other), 6, 1));
  }
}

TEST(MarkTables, WhatDocumentsShareIsWrittenOnce) {
  MarkTableWriter writer(5);
  for (std::uint32_t file = 0; file < 100; ++file) {
    writer.begin(file, 200);
    for (std::uint32_t i = 0; i < 200; ++i) writer.add(0x9e37'79b9'7f4a'7c15ULL * (i + 1), 13 * i);
  }
  EXPECT_LT(writer.packed().size(), 2U * 6 * 200);
}

}  // namespace
}  // namespace prova
