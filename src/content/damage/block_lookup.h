#pragma once
// Is this block in the inventory: a small filter in the cache, then sorted keys in the mapped file.

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

namespace prova {

/// Immutable after construction, thread safe. Filter: 12 bits per key in 64-bit words, 3 bits set in one word per key (a blocked
/// Bloom filter; Putze, Sanders, Singler 2007). About 3 % of foreign keys pass it and cost a look-up; none of ours is missed.
class BlockLookup {
 public:
  explicit BlockLookup(std::span<const std::uint64_t> keys);

  /// Whether `key` may be there. One memory access.
  [[nodiscard]] bool maybe(std::uint64_t key) const {
    const std::uint64_t mask = mask_of(key);
    return (words_[word_of(key)] & mask) == mask;
  }
  void prefetch(std::uint64_t key) const { __builtin_prefetch(&words_[word_of(key)]); }
  /// Index of `key`. Interpolation search: keys are hashes, so the expected number of steps is log log n.
  [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t key) const;

 private:
  [[nodiscard]] std::size_t word_of(std::uint64_t key) const {
    return static_cast<std::size_t>((static_cast<unsigned __int128>(key) * words_.size()) >> 64);
  }
  /// The word is chosen by the top bits, the bits in it by the low ones.
  [[nodiscard]] static std::uint64_t mask_of(std::uint64_t key) {
    return 1ULL << (key & 63) | 1ULL << (key >> 6 & 63) | 1ULL << (key >> 12 & 63);
  }

  std::span<const std::uint64_t> keys_;
  std::vector<std::uint64_t> words_;
};

/// Where each key of the inventory was first seen: a step number, or kNowhere. Lowest wins, whatever the order of threads.
class BlockLocations {
 public:
  static constexpr std::uint32_t kNowhere = 0xffff'ffff;
  explicit BlockLocations(std::size_t keys) : steps_(keys, kNowhere) {}
  void seen(std::uint32_t key, std::uint32_t step) {
    std::atomic_ref<std::uint32_t> place(steps_[key]);
    std::uint32_t known = place.load(std::memory_order_relaxed);
    while (step < known && !place.compare_exchange_weak(known, step, std::memory_order_relaxed)) {
    }
  }
  [[nodiscard]] std::uint32_t of(std::uint32_t key) const { return steps_[key]; }
  [[nodiscard]] bool found(std::uint32_t key) const { return steps_[key] != kNowhere; }

 private:
  std::vector<std::uint32_t> steps_;
};

}  // namespace prova
