#include "content/damage/content_class.h"

#include <algorithm>
#include <array>

namespace prova {
namespace {

/// 99.9 % quantile of the chi-square distribution with 255 degrees of freedom (330.5) and with 15 (37.7).
constexpr double kQuantile255 = 330.5, kQuantile15 = 37.7;
/// Below this many bytes the counts of 256 values say nothing; halves of bytes still do down to the second bound.
constexpr std::size_t kEnoughBytes = 1024, kEnoughHalves = 64;

template <std::size_t Bins>
double chi_square(const std::array<std::uint32_t, Bins>& counts, double total) {
  const double expected = total / Bins;
  double sum = 0;
  for (const std::uint32_t count : counts) sum += (count - expected) * (count - expected) / expected;
  return sum;
}

/// Whether the bytes at positions of 16-byte units with the given parity look random; both parities for 2.
bool looks_random(ByteView bytes, unsigned parity) {
  std::array<std::uint32_t, 256> values{};
  std::array<std::uint32_t, 16> halves{};
  std::size_t total = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    if (parity != 2 && (i / 16) % 2 != parity) continue;
    const auto value = std::to_integer<unsigned>(bytes[i]);
    ++values[value];
    ++halves[value >> 4];
    ++halves[value & 15];
    ++total;
  }
  if (total >= kEnoughBytes) return chi_square(values, static_cast<double>(total)) < kQuantile255;
  return total >= kEnoughHalves && chi_square(halves, static_cast<double>(2 * total)) < kQuantile15;
}

}  // namespace

std::string_view name_of(BlockState state) {
  switch (state) {
    case BlockState::kSame: return "same";
    case BlockState::kMissing: return "missing";
    case BlockState::kZero: return "zero";
    case BlockState::kConstant: return "constant";
    case BlockState::kRandom: return "random";
    case BlockState::kAlternating: return "alternating";
    case BlockState::kOther: return "other";
  }
  return "unknown";
}

BlockState classify_block(ByteView bytes) {
  if (bytes.empty()) return BlockState::kMissing;
  if (std::all_of(bytes.begin(), bytes.end(), [&](std::byte b) { return b == bytes[0]; })) {
    return bytes[0] == std::byte{0} ? BlockState::kZero : BlockState::kConstant;
  }
  if (looks_random(bytes, 2)) return BlockState::kRandom;
  const bool even = looks_random(bytes, 0), odd = looks_random(bytes, 1);
  return even != odd ? BlockState::kAlternating : BlockState::kOther;
}

}  // namespace prova
