#pragma once
// Finds the marks of an inventory (chunks, k-grams of text) by their keyed hash, in as little memory as a look-up needs.

#include <compare>
#include <cstdint>
#include <vector>

#include "content/inventory/mark_tables.h"

namespace prova {

/// Marks that the indices of one inventory keep together: 3.5 GB of memory, so that a scan stays below 4 GB whatever was inventoried.
constexpr std::uint64_t kMaxIndexedMarks = 300'000'000;

/// Memory: 11 bytes a mark and 1/4 to 1/2 for the buckets. Immutable after construction, thread safe.
///
/// A hash is mixed (a multiplication, which loses nothing: sampled chunks have their first bits zero); its first bits choose a bucket of some
/// 16 marks, of the others 24 are kept. Two different hashes meet with 16 / 2^24 per look-up, one in a million, on top of what stored
/// hashes do (format.h); no claim rests on a single mark.
///
/// Above `most` marks only those whose hash starts with n zero bits are kept, with the least n that suffices: of a dump's hashes the same are
/// looked up. `one_in()` says so, and the report must.
class MarkIndex {
 public:
  /// Marks with the same hash, by ascending (file, place).
  struct Range {
    std::size_t first = 0, last = 0;
    [[nodiscard]] bool empty() const { return first == last; }
    [[nodiscard]] std::size_t size() const { return last - first; }
  };
  struct Place {
    std::uint32_t file = 0, place = 0;
    friend auto operator<=>(const Place&, const Place&) = default;
  };

  /// REQUIRES a section that was checked. Reads it three times.
  MarkIndex(ByteView section, unsigned key_bytes, std::uint64_t most = kMaxIndexedMarks);

  /// The marks with this hash. Any 64-bit hash will do: it is shortened as stored ones are. Two cache misses.
  [[nodiscard]] Range find(std::uint64_t hash) const;
  [[nodiscard]] Place at(std::size_t mark) const { return {files_[mark], places_[mark]}; }
  [[nodiscard]] std::size_t size() const { return files_.size(); }
  /// 1, or how many stored marks there are for each that is kept, on average.
  [[nodiscard]] std::uint64_t one_in() const { return std::uint64_t{1} << sampling_; }
  /// The same as a number of leading zero bits.
  [[nodiscard]] unsigned sampling() const { return sampling_; }
  [[nodiscard]] std::uint64_t memory_bytes() const;

  /// Calls `hit(i, range)` for each i whose hash is known. `hash_at(i)` gives the hashes of 0 to n - 1. The look-ups of successive
  /// hashes overlap in the memory system, which is worth a factor of five on inventories larger than the caches.
  template <typename HashAt, typename Hit>
  void find_all(std::size_t n, HashAt hash_at, Hit hit) const {
    constexpr std::size_t kAhead = 16;
    for (std::size_t i = 0; i < n; ++i) {
      if (i + kAhead < n) __builtin_prefetch(&starts_[bucket_of(mixed(hash_at(i + kAhead)))]);
      if (i + kAhead / 2 < n) __builtin_prefetch(rests_.data() + kRestBytes * starts_[bucket_of(mixed(hash_at(i + kAhead / 2)))]);
      if (const Range found = find(hash_at(i)); !found.empty()) hit(i, found);
    }
  }

 private:
  static constexpr std::size_t kRestBytes = 3;
  [[nodiscard]] std::uint64_t mixed(std::uint64_t hash) const { return stored_key(hash, key_bytes_) * 0x9e37'79b9'7f4a'7c15ULL; }
  [[nodiscard]] std::size_t bucket_of(std::uint64_t mix) const { return bits_ == 0 ? 0 : static_cast<std::size_t>(mix >> (64 - bits_)); }
  /// The 24 bits after those of the bucket.
  [[nodiscard]] std::uint32_t rest_of(std::uint64_t mix) const { return static_cast<std::uint32_t>(mix << bits_ >> 40); }
  [[nodiscard]] std::uint32_t rest_at(std::size_t mark) const {
    const std::uint8_t* rest = rests_.data() + kRestBytes * mark;
    return std::uint32_t{rest[0]} << 16 | std::uint32_t{rest[1]} << 8 | rest[2];
  }
  void put(std::size_t mark, std::uint32_t rest, Place place);
  struct Mark;
  /// By hash; files and places ascend already, and stay so.
  void sort_bucket(std::size_t first, std::size_t last, std::vector<Mark>& scratch);

  unsigned key_bytes_, bits_ = 0, sampling_ = 0;
  std::vector<std::uint32_t> starts_;  ///< Of each bucket, and the end of the last.
  std::vector<std::uint8_t> rests_;    ///< Three arrays: a look-up that finds nothing touches this one only.
  std::vector<std::uint32_t> files_, places_;
};

}  // namespace prova
