// The codes of a segment file: what was written comes back, and bytes that nobody wrote are refused or harmless.

#include "store/segments/classed_print.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "store/segments/lists_code.h"
#include "store/segments/print_places.h"

namespace prova {
namespace {

constexpr ClassSizes kSizes{1'000'000, 60'000, 9'000, 700, 40};

Print random_print(std::mt19937& random) {
  std::set<KeyCode> codes;
  const std::size_t wanted = random() % 200;
  while (codes.size() < wanted) {
    const std::size_t c = random() % kKeyClasses;
    if (c == 4 && random() % 4 != 0) continue;  // There are only 40 of these.
    codes.insert(key_code(c, random() % kSizes[c]));
  }
  Print print;
  print.exact = random() % 3 == 0 ? 0 : random();
  print.ordinals.assign(codes.begin(), codes.end());
  const bool all_in_both = random() % 2 == 0;
  for (std::size_t i = 0; i < wanted; ++i) {
    print.lists.push_back(static_cast<std::uint8_t>(all_in_both ? kInBoth : 1 + random() % 3));
  }
  return print;
}

TEST(ClassedPrint, ComesBackAsItWas) {
  std::mt19937 random(715);
  for (int i = 0; i < 2'000; ++i) {
    const Print print = random_print(random);
    std::string bytes;
    append_classed_print(bytes, print, kSizes);
    ASSERT_EQ(classed_print_bytes(as_bytes(bytes)), bytes.size());
    Print again;
    ASSERT_TRUE(decode_classed_print(as_bytes(bytes), kSizes, again));
    ASSERT_EQ(again, print);
    std::uint64_t exact = 0;
    ASSERT_TRUE(decode_exact_hash(as_bytes(bytes), exact));
    ASSERT_EQ(exact, print.exact);
  }
}

TEST(ClassedPrint, FrequentKeysTakeFewBits) {
  Print rare, frequent;
  for (std::uint32_t i = 0; i < 40; ++i) {
    rare.ordinals.push_back(key_code(0, i * 25'000));
    frequent.ordinals.push_back(key_code(4, i));
  }
  rare.lists = frequent.lists = std::vector<std::uint8_t>(40, kInBoth);
  std::string rare_bytes, frequent_bytes;
  append_classed_print(rare_bytes, rare, kSizes);
  append_classed_print(frequent_bytes, frequent, kSizes);
  // Size, hash, counts; then gaps of 25,000 take 16 bits each, gaps of one take one.
  EXPECT_EQ(rare_bytes.size(), 1U + 8 + 1 + 4 + 40 * 16 / 8);
  EXPECT_EQ(frequent_bytes.size(), 1U + 8 + 1 + 4 + 40 / 8);
}

TEST(ClassedPrint, SortingKeepsListsWithTheirKeys) {
  Print print{.exact = 0, .ordinals = {key_code(2, 5), key_code(0, 9), key_code(1, 0)}, .lists = {1, 2, 3}};
  sort_by_code(print);
  EXPECT_EQ(print.ordinals, (std::vector<std::uint32_t>{key_code(0, 9), key_code(1, 0), key_code(2, 5)}));
  EXPECT_EQ(print.lists, (std::vector<std::uint8_t>{2, 3, 1}));
}

TEST(ClassedPrint, BytesThatNobodyWroteAreRefusedOrStayWithinTheClasses) {
  std::mt19937 random(716);
  std::size_t refused = 0;
  for (int i = 0; i < 5'000; ++i) {
    std::string bytes;
    append_classed_print(bytes, random_print(random), kSizes);
    for (std::size_t n = 1 + random() % 3; n > 0; --n) bytes[random() % bytes.size()] = static_cast<char>(random());
    if (random() % 4 == 0) bytes.resize(random() % bytes.size());
    Print print;
    if (!decode_classed_print(as_bytes(bytes), kSizes, print)) {
      ++refused;
      continue;
    }
    ASSERT_TRUE(std::is_sorted(print.ordinals.begin(), print.ordinals.end()));
    ASSERT_EQ(print.lists.size(), print.ordinals.size());
    for (const KeyCode code : print.ordinals) {
      ASSERT_LT(class_of(code), kKeyClasses);
      ASSERT_LT(number_of(code), kSizes[class_of(code)]);
    }
  }
  EXPECT_GT(refused, 1'000U);
}

TEST(ClassedPrint, ACountThatTheBytesCannotHoldTakesNoMemory) {
  // Size, exact hash, then 2^34 features in class 0.
  std::string body(8, '\0');
  body += "\x80\x80\x80\x80\x80\x01";
  body += std::string(4, '\0');
  const std::string bytes = static_cast<char>(body.size()) + body;
  Print print;
  EXPECT_FALSE(decode_classed_print(as_bytes(bytes), kSizes, print));
  EXPECT_LT(print.ordinals.capacity(), 1'000U);
}

TEST(GolombCode, ComesBackAsItWas) {
  std::mt19937 random(717);
  for (unsigned k = 0; k < 32; ++k) {
    std::vector<std::uint32_t> values{0, 1, 2, 0xffff'ffff, kMaxSegmentFunctions - 1};
    for (int i = 0; i < 200; ++i) values.push_back(random() >> random() % 32);
    std::string bytes;
    BitWriter out(bytes);
    for (const std::uint32_t value : values) out.exp_golomb(value, k);
    out.finish();
    BitReader in(as_bytes(bytes));
    for (const std::uint32_t value : values) ASSERT_EQ(in.exp_golomb(k), value) << k;
    EXPECT_TRUE(in.ok());
    // What is left are at most seven zeros, which are no code.
    static_cast<void>(in.exp_golomb(k));
    EXPECT_FALSE(in.ok());
  }
}

TEST(GolombCode, TheOrderFitsTheGaps) {
  EXPECT_EQ(best_golomb_order(std::vector<std::uint32_t>(10, 0)), 0U);
  EXPECT_EQ(best_golomb_order(std::vector<std::uint32_t>(10, 1000)), 10U);  // 1000 >> 10 is 0: one bit and ten.
  // A cluster with one far member: the far one does not make the others expensive.
  std::vector<std::uint32_t> gaps(100, 0);
  gaps[50] = 200'000;
  EXPECT_EQ(best_golomb_order(gaps), 0U);
}

TEST(ListsCode, TheUsualListsTakeOneBit) {
  const std::vector<std::uint32_t> lists{2, 2, 2, 1, 2, 3, 2, 2, 2, 2};
  const auto code = ListsCode::best_for(lists, [](std::uint32_t l) { return l; });
  std::string bytes;
  BitWriter out(bytes);
  code.write(out);
  for (const std::uint32_t l : lists) code.append(out, l);
  out.finish();
  EXPECT_EQ(bytes.size(), 2U);  // 2 bits, 8 times one, twice two.
  BitReader in(as_bytes(bytes));
  const ListsCode again = ListsCode::read(in);
  ASSERT_TRUE(again.ok());
  for (const std::uint32_t l : lists) EXPECT_EQ(again.next(in), l);
}

TEST(KeyClass, BeginsAtItsFloor) {
  EXPECT_EQ(key_class(1), 0U);
  EXPECT_EQ(key_class(15), 0U);
  EXPECT_EQ(key_class(16), 1U);
  EXPECT_EQ(key_class(8'191), 3U);
  EXPECT_EQ(key_class(8'192), 4U);
  EXPECT_EQ(key_class(kMaxSegmentFunctions), 4U);
}

TEST(PrintPlaces, FindsWhatItRemembersAndForgetsOnlyWhenFull) {
  PrintPlaces places(1U << 14U);
  // Counts how many of the numbers below `end`, all remembered before, are found.
  const auto found_of = [&](std::uint32_t end) {
    std::uint32_t found = 0;
    for (std::uint32_t i = 0; i < end; ++i) {
      const auto place = places.find_or_remember(std::to_string(i), i);
      EXPECT_TRUE(!place || *place == i);
      found += place ? 1 : 0;
    }
    return found;
  };
  for (std::uint32_t i = 0; i < 8'000; ++i) ASSERT_FALSE(places.find_or_remember(std::to_string(i), i)) << i;
  EXPECT_GT(found_of(8'000), 7'800U);
  for (std::uint32_t i = 8'000; i < 20'000; ++i) ASSERT_FALSE(places.find_or_remember(std::to_string(i), i)) << i;
  EXPECT_LT(found_of(8'000), 7'000U);
}

}  // namespace
}  // namespace prova
