#pragma once
// Which features of a function are kept: the heaviest.

#include <span>
#include <vector>

#include "fingerprint/weights.h"

namespace prova {

/// Features kept of a function itself, and of it together with its callees. Of a function that swallowed others (-O3) the
/// heaviest 64 are mostly theirs: with 64 / 96 / 128 / 256 kept, own features alone miss of Lua gcc O0 -> O2
/// 24 / 21 / 19 / 19 of 316, clang O0 -> O3 35 / 37 / 33 / 29 of 298, gcc O2 -> O3 14 / 12 / 13 / 9 of 345 (192: 9). Most
/// functions have fewer: the mean list of Lua's grows from 49 to 79 keys with 192. Callees' features only have to find the
/// neighbourhood: 64 of them keep the counterpart among the first 100 of 28,600 functions in .991 of cases.
constexpr std::size_t kOwnFeatures = 192;
constexpr std::size_t kFeaturesWithCallees = 64;

struct WeightedKey {
  FeatureKey key = 0;
  std::uint32_t weight = 0;  ///< Thousandths of a nat.
  friend bool operator==(const WeightedKey&, const WeightedKey&) = default;
};

/// Keys and weights of features, in their order. O(n).
[[nodiscard]] std::vector<WeightedKey> weigh(std::span<const Feature> features, const FeatureWeights& weights);

/// The `count` heaviest distinct keys, ascending. Ties go to the smaller key: its high bits are a hash, so two builds
/// of one function break ties the same way. Weightless features are never kept. O(n log n).
[[nodiscard]] std::vector<FeatureKey> heaviest(std::vector<WeightedKey> keys, std::size_t count);

struct Selection {
  std::size_t own = kOwnFeatures;
  std::size_t with_callees = kFeaturesWithCallees;
};

/// As fingerprint(program, features), with another weight table or other list lengths: for training and measuring.
[[nodiscard]] std::vector<Fingerprint> fingerprint(const Program& program, const std::vector<FunctionFeatures>& features,
                                                   const FeatureWeights& weights, const Selection& selection = {});

}  // namespace prova
