#pragma once
// Damages a file in the ways that files get damaged, the same way for the same seed.

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>

namespace prova::test {

/// SplitMix64 (Steele, Lea, Flood 2014): small, and the same on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e37'79b9'7f4a'7c15ULL);
    z = (z ^ (z >> 30)) * 0xbf58'476d'1ce4'e5b9ULL;
    z = (z ^ (z >> 27)) * 0x94d0'49bb'1331'11ebULL;
    return z ^ (z >> 31);
  }
  /// Uniform enough in [0, bound); 0 for bound 0.
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : static_cast<std::size_t>(next() % bound); }

 private:
  std::uint64_t state_;
};

/// Headers lie at the start: half of the hits go there.
constexpr std::size_t kHeaderBytes = 1024;

inline std::size_t place_in(Random& random, const std::string& bytes) {
  return random.below(random.below(2) == 0 ? std::min(bytes.size(), kHeaderBytes) : bytes.size());
}

inline void overwrite(std::string& bytes, std::size_t at, std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width && at + i < bytes.size(); ++i) bytes[at + i] = static_cast<char>(value >> (8 * i));
}

/// Copies a slice over another place, so that tables overlap or repeat.
inline void duplicate_slice(Random& random, std::string& bytes) {
  const std::size_t from = random.below(bytes.size());
  const std::string slice = bytes.substr(from, 1 + random.below(std::min<std::size_t>(bytes.size() - from, 512)));
  const std::size_t to = place_in(random, bytes);
  const std::size_t size = std::min(slice.size(), bytes.size() - to);
  std::copy_n(slice.begin(), size, bytes.begin() + static_cast<std::ptrdiff_t>(to));
}

/// One damaged copy of `original`: one to six of byte flips, count blow-ups (a field of 1 to 8 bytes set to a border
/// value), small steps of a field, slice duplications; and, one time in eight, a cut at the end. O(size).
inline std::string mutated(const std::string& original, std::uint64_t seed) {
  static constexpr std::uint64_t kBorders[] = {0,           1,           0x7f,    0x80,        0xff,
                                               0x7fff,      0xffff,      0x10000, 0x7fff'ffff, 0x8000'0000,
                                               0xffff'fff0, 0xffff'ffff, ~0ULL,   1ULL << 63};
  Random random(seed);
  std::string bytes = original;
  const std::size_t rounds = 1 + random.below(6);
  for (std::size_t i = 0; i < rounds && !bytes.empty(); ++i) {
    const std::size_t at = place_in(random, bytes);
    switch (random.below(4)) {
      case 0:
        bytes[at] = static_cast<char>(bytes[at] ^ (1 << random.below(8)));
        break;
      case 1:
        overwrite(bytes, at & ~std::size_t{1}, kBorders[random.below(std::size(kBorders))],
                  std::size_t{1} << random.below(4));
        break;
      case 2:
        bytes[at] = static_cast<char>(bytes[at] + static_cast<char>(random.below(16)) - 8);
        break;
      default:
        duplicate_slice(random, bytes);
    }
  }
  if (random.below(8) == 0) bytes.resize(random.below(bytes.size() + 1));
  return bytes;
}

/// How many mutations a test tries: 2,000, or what PROVA_MUTATIONS says.
inline std::uint64_t mutation_count() {
  const char* wanted = std::getenv("PROVA_MUTATIONS");
  return wanted == nullptr ? 2000 : std::strtoull(wanted, nullptr, 10);
}

}  // namespace prova::test
