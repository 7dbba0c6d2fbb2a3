#include "content/damage/sampling.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace prova {
namespace {

constexpr std::uint32_t kSeed = 715;
/// 97.5 % quantile of the normal distribution.
constexpr double kZ = 1.959964;

}  // namespace

ShareBounds wilson(std::uint64_t hits, std::uint64_t n) {
  if (n == 0) return {};
  const double count = static_cast<double>(n), share = static_cast<double>(hits) / count;
  const double centre = share + kZ * kZ / (2 * count);
  const double reach = kZ * std::sqrt(share * (1 - share) / count + kZ * kZ / (4 * count * count));
  const double scale = 1 + kZ * kZ / count;
  return {std::max(0.0, (centre - reach) / scale), std::min(1.0, (centre + reach) / scale)};
}

SampledAnswer sample_image(std::uint32_t source, const ImageReader& image, std::uint64_t phase, const ScanTargets& targets) {
  SampledAnswer answer;
  answer.source = source;
  const std::uint64_t places = image.size() > phase ? (image.size() - phase) / kBlockBytes : 0;
  std::mt19937_64 random(kSeed);
  std::vector<std::uint64_t> chosen;
  for (std::uint64_t i = 0; i < kSampledBlocks && places != 0; ++i) chosen.push_back(random() % places);
  std::sort(chosen.begin(), chosen.end());  // A disk reads forwards best.
  std::uint64_t single = 0;
  std::vector<std::byte> block(kBlockBytes);
  for (const std::uint64_t place : chosen) {
    const auto got = image.read(phase + place * kBlockBytes, block);
    if (!got || *got < kBlockBytes) continue;
    ++answer.sampled;
    if (constant_block(block.data())) continue;
    const std::uint64_t key = targets.hasher.block(block.data());
    const auto found = targets.lookup.maybe(key) ? targets.lookup.find(key) : std::nullopt;
    if (!found) continue;
    ++answer.known;
    if (!targets.inventory.shared(*found)) ++single;
  }
  // Keys that occur once in the inventory occur once on a disk, as a rule: their number on it is places times their share of the sample.
  std::uint64_t singles = 0;
  for (std::uint32_t key = 0; key < targets.inventory.keys().size(); ++key) singles += targets.inventory.shared(key) ? 0 : 1;
  const ShareBounds share = wilson(single, answer.sampled);
  const double scale = singles == 0 ? 0 : static_cast<double>(places) / static_cast<double>(singles);
  answer.low = std::min(1.0, share.low * scale);
  answer.high = std::min(1.0, share.high * scale);
  return answer;
}

}  // namespace prova
