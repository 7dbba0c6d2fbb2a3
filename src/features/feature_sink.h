#pragma once
// Collects what was seen in one function and turns counts into levels.

#include <cstdint>
#include <string>
#include <vector>

#include "base/hash.h"
#include "features/function_features.h"

namespace prova {

/// A feature seen at least so often is a feature of its own: counts enter as levels.
constexpr std::array<std::uint32_t, 6> kCountLevels = {1, 2, 3, 5, 9, 17};
/// What one function may show before we stop listening: bounds the memory of one function to 4 MB. The largest honest
/// functions (interpreters, generated parsers) show some 100,000 things.
constexpr std::size_t kMaxOccurrences = 1U << 18U;
/// Features kept of one function: those with the smallest hashes, a sample that two builds choose alike.
constexpr std::size_t kMaxFeatures = 1U << 14U;

/// Gathers features of one function. Use finish() once. Not thread-safe.
class FeatureSink {
 public:
  /// `labels` may be null.
  explicit FeatureSink(FeatureLabels* labels) : labels_(labels) {}

  /// Records one occurrence of `content` (a hash of what was seen) in `family`.
  void add(FeatureFamily family, std::uint64_t content) {
    if (seen_.size() < kMaxOccurrences) seen_.push_back({hash(family, content), family});
  }
  /// The same, with a readable form: `text()` is called only when somebody wants labels.
  template <typename Text>
  void add(FeatureFamily family, std::uint64_t content, const Text& text) {
    add(family, content);
    if (labels_ != nullptr) label(hash(family, content), text());
  }

  /// Everything recorded as binary features, ascending by hash, counts as levels. Leaves the sink empty.
  [[nodiscard]] std::vector<Feature> finish();

  [[nodiscard]] static std::uint64_t hash(FeatureFamily family, std::uint64_t content) {
    return mix(static_cast<std::uint64_t>(family), content);
  }

 private:
  void label(std::uint64_t hash, std::string text);

  FeatureLabels* labels_;
  std::vector<Feature> seen_;
};

/// Adds `from` to `into`. Where two texts claim one hash the smaller one stays, so that the order of merging does not
/// show.
void merge_labels(FeatureLabels& into, const FeatureLabels& from);

}  // namespace prova
