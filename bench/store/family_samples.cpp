#include "family_samples.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace prova {
namespace {

constexpr std::uint64_t kSamplesPerVersion = 20;
/// Functions that a family's samples take from each library.
constexpr std::size_t kLinkedFunctions = 120;
constexpr std::uint32_t kChangedFunctions = 3, kChangedFeatures = 10;       // Per cent.
constexpr std::uint32_t kLeastChanged = 5, kMostChanged = 40, kGone = 10;  // Per cent.

std::uint32_t below(std::mt19937_64& random, std::size_t n) { return static_cast<std::uint32_t>(random() % n); }

/// Replaces `percent` of the keys: two thirds by keys of other functions, so that common features stay common, the rest by new ones.
void change_some(std::vector<FeatureKey>& keys, const std::vector<FeatureKey>& others, std::uint32_t percent, std::mt19937_64& random) {
  for (FeatureKey& key : keys) {
    if (below(random, 100) >= percent) continue;
    key = below(random, 3) == 0 || others.empty() ? (static_cast<FeatureKey>(random()) & ~31U) | (key & 31U)
                                                  : others[below(random, others.size())];
  }
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
}

void change(StoredFunction& function, const StoredFunction& other, std::uint32_t percent, std::mt19937_64& random) {
  change_some(function.fingerprint.own, other.fingerprint.own, percent, random);
  change_some(function.fingerprint.with_callees, other.fingerprint.with_callees, percent, random);
  function.fingerprint.exact = random() | 1;
}

/// The functions for which `keep` says so; calls are renumbered.
template <typename Keep>
StoredSample part_of(const StoredSample& sample, const Keep& keep) {
  std::vector<std::optional<std::uint32_t>> number(sample.functions.size());
  std::uint32_t kept = 0;
  for (auto& n : number) {
    if (keep()) n = kept++;
  }
  StoredSample part{sample.record, {}};
  for (std::size_t f = 0; f < number.size(); ++f) {
    if (!number[f]) continue;
    StoredFunction function = sample.functions[f];
    std::erase_if(function.callees, [&](std::uint32_t callee) { return !number[callee]; });
    for (std::uint32_t& callee : function.callees) callee = *number[callee];
    part.functions.push_back(std::move(function));
  }
  return part;
}

std::uint64_t size_of(const SimulatedFamily& family) {
  return family.own.functions.size() + (family.linked ? family.libraries.size() * kLinkedFunctions : 0);
}

std::uint64_t samples_at_rank(double scale, std::size_t rank) {
  return std::max<std::uint64_t>(1, static_cast<std::uint64_t>(scale / static_cast<double>(rank)));
}

StoredSample one_sample(const SimulatedIndex& index, const SimulatedFamily& family, const StoredSample& version,
                        std::uint64_t number, std::mt19937_64& random) {
  StoredSample sample = near_duplicate(version, number, random);
  if (family.linked) {
    for (const std::size_t library : family.libraries) {
      sample = linked(std::move(sample), linked_part(index.libraries[library], kLinkedFunctions, hash64(family.name)));
    }
  }
  sample.record.sha256 = sha256(as_bytes(fmt::format("{} {}", family.name, number)));
  sample.record.member.clear();
  sample.record.name = fmt::format("{}-{}", family.name, number);
  sample.record.family = family.name;
  sample.record.role = SampleRole::kMalware;
  sample.record.code_bytes = 0;
  for (const StoredFunction& f : sample.functions) sample.record.code_bytes += f.fingerprint.bytes;
  return sample;
}

Status add_family(const SimulatedIndex& index, const SimulatedFamily& family, const std::function<Status(StoredSample)>& add) {
  std::mt19937_64 random(hash64(family.name));
  StoredSample version = family.own;
  for (std::uint64_t n = 0; n < family.samples; ++n) {
    if (n > 0 && n % kSamplesPerVersion == 0) version = next_version(family.own, random);
    PROVA_TRY(add(one_sample(index, family, version, n, random)));
  }
  return {};
}

}  // namespace

StoredSample linked(StoredSample a, const StoredSample& b) {
  const auto offset = static_cast<std::uint32_t>(a.functions.size());
  for (StoredFunction f : b.functions) {
    for (std::uint32_t& callee : f.callees) callee += offset;
    a.functions.push_back(std::move(f));
  }
  for (std::size_t f = 0; f < a.functions.size(); ++f) a.functions[f].address = VirtualAddress{0x1000 + 0x100 * f};
  return a;
}

StoredSample linked_part(const StoredSample& library, std::size_t functions, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  return part_of(library, [&] { return below(random, library.functions.size()) < functions; });
}

StoredSample near_duplicate(const StoredSample& original, std::uint64_t copy, std::mt19937_64& random) {
  StoredSample sample = original;
  if (copy == 0) return sample;
  for (StoredFunction& f : sample.functions) {
    if (below(random, 100) < kChangedFunctions) change(f, f, kChangedFeatures, random);
  }
  return sample;
}

StoredSample next_version(const StoredSample& original, std::mt19937_64& random) {
  StoredSample sample = part_of(original, [&] { return below(random, 100) >= kGone; });
  const std::uint32_t percent = kLeastChanged + below(random, kMostChanged - kLeastChanged + 1);
  for (StoredFunction& f : sample.functions) {
    change(f, original.functions[below(random, original.functions.size())], percent, random);
  }
  return sample;
}

void share_out(SimulatedIndex& index, std::uint64_t functions) {
  const auto total = [&](double scale) {
    std::uint64_t sum = 0;
    for (std::size_t r = 0; r < index.families.size(); ++r) {
      const SimulatedFamily& family = index.families[r];
      sum += size_of(family) * (family.samples > 0 ? family.samples : samples_at_rank(scale, r + 1));
    }
    return sum;
  };
  double scale = 1;
  while (total(scale) < functions) scale *= 1.02;
  for (std::size_t r = 0; r < index.families.size(); ++r) {
    SimulatedFamily& family = index.families[r];
    if (family.samples == 0) family.samples = samples_at_rank(scale, r + 1);
  }
}

Status add_samples(const SimulatedIndex& index, const std::function<Status(StoredSample)>& add) {
  for (std::size_t i = 0; i < index.libraries.size(); i += 2) {
    StoredSample library = index.libraries[i];
    library.record.role = SampleRole::kLibrary;
    PROVA_TRY(add(std::move(library)));
  }
  for (const SimulatedFamily& family : index.families) PROVA_TRY(add_family(index, family, add));
  return {};
}

}  // namespace prova
