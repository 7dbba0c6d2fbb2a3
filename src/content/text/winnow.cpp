#include "content/text/winnow.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/hash.h"

namespace prova {
namespace {

/// Characters are spread over this many random words; two that share one only influence which k-gram is kept.
constexpr std::size_t kSpread = 2048;
/// Seed of the rolling hash. It decides which k-grams are kept, not what is stored of them, and is public.
constexpr std::uint64_t kRollSeed = 0x70726f7661;

constexpr std::array<std::uint64_t, kSpread> kRoll = [] {
  std::array<std::uint64_t, kSpread> table{};
  for (std::size_t i = 0; i < kSpread; ++i) table[i] = mix(kRollSeed, i);
  return table;
}();

constexpr std::uint64_t spread(char16_t c) { return kRoll[c % kSpread]; }

/// Rolling hash of k-grams: cyclic polynomial (Cohen, "Recursive hashing functions for n-grams", TOIS 1997).
class RollingHash {
 public:
  explicit RollingHash(std::u16string_view text) : text_(text) {
    for (std::size_t i = 0; i < kGram; ++i) value_ = std::rotl(value_, 1) ^ spread(text[i]);
  }
  /// Moves from the k-gram at `position` to the next one. REQUIRES position + kGram < text.size().
  void roll(std::size_t position) {
    value_ = std::rotl(value_, 1) ^ std::rotl(spread(text_[position]), kGram % 64) ^ spread(text_[position + kGram]);
  }
  /// The order by which k-grams are kept. The multiplication spreads the low bits (Fibonacci hashing).
  [[nodiscard]] std::uint32_t rank() const { return static_cast<std::uint32_t>((value_ * 0x9e37'79b9'7f4a'7c15ULL) >> 32); }

 private:
  std::u16string_view text_;
  std::uint64_t value_ = 0;
};

/// The smallest of the last kWindow ranks; of equal ones the one that was kept before, as long as it is in sight.
/// A rank and its place are one number, so that the search for a new minimum has no branches.
class SlidingMinimum {
 public:
  /// Adds the rank of `position` and returns where the minimum is. Positions come in order.
  std::size_t add(std::size_t position, std::uint32_t rank) {
    // Of equal ranks the latest has the smallest number here, so a search finds it; an equal newcomer does not replace.
    const std::uint64_t entry = std::uint64_t{rank} << 32 | static_cast<std::uint32_t>(~position);
    ring_[position % kRing] = entry;
    if (entry >> 32 < smallest_ >> 32) {
      smallest_ = entry;
      where_ = position;
    } else if (position - where_ >= kWindow) {
      rescan(position);
    }
    return where_;
  }

 private:
  static constexpr std::size_t kRing = std::bit_ceil(kWindow);
  void rescan(std::size_t last) {
    std::uint64_t smallest = ring_[last % kRing];
    for (std::size_t back = 1; back < kWindow; ++back) smallest = std::min(smallest, ring_[(last - back) % kRing]);
    smallest_ = smallest;
    where_ = last - ((last - static_cast<std::uint32_t>(~smallest)) & 0xffff'ffffU);
  }
  std::array<std::uint64_t, kRing> ring_{};
  std::uint64_t smallest_ = ~std::uint64_t{0};
  std::size_t where_ = 0;
};

ByteView bytes_of(std::u16string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }

}  // namespace

std::vector<TextMark> winnow(std::u16string_view text, const HashKey& key) {
  std::vector<TextMark> marks;
  if (text.size() < kGram) return marks;
  const std::size_t grams = text.size() - kGram + 1;
  marks.reserve(grams / 12 + 2);
  RollingHash hash(text);
  SlidingMinimum minimum;
  std::size_t kept = 0;
  const auto keep = [&](std::size_t at) { marks.push_back({gram_hash(text.substr(at), key), static_cast<std::uint32_t>(at)}); };
  keep(0);
  for (std::size_t i = 0; i < grams; ++i) {
    const std::size_t best = minimum.add(i, hash.rank());
    if (i + 1 >= kWindow && best != kept && best != 0) {
      kept = best;
      keep(best);
    }
    if (i + 1 < grams) hash.roll(i);
  }
  if (marks.back().position + 1 != grams) keep(grams - 1);
  return marks;
}

std::uint64_t gram_hash(std::u16string_view text, const HashKey& key) { return key.hash(bytes_of(text.substr(0, kGram))); }

std::uint64_t text_digest(std::u16string_view text, const HashKey& key) { return key.hash(bytes_of(text)); }

}  // namespace prova
