#include "fingerprint/select.h"

#include <algorithm>

namespace prova {

std::vector<WeightedKey> weigh(std::span<const Feature> features, const FeatureWeights& weights) {
  std::vector<WeightedKey> keys;
  keys.reserve(features.size());
  for (const Feature& feature : features) {
    const FeatureKey key = feature_key(feature);
    keys.push_back({key, weights.of(key)});
  }
  return keys;
}

std::vector<FeatureKey> heaviest(std::vector<WeightedKey> keys, std::size_t count) {
  std::sort(keys.begin(), keys.end(), [](const WeightedKey& a, const WeightedKey& b) { return a.key < b.key; });
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  std::erase_if(keys, [](const WeightedKey& k) { return k.weight == 0; });
  if (keys.size() > count) {
    std::nth_element(keys.begin(), keys.begin() + static_cast<std::ptrdiff_t>(count), keys.end(),
                     [](const WeightedKey& a, const WeightedKey& b) {
                       return a.weight != b.weight ? a.weight > b.weight : a.key < b.key;
                     });
    keys.resize(count);
  }
  std::vector<FeatureKey> kept;
  kept.reserve(keys.size());
  for (const WeightedKey& k : keys) kept.push_back(k.key);
  std::sort(kept.begin(), kept.end());
  return kept;
}

}  // namespace prova
