#pragma once
// The compact, comparable form of a function's features: what is stored, exported and looked up. It reveals no code
// bytes.

#include <cstdint>
#include <vector>

#include "features/function_features.h"

namespace prova {

/// Raised whenever any feature, hash, weight or selection rule changes; an index of another scheme is refused.
constexpr std::uint32_t kFingerprintScheme = 2;

/// A feature as stored: the low 5 bits are its FeatureFamily, the rest are bits of its hash.
using FeatureKey = std::uint32_t;

/// One function's fingerprint.
struct Fingerprint {
  std::uint64_t exact = 0;               ///< FunctionFeatures::exact_hash.
  std::vector<FeatureKey> own;           ///< The heaviest own features; ascending, no repeats.
  std::vector<FeatureKey> with_callees;  ///< The heaviest of own and direct callees' features; ascending, no repeats.
  std::uint32_t blocks = 0;
  std::uint32_t instructions = 0;
  std::uint32_t bytes = 0;
  friend bool operator==(const Fingerprint&, const Fingerprint&) = default;
};

/// Fingerprints of a whole program, parallel to `program.functions`. Deterministic.
[[nodiscard]] std::vector<Fingerprint> fingerprint(const Program& program, const std::vector<FunctionFeatures>& features);

}  // namespace prova
