#include "content/text/winnow.h"

#include <algorithm>
#include <array>
#include <bit>

#include "base/hash.h"

namespace prova {
namespace {

/// Characters are spread over this many random words; two that share one only influence which k-gram
/// is kept.
constexpr std::size_t kSpread = 2048;
/// Seed of the rolling hash. It decides which k-grams are kept, not what is stored of them, and is public.
constexpr std::uint64_t kRollSeed = 0x70726f7661;

constexpr std::array<std::uint64_t, kSpread> kRoll = [] {
  std::array<std::uint64_t, kSpread> table{};
  for (std::size_t i = 0; i < kSpread; ++i) table[i] = mix(kRollSeed, i);
  return table;
}();

/// The same, rotated as they are when they leave a k-gram.
constexpr std::array<std::uint64_t, kSpread> kRollOut = [] {
  std::array<std::uint64_t, kSpread> table{};
  for (std::size_t i = 0; i < kSpread; ++i) table[i] = std::rotl(kRoll[i], kGram - 1);
  return table;
}();

/// Order by which k-grams are kept. 16 bits, so that one SSE2 instruction compares eight.
using Rank = std::int16_t;

/// Ranks of successive k-grams: cyclic polynomial (Cohen, "Recursive hashing functions for n-grams", TOIS 1997), its bits
/// spread by a multiplication.
class GramRanks {
 public:
  explicit GramRanks(std::u16string_view text) : text_(text) {
    for (std::size_t i = 0; i + 1 < kGram; ++i) value_ = std::rotl(value_, 1) ^ kRoll[text[i] % kSpread];
  }
  /// The next `count` ranks. REQUIRES that so many k-grams are left.
  void next(Rank* ranks, std::size_t count) {
    for (std::size_t i = 0; i < count; ++i, ++at_) {
      value_ = std::rotl(value_, 1) ^ kRoll[text_[at_ + kGram - 1] % kSpread];
      ranks[i] = static_cast<Rank>((value_ * 0x9e37'79b9'7f4a'7c15ULL) >> 48);
      value_ ^= kRollOut[text_[at_] % kSpread];
    }
  }

 private:
  std::u16string_view text_;
  std::size_t at_ = 0;
  std::uint64_t value_ = 0;
};

/// Windows are searched in blocks whose ranks stay in the first-level cache.
constexpr std::size_t kBlock = 2048;

/// minima[i] = least of ranks[i] to ranks[i + kWindow - 1]. The least of 2, 4, 8, 16 successive ranks, then of two overlapping
/// windows of 16: five passes without a branch. REQUIRES count + kWindow - 1 ranks.
void window_minima(const Rank* ranks, Rank* minima, std::size_t count) {
  static_assert(kWindow > 16 && kWindow <= 32);
  std::size_t left = count + kWindow - 1;
  std::copy_n(ranks, left, minima);
  for (const std::size_t step : {1U, 2U, 4U, 8U}) {
    left -= step;
    for (std::size_t i = 0; i < left; ++i) minima[i] = std::min(minima[i], minima[i + step]);
  }
  for (std::size_t i = 0; i < count; ++i) minima[i] = std::min(minima[i], minima[i + kWindow - 16]);
}

/// The last place of `rank` in the window that starts at `ranks`.
std::size_t last_place(const Rank* ranks, Rank rank) {
  std::size_t at = kWindow - 1;
  while (ranks[at] != rank) --at;
  return at;
}

ByteView bytes_of(std::u16string_view text) { return std::as_bytes(std::span(text.data(), text.size())); }

/// A k-gram that a window keeps.
struct KeptGram {
  std::size_t at = 0;
  Rank rank = 0;
};

/// Those of the windows of kWindow k-grams, ascending.
std::vector<KeptGram> kept_grams(std::u16string_view text) {
  const std::size_t grams = text.size() - kGram + 1;
  std::vector<KeptGram> kept;
  kept.reserve(grams / 12 + 2);
  GramRanks source(text);
  std::array<Rank, kBlock + kWindow> ranks, minima;
  std::size_t have = 0;
  KeptGram last;
  for (std::size_t start = 0; start + kWindow <= grams;) {
    const std::size_t count = std::min(kBlock, grams - start - kWindow + 1);
    source.next(ranks.data() + have, count + kWindow - 1 - have);
    if (start == 0) last.rank = ranks[0];
    window_minima(ranks.data(), minima.data(), count);
    for (std::size_t i = 0; i < count; ++i) {
      // Kept is the last of the least, whatever came before: the choice depends on the window alone.
      if (last.rank == minima[i] && last.at >= start + i && ranks[i + kWindow - 1] != minima[i]) continue;
      const std::size_t best = start + i + last_place(ranks.data() + i, minima[i]);
      const bool repeat = last.at >= start + i && text.substr(best, kGram) == text.substr(last.at, kGram);
      if (best == last.at || repeat) continue;  // A run of one character holds one k-gram many times; one per window will do.
      last = {best, minima[i]};
      kept.push_back(last);
    }
    std::copy_n(ranks.data() + count, kWindow - 1, ranks.data());
    have = kWindow - 1;
    start += count;
  }
  return kept;
}

/// Of those, the ones that windows of `window` k-grams keep too: the last of the least of some window. Such a window reaches neither back to a
/// lower rank nor forward to one as low. O(kept).
std::vector<KeptGram> thinned(const std::vector<KeptGram>& kept, std::size_t grams, std::size_t window) {
  std::vector<std::size_t> ends(kept.size());  // Where the first that is as low stands, or the text ends.
  std::vector<std::size_t> open;
  for (std::size_t i = kept.size(); i-- > 0;) {
    while (!open.empty() && kept[open.back()].rank > kept[i].rank) open.pop_back();
    ends[i] = open.empty() ? grams : kept[open.back()].at;
    open.push_back(i);
  }
  open.clear();
  std::vector<KeptGram> thin;
  for (std::size_t i = 0; i < kept.size(); ++i) {
    while (!open.empty() && kept[open.back()].rank >= kept[i].rank) open.pop_back();
    const std::size_t begin = open.empty() ? 0 : kept[open.back()].at + 1;
    if (ends[i] - begin >= window) thin.push_back(kept[i]);
    open.push_back(i);
  }
  return thin;
}

}  // namespace

std::vector<TextMark> winnow(std::u16string_view text, const HashKey& key, std::size_t copied_run) {
  std::vector<TextMark> marks;
  if (text.size() < kGram) return marks;
  const std::size_t grams = text.size() - kGram + 1, window = copied_run - kGram + 1;
  std::vector<KeptGram> kept = kept_grams(text);
  if (window > kWindow) kept = thinned(kept, grams, window);
  marks.reserve(kept.size() + 2);
  const auto keep = [&](std::size_t at) { marks.push_back({gram_hash(text.substr(at), key), static_cast<std::uint32_t>(at)}); };
  if (kept.empty() || kept.front().at != 0) keep(0);
  for (const KeptGram& gram : kept) keep(gram.at);
  if (marks.back().position + 1 != grams) keep(grams - 1);
  return marks;
}

std::uint64_t gram_hash(std::u16string_view text, const HashKey& key) { return key.hash(bytes_of(text.substr(0, kGram))); }

std::uint64_t text_digest(std::u16string_view text, const HashKey& key) { return key.hash(bytes_of(text)); }

}  // namespace prova
