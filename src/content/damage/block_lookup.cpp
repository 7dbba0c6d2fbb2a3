#include "content/damage/block_lookup.h"

namespace prova {
namespace {

constexpr std::size_t kBitsPerKey = 12;
/// Interpolation can be led astray by keys that are no hashes (a hostile inventory); then bisection takes over.
constexpr int kInterpolations = 8;

}  // namespace

BlockLookup::BlockLookup(std::span<const std::uint64_t> keys) : keys_(keys), words_(keys.size() * kBitsPerKey / 64 + 1) {
  for (const std::uint64_t key : keys) words_[word_of(key)] |= mask_of(key);
}

std::optional<std::uint32_t> BlockLookup::find(std::uint64_t key) const {
  std::size_t low = 0, high = keys_.size();  // The key, if there, is in [low, high).
  for (int i = 0; i < kInterpolations && high - low > 16; ++i) {
    const std::uint64_t first = keys_[low], last = keys_[high - 1];
    if (key < first || key > last) return std::nullopt;
    const unsigned __int128 share = static_cast<unsigned __int128>(key - first) * (high - 1 - low);
    const std::size_t guess = low + static_cast<std::size_t>(share / std::max<std::uint64_t>(last - first, 1));
    if (keys_[guess] < key) {
      low = guess + 1;
    } else {
      high = guess + 1;
    }
    if (keys_[guess] == key) return static_cast<std::uint32_t>(guess);
    // The guess errs by about the square root of the range: look just beyond it before halving what is left.
    const std::size_t reach = std::max<std::size_t>(8, (high - low) >> 6);
    if (high - low > reach) {
      if (low == guess + 1 && keys_[low + reach - 1] >= key) high = low + reach;
      if (high == guess + 1 && keys_[high - reach] <= key) low = high - reach;
    }
  }
  const auto place = std::lower_bound(keys_.begin() + static_cast<std::ptrdiff_t>(low), keys_.begin() + static_cast<std::ptrdiff_t>(high), key);
  if (place == keys_.begin() + static_cast<std::ptrdiff_t>(high) || *place != key) return std::nullopt;
  return static_cast<std::uint32_t>(place - keys_.begin());
}

}  // namespace prova
