#include "synthetic_samples.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace prova {
namespace {

constexpr double kVocabulary = 20e6;
constexpr std::uint32_t kFamilies = 50;
/// As fingerprint/select.h: the heaviest features are kept, and those are the rarest.
constexpr std::size_t kKept = 64;

double unit(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }
std::uint32_t below(std::mt19937_64& random, std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); }

/// P(rank) is proportional to 1 / rank: the logarithm of the rank is uniform.
std::uint32_t draw_rank(std::mt19937_64& random) {
  return static_cast<std::uint32_t>(std::pow(kVocabulary, unit(random)));
}

FeatureKey key_of(std::uint32_t rank) {
  return static_cast<FeatureKey>(mix(rank, 1) & ~31ULL) | (1 + rank % 14);
}

/// 1000 · ln(functions / functions with the feature), as far as the rank tells.
std::uint32_t weight_of(std::uint32_t rank) {
  return static_cast<std::uint32_t>(1000 * std::max(0.05, std::log(rank / 3.0)));
}

std::vector<std::uint32_t> heaviest(std::vector<std::uint32_t> ranks) {
  std::sort(ranks.rbegin(), ranks.rend());
  ranks.erase(std::unique(ranks.begin(), ranks.end()), ranks.end());
  if (ranks.size() > kKept) ranks.resize(kKept);
  return ranks;
}

std::vector<FeatureKey> keys_of(const std::vector<std::uint32_t>& ranks) {
  std::vector<FeatureKey> keys;
  for (const std::uint32_t rank : heaviest(ranks)) keys.push_back(key_of(rank));
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

std::vector<std::uint32_t> both(const std::vector<std::uint32_t>& a, const std::vector<std::uint32_t>& b) {
  auto all = a;
  all.insert(all.end(), b.begin(), b.end());
  return all;
}

}  // namespace

SyntheticSamples::Origin SyntheticSamples::fresh(std::mt19937_64& random) const {
  Origin origin;
  origin.exact = random() | 1;
  // Exponential: 6 to 400, 85 on average.
  const auto own = static_cast<std::uint32_t>(std::min(400.0, 6 - 80 * std::log(1 - unit(random))));
  for (std::uint32_t i = 0; i < own; ++i) origin.own.push_back(draw_rank(random));
  const std::uint32_t callees = below(random, 3) == 0 ? 0 : below(random, 150);  // Leaves have none.
  for (std::uint32_t i = 0; i < callees; ++i) origin.callees.push_back(draw_rank(random));
  return origin;
}

void SyntheticSamples::mutate(Origin& origin) {
  if (below(random_, 3) == 0) return;
  origin.exact = random_() | 1;
  for (auto* ranks : {&origin.own, &origin.callees}) {
    for (std::uint32_t& rank : *ranks) {
      if (below(random_, 10) == 0) rank = draw_rank(random_);
    }
  }
}

SyntheticSamples::Origin SyntheticSamples::draw(std::uint32_t family) {
  const std::uint32_t kind = below(random_, 10);
  if (kind == 0) {
    std::mt19937_64 library(mix(seed_, below(random_, 2000)));
    return fresh(library);
  }
  if (kind > 5) return fresh(random_);
  std::mt19937_64 base(mix(seed_ + 1 + family, below(random_, 1000)));
  Origin origin = fresh(base);
  mutate(origin);
  return origin;
}

StoredSample SyntheticSamples::next(std::uint32_t functions) {
  StoredSample sample;
  const std::string name = fmt::format("synthetic-{}", samples_++);
  const std::uint32_t family = below(random_, kFamilies);
  sample.record.sha256 = sha256(as_bytes(name));
  sample.record.name = name;
  sample.record.family = fmt::format("family {}", family);
  sample.record.format = Format::kPe;
  sample.record.arch = Arch::kX64;
  sample.record.bits = 64;
  std::uint64_t address = 0x140001000;
  for (std::uint32_t i = 0; i < functions; ++i) {
    const Origin origin = draw(family);
    StoredFunction function;
    function.fingerprint.exact = origin.exact;
    function.fingerprint.own = keys_of(origin.own);
    function.fingerprint.with_callees = keys_of(both(origin.own, origin.callees));
    function.fingerprint.blocks = 1 + below(random_, 40);
    function.fingerprint.instructions = function.fingerprint.blocks * (4 + below(random_, 4));
    function.fingerprint.bytes = function.fingerprint.instructions * 4;
    function.address = VirtualAddress{address};
    address += function.fingerprint.bytes / 16 * 16 + 16;
    if (origin.exact % 3 == 0) function.name = fmt::format("Namespace{}::method_{}", origin.exact % 97, origin.exact % 100'003);
    for (std::uint32_t n = below(random_, 4); n > 0; --n) function.callees.push_back(below(random_, functions));
    std::sort(function.callees.begin(), function.callees.end());
    function.callees.erase(std::unique(function.callees.begin(), function.callees.end()), function.callees.end());
    for (std::uint32_t n = below(random_, 3); n > 0; --n) function.imports.push_back(fmt::format("Import{}", draw_rank(random_) % 300));
    std::sort(function.imports.begin(), function.imports.end());
    sample.functions.push_back(std::move(function));
  }
  return sample;
}

Probe SyntheticSamples::next_probe() {
  Origin origin = draw(below(random_, kFamilies));
  Probe probe;
  probe.exact = origin.exact;
  const auto add = [](const std::vector<std::uint32_t>& ranks, auto& list) {
    for (const std::uint32_t rank : heaviest(ranks)) list.emplace_back(key_of(rank), weight_of(rank));
  };
  add(origin.own, probe.own);
  add(both(origin.own, origin.callees), probe.with_callees);
  return probe;
}

}  // namespace prova
