#pragma once
// What a feature is worth: how rare it is, times how often it survives another compiler. Learned once on
// cross-compiled projects (bench/kinship/train) and shipped with the scheme; see docs/methods/fingerprint.md.

#include <array>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "fingerprint/fingerprint.h"

namespace prova {

/// The low bits of a FeatureKey that hold the family; the other 27 are the top bits of the feature's hash.
constexpr unsigned kFamilyBits = 5;

[[nodiscard]] constexpr FeatureKey feature_key(std::uint64_t hash, FeatureFamily family) {
  return static_cast<FeatureKey>(hash >> (32 + kFamilyBits)) << kFamilyBits | static_cast<FeatureKey>(family);
}
[[nodiscard]] constexpr FeatureKey feature_key(const Feature& feature) {
  return feature_key(feature.hash, feature.family);
}
[[nodiscard]] constexpr std::uint32_t family_number(FeatureKey key) { return key & ((1U << kFamilyBits) - 1); }

/// Weights are integers in thousandths of a nat, so that sums do not depend on the order of adding.
constexpr std::uint32_t kWeightUnit = 1000;

/// A learned weight as one byte: code c means 12 · (c/255)² nats, which is finest where weights are small. 12 is above
/// ln(100,000), the rarest that a training set of our size can tell.
[[nodiscard]] std::uint8_t encode_weight(double nats);
[[nodiscard]] std::uint32_t decode_weight(std::uint8_t code);

/// An immutable table FeatureKey -> weight, with one weight per family for features that training never saw.
/// File layout, little-endian: "PRVW", u32 format (1), u32 scheme, u32 entries, u8 unseen[32] (by family number; 0: use
/// the stated default), u32 keys[entries] ascending, u8 codes[entries].
class FeatureWeights {
 public:
  /// Only the stated defaults per family.
  FeatureWeights();
  /// Errors: kTruncated, kMalformed (magic, format, order of keys), kStore (made for another scheme).
  [[nodiscard]] static Result<FeatureWeights> parse(ByteView bytes);
  /// The table shipped with kFingerprintScheme; lives as long as the program.
  [[nodiscard]] static const FeatureWeights& shipped();

  /// Weight of a feature in thousandths of a nat. Expected O(1): keys are uniform, so interpolation finds them.
  [[nodiscard]] std::uint32_t of(FeatureKey key) const;
  [[nodiscard]] std::size_t size() const { return keys_.size(); }
  [[nodiscard]] std::uint32_t unseen(std::uint32_t family_number) const { return unseen_[family_number]; }

 private:
  std::vector<FeatureKey> keys_;  ///< Ascending, no repeats.
  std::vector<std::uint8_t> codes_;
  std::array<std::uint32_t, 1U << kFamilyBits> unseen_{};
};

/// The table in its file layout. REQUIRES: `keys` ascending without repeats, `codes` as long, unseen by family number.
[[nodiscard]] std::string serialise_weights(std::span<const FeatureKey> keys, std::span<const std::uint8_t> codes,
                                            const std::array<std::uint8_t, 1U << kFamilyBits>& unseen);

}  // namespace prova
