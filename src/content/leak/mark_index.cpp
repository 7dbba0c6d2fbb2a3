#include "content/leak/mark_index.h"

#include <algorithm>
#include <array>
#include <bit>

#include "content/chunk/chunker.h"

namespace prova {
namespace {

constexpr std::uint64_t kPerBucket = 16;
/// Hashes start with more zero bits than this only in sampled files above 2^46 bytes.
constexpr unsigned kMaxSampling = 30;

/// Marks by the number of zero bits that their hash starts with, so that one pass decides about the sampling.
unsigned sampling_for(ByteView section, unsigned key_bytes, std::uint64_t most) {
  std::array<std::uint64_t, 65> by_zeros{};
  visit_mark_table(section, key_bytes, [&](const StoredMark& mark) { ++by_zeros[static_cast<std::size_t>(std::countl_zero(mark.key))]; });
  std::uint64_t kept = 0;
  for (const std::uint64_t count : by_zeros) kept += count;
  unsigned sampling = 0;
  for (; kept > most && sampling < kMaxSampling; ++sampling) kept -= by_zeros[sampling];
  return sampling;
}

}  // namespace

struct MarkIndex::Mark {
  std::uint32_t rest;
  Place place;
};

MarkIndex::MarkIndex(ByteView section, unsigned key_bytes, std::uint64_t most)
    : key_bytes_(key_bytes), sampling_(sampling_for(section, key_bytes, std::min(most, kMaxIndexedMarks))) {
  std::uint64_t count = 0;
  const auto visit = [&](auto with) {
    visit_mark_table(section, key_bytes, [&](const StoredMark& mark) {
      if (is_sampled(mark.key, sampling_)) with(mark);
    });
  };
  visit([&](const StoredMark&) { ++count; });
  bits_ = static_cast<unsigned>(std::bit_width(count / kPerBucket));
  starts_.assign((std::size_t{1} << bits_) + 1, 0);
  visit([&](const StoredMark& mark) { ++starts_[bucket_of(mixed(mark.key)) + 1]; });
  for (std::size_t i = 1; i < starts_.size(); ++i) starts_[i] += starts_[i - 1];
  rests_.resize(count * kRestBytes);
  files_.resize(count), places_.resize(count);
  // Each bucket's start moves to its end while it fills, which is where the next one starts.
  visit([&](const StoredMark& mark) {
    const std::uint64_t mix = mixed(mark.key);
    put(starts_[bucket_of(mix)]++, rest_of(mix), {mark.file, mark.place});
  });
  std::copy_backward(starts_.begin(), starts_.end() - 1, starts_.end());
  starts_.front() = 0;
  std::vector<Mark> scratch;
  for (std::size_t bucket = 0; bucket + 1 < starts_.size(); ++bucket) sort_bucket(starts_[bucket], starts_[bucket + 1], scratch);
}

void MarkIndex::put(std::size_t mark, std::uint32_t rest, Place place) {
  std::uint8_t* bytes = rests_.data() + kRestBytes * mark;
  bytes[0] = static_cast<std::uint8_t>(rest >> 16);
  bytes[1] = static_cast<std::uint8_t>(rest >> 8);
  bytes[2] = static_cast<std::uint8_t>(rest);
  files_[mark] = place.file;
  places_[mark] = place.place;
}

void MarkIndex::sort_bucket(std::size_t first, std::size_t last, std::vector<Mark>& scratch) {
  scratch.clear();
  for (std::size_t i = first; i < last; ++i) scratch.push_back({rest_at(i), at(i)});
  std::sort(scratch.begin(), scratch.end(), [](const Mark& a, const Mark& b) { return a.rest != b.rest ? a.rest < b.rest : a.place < b.place; });
  for (std::size_t i = first; i < last; ++i) put(i, scratch[i - first].rest, scratch[i - first].place);
}

MarkIndex::Range MarkIndex::find(std::uint64_t hash) const {
  if (!is_sampled(hash, sampling_)) return {};
  const std::uint64_t mix = mixed(hash);
  const std::size_t bucket = bucket_of(mix);
  const std::uint32_t wanted = rest_of(mix);
  std::size_t low = starts_[bucket], high = starts_[bucket + 1];
  const std::size_t end = high;
  // Bisection down to a cache line: equal hashes of boilerplate fill a bucket with thousands.
  for (constexpr std::size_t kLine = 16; high - low > kLine;) {
    const std::size_t middle = low + (high - low) / 2;
    (rest_at(middle) < wanted ? low : high) = middle;
  }
  while (low < end && rest_at(low) < wanted) ++low;
  Range found{low, low};
  while (found.last < end && rest_at(found.last) == wanted) ++found.last;
  return found;
}

std::uint64_t MarkIndex::memory_bytes() const {
  return starts_.capacity() * sizeof(std::uint32_t) + rests_.capacity() + (files_.capacity() + places_.capacity()) * sizeof(std::uint32_t);
}

}  // namespace prova
