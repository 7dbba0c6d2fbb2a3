#include "weight_training.h"

#include <algorithm>
#include <cmath>
#include <unordered_map>

namespace prova::bench {
namespace {

/// Entries kept: 220,000 of 5 bytes are 1.1 MB, which is what a table shipped with the program may cost. The commonest
/// features come first: what one function of the training set has is worth the family's default.
constexpr std::size_t kMaxEntries = 220'000;
constexpr std::uint32_t kLeastFunctions = 2;
/// Pseudo-counts of the family's own survival in the same rarity bin.
constexpr double kPrior = 8;
constexpr std::size_t kBins = 20;

struct Count {
  double present = 0;         ///< Builds of functions that have it, over functions built at least twice.
  double found_again = 0;     ///< Of these, the expected share of other builds that have it too.
  std::uint32_t functions = 0;  ///< Distinct functions with it.
};
using Counts = std::unordered_map<FeatureKey, Count>;
/// All builds of one function: each a set of keys.
using Builds = std::vector<std::vector<FeatureKey>>;

std::vector<FeatureKey> keys_of(const FunctionFeatures& features) {
  std::vector<FeatureKey> keys;
  keys.reserve(features.features.size());
  for (const Feature& f : features.features) keys.push_back(feature_key(f));
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  return keys;
}

/// Functions by name; a name that occurs twice in one build is no ground truth and left out.
std::map<std::string, Builds> functions_of(const std::vector<const CorpusProgram*>& builds) {
  std::map<std::string, Builds> functions;
  for (const CorpusProgram* p : builds) {
    std::map<std::string_view, int> times;
    for (const StoredFunction& f : p->sample.functions) ++times[f.name];
    for (std::size_t i = 0; i < p->features.size(); ++i) {
      const std::string& name = p->sample.functions[i].name;
      if (name.empty() || times[name] != 1 || p->features[i].features.empty()) continue;
      functions[name].push_back(keys_of(p->features[i]));
    }
  }
  return functions;
}

void count(const Builds& builds, Counts& counts) {
  std::unordered_map<FeatureKey, std::uint32_t> in;
  for (const auto& keys : builds) {
    for (const FeatureKey key : keys) ++in[key];
  }
  for (const auto& [key, times] : in) {
    Count& c = counts[key];
    ++c.functions;
    if (builds.size() < 2) continue;
    // Of the times · (builds - 1) ordered pairs that start with it, times · (times - 1) find it again.
    c.present += times;
    c.found_again += times * (times - 1.0) / static_cast<double>(builds.size() - 1);
  }
}

std::size_t bin_of(std::uint32_t functions) {
  return std::min<std::size_t>(kBins - 1, static_cast<std::size_t>(std::log2(functions)));
}

struct Survival {
  std::array<std::array<Count, kBins>, 32> by_bin{};
  std::array<Count, 32> overall{};

  [[nodiscard]] double mean(std::uint32_t family, std::size_t bin) const {
    const Count& all = overall[family];
    const double family_mean = all.present > 0 ? all.found_again / all.present : 0;
    const Count& c = by_bin[family][bin];
    return (c.found_again + kPrior * family_mean) / (c.present + kPrior);
  }
};

}  // namespace

TrainedWeights train_weights(const std::vector<CorpusProgram>& programs, const std::vector<char>& use) {
  std::map<std::string, std::vector<const CorpusProgram*>> projects;
  for (std::size_t i = 0; i < programs.size(); ++i) {
    if (use[i] != 0) projects[programs[i].project].push_back(&programs[i]);
  }
  TrainedWeights trained;
  Counts counts;
  for (const auto& [project, builds] : projects) {
    for (const auto& [name, function] : functions_of(builds)) {
      count(function, counts);
      ++trained.functions;
    }
  }
  trained.features = counts.size();

  Survival survival;
  for (const auto& [key, c] : counts) {
    for (Count* sum : {&survival.by_bin[family_number(key)][bin_of(c.functions)], &survival.overall[family_number(key)]}) {
      sum->present += c.present;
      sum->found_again += c.found_again;
    }
  }
  const auto rarity = [&](std::uint32_t functions) { return std::log((trained.functions + 1.0) / (functions + 1.0)); };
  std::array<std::uint8_t, 32> unseen{};
  for (std::uint32_t family = 0; family < 32; ++family) {
    const Count& all = survival.overall[family];
    if (all.present == 0) continue;
    trained.survival[family] = all.found_again / all.present;
    const double s = survival.mean(family, 0);
    unseen[family] = std::max<std::uint8_t>(1, encode_weight(rarity(0) * s * s));
  }

  std::vector<std::pair<FeatureKey, Count>> kept;
  for (const auto& entry : counts) {
    if (entry.second.functions >= kLeastFunctions) kept.push_back(entry);
  }
  std::sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) {
    return a.second.functions != b.second.functions ? a.second.functions > b.second.functions : a.first < b.first;
  });
  if (kept.size() > kMaxEntries) kept.resize(kMaxEntries);
  std::sort(kept.begin(), kept.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  std::vector<FeatureKey> keys;
  std::vector<std::uint8_t> codes;
  for (const auto& [key, c] : kept) {
    const double mean = survival.mean(family_number(key), bin_of(c.functions));
    const double s = (c.found_again + kPrior * mean) / (c.present + kPrior);
    keys.push_back(key);
    codes.push_back(encode_weight(rarity(c.functions) * s * s));
  }
  trained.kept = keys.size();
  trained.file = serialise_weights(keys, codes, unseen);
  return trained;
}

}  // namespace prova::bench
