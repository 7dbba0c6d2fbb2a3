#include "content/text/winnow.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "content/test_key_test_support.h"

namespace prova {
namespace {

std::u16string random_text(std::size_t size, unsigned seed) {
  std::mt19937 random(seed);
  std::u16string text;
  for (std::size_t i = 0; i < size; ++i) text += static_cast<char16_t>(u'a' + random() % 26);
  return text;
}

std::set<std::uint64_t> hashes(const std::vector<TextMark>& marks) {
  std::set<std::uint64_t> all;
  for (const TextMark& mark : marks) all.insert(mark.hash);
  return all;
}

TEST(Winnow, EveryCopiedRunIsFound) {
  const HashKey key = test_key();
  const std::u16string original = random_text(4000, 1);
  const auto known = hashes(winnow(original, key));
  for (std::size_t at = 0; at + kCopiedRun <= original.size(); at += 37) {
    const std::u16string copy = random_text(200, 2) + original.substr(at, kCopiedRun) + random_text(200, 3);
    const auto marks = winnow(copy, key);
    EXPECT_TRUE(std::any_of(marks.begin(), marks.end(), [&](const TextMark& m) { return known.contains(m.hash); })) << at;
  }
}

TEST(Winnow, AChangedCharacterLeavesAHoleOfBoundedWidth) {
  const HashKey key = test_key();
  const std::u16string original = random_text(4000, 4);
  for (std::size_t at = 200; at < 3800; at += 101) {
    std::u16string altered = original;
    altered[at] = altered[at] == u'x' ? u'y' : u'x';
    std::vector<bool> covered(altered.size());
    const auto known = hashes(winnow(original, key));
    for (std::size_t i = 0; i + kGram <= altered.size(); ++i) {
      if (!known.contains(gram_hash(std::u16string_view(altered).substr(i), key))) continue;
      std::fill_n(covered.begin() + static_cast<std::ptrdiff_t>(i), kGram, true);
    }
    EXPECT_FALSE(covered[at]);
    EXPECT_TRUE(covered[at - kWindow]);
    EXPECT_TRUE(covered[at + kWindow]);
  }
}

TEST(Winnow, KeepsOneInThirteenAndAtLeastOneInEveryWindow) {
  const std::u16string text = random_text(100'000, 5);
  const auto marks = winnow(text, test_key());
  EXPECT_NEAR(static_cast<double>(text.size()) / static_cast<double>(marks.size()), 13.0, 1.0);
  for (std::size_t i = 1; i < marks.size(); ++i) EXPECT_LE(marks[i].position - marks[i - 1].position, kWindow);
}

TEST(Winnow, ShortTexts) {
  const HashKey key = test_key();
  EXPECT_TRUE(winnow(random_text(kGram - 1, 6), key).empty());
  for (std::size_t n = kGram; n <= kCopiedRun; ++n) EXPECT_GE(winnow(random_text(n, 6), key).size(), 1U) << n;
}

TEST(Winnow, ALongerRunKeepsFewerOfTheSameMarks) {
  const HashKey key = test_key();
  const std::u16string text = random_text(60'000, 9);
  const auto dense = winnow(text, key);
  for (const std::size_t run : {65U, 100U, 256U, 1024U, 4096U}) {
    const auto marks = winnow(text, key, run);
    const std::size_t window = run - kGram + 1;
    for (const TextMark& mark : marks) EXPECT_NE(std::find(dense.begin(), dense.end(), mark), dense.end()) << run;
    for (std::size_t i = 1; i < marks.size(); ++i) EXPECT_LE(marks[i].position - marks[i - 1].position, window) << run;
    // Two in (window + 1) on average; three standard deviations of a count are less than half of it here.
    const double expected = 2.0 * static_cast<double>(text.size()) / static_cast<double>(window + 1);
    EXPECT_NEAR(static_cast<double>(marks.size()), expected, 0.5 * expected + 4) << run;
  }
}

TEST(Winnow, ALongerRunIsFoundWhereverItWasCopied) {
  const HashKey key = test_key();
  const std::u16string text = random_text(20'000, 10);
  constexpr std::size_t kRun = 300;
  const auto ours = winnow(text, key, kRun);
  for (std::size_t at = 0; at + kRun <= text.size(); at += 97) {
    const std::u16string dump = random_text(500, 11) + text.substr(at, kRun) + random_text(500, 12);
    const auto marks = winnow(dump, key);
    const bool shared = std::any_of(marks.begin(), marks.end(), [&](const TextMark& mark) {
      return std::any_of(ours.begin(), ours.end(), [&](const TextMark& one) { return one.hash == mark.hash; });
    });
    EXPECT_TRUE(shared) << at;
  }
}

TEST(Winnow, AConstantTextKeepsOnePerWindow) {
  const auto marks = winnow(std::u16string(10'000, u'a'), test_key());
  EXPECT_LE(marks.size(), 10'000 / kWindow + 2);
}

TEST(Winnow, AnotherKeySharesNoHashes) {
  const std::u16string text = random_text(2000, 8);
  const auto one = winnow(text, test_key(1)), other = winnow(text, test_key(2));
  ASSERT_EQ(one.size(), other.size());
  for (std::size_t i = 0; i < one.size(); ++i) EXPECT_NE(one[i].hash, other[i].hash);
}

}  // namespace
}  // namespace prova
