#include "kinship/reasons.h"

#include <algorithm>

#include "fingerprint/weights.h"

namespace prova {

std::vector<std::string> reasons(const AnalyzedSample& sample, const Fingerprint& a, const Fingerprint& b) {
  std::vector<FeatureKey> shared;
  std::set_intersection(a.own.begin(), a.own.end(), b.own.begin(), b.own.end(), std::back_inserter(shared));
  std::vector<std::pair<std::uint32_t, std::string>> readable;
  for (const FeatureKey key : shared) {
    if (const auto label = sample.labels.find(key); label != sample.labels.end()) {
      readable.emplace_back(FeatureWeights::shipped().of(key), label->second);
    }
  }
  std::sort(readable.begin(), readable.end(), [](const auto& x, const auto& y) {
    return x.first != y.first ? x.first > y.first : x.second < y.second;
  });
  std::vector<std::string> texts;
  for (auto& [weight, text] : readable) {
    if (texts.size() == kMaxReasons) break;
    if (std::find(texts.begin(), texts.end(), text) == texts.end()) texts.push_back(std::move(text));
  }
  return texts;
}

}  // namespace prova
