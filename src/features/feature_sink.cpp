#include "features/feature_sink.h"

#include <algorithm>
#include <array>

namespace prova {
namespace {

bool by_hash(const Feature& a, const Feature& b) {
  return a.hash != b.hash ? a.hash < b.hash : a.family < b.family;
}

void keep_smaller(FeatureLabels& labels, std::uint64_t hash, std::string text) {
  const auto [it, added] = labels.try_emplace(hash, text);
  if (!added && text < it->second) it->second = std::move(text);
}

}  // namespace

std::vector<Feature> FeatureSink::finish() {
  std::sort(seen_.begin(), seen_.end(), by_hash);
  std::vector<Feature> out;
  out.reserve(seen_.size());
  for (std::size_t i = 0; i < seen_.size();) {
    std::size_t end = i;
    while (end < seen_.size() && seen_[end] == seen_[i]) ++end;
    for (const std::uint32_t level : kCountLevels) {
      if (end - i < level) break;
      out.push_back({level == 1 ? seen_[i].hash : mix(seen_[i].hash, level), seen_[i].family});
    }
    i = end;
  }
  seen_.clear();
  std::sort(out.begin(), out.end(), by_hash);
  out.erase(std::unique(out.begin(), out.end(), [](const Feature& a, const Feature& b) { return a.hash == b.hash; }),
            out.end());
  if (out.size() > kMaxFeatures) out.resize(kMaxFeatures);
  return out;
}

void FeatureSink::label(std::uint64_t hash, std::string text) { keep_smaller(*labels_, hash, std::move(text)); }

void merge_labels(FeatureLabels& into, const FeatureLabels& from) {
  for (const auto& [hash, text] : from) keep_smaller(into, hash, text);
}

}  // namespace prova
