#include "fingerprint/weights.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

#include "base/byte_reader.h"
#include "fingerprint/shipped_weights.h"

namespace prova {
namespace {

constexpr std::uint32_t kMagic = 0x5756'5250;  // "PRVW"
constexpr std::uint32_t kFormat = 1;
constexpr std::uint64_t kHeaderBytes = 16;
constexpr std::size_t kFamilyCodes = std::size_t{1} << kFamilyBits;
constexpr double kHeaviest = 12.0;  ///< Nats that the largest code stands for.

/// Rarity of a feature that was never seen, in nats: ln of twice the distinct functions of a training set of some
/// 20,000.
constexpr double kUnseenRarity = 10.6;

struct FamilySurvival {
  FeatureFamily family;
  double survival;
};

/// Share of a function's features that are found again in a build by another compiler or at another level, as the
/// prototype measured it over eleven projects (gcc 12 and clang 14; O0, O2, O3, Os). Used for families that the
/// learned table does not speak of. kOpcode was not measured: it is tied to the compiler by design.
constexpr auto kStatedSurvival = std::to_array<FamilySurvival>({
    {FeatureFamily::kConstant, .76},     {FeatureFamily::kString, .81},      {FeatureFamily::kData, .36},
    {FeatureFamily::kImport, .75},       {FeatureFamily::kField, .70},       {FeatureFamily::kStore, .43},
    {FeatureFamily::kBranch, .66},       {FeatureFamily::kCallArgument, .60}, {FeatureFamily::kReturnValue, .41},
    {FeatureFamily::kDataflow, .52},     {FeatureFamily::kBlock, .50},       {FeatureFamily::kControlFlow, .29},
    {FeatureFamily::kPointerTable, .84}, {FeatureFamily::kOpcode, .20},
});

std::uint32_t in_units(double nats) { return static_cast<std::uint32_t>(std::lround(nats * kWeightUnit)); }

}  // namespace

std::uint8_t encode_weight(double nats) {
  const double share = std::clamp(nats, 0.0, kHeaviest) / kHeaviest;
  return static_cast<std::uint8_t>(std::lround(255 * std::sqrt(share)));
}

std::uint32_t decode_weight(std::uint8_t code) {
  const double root = code / 255.0;
  return in_units(kHeaviest * root * root);
}

FeatureWeights::FeatureWeights() {
  for (const auto& [family, survival] : kStatedSurvival) {
    unseen_[static_cast<std::size_t>(family)] = in_units(kUnseenRarity * survival * survival);
  }
}

Result<FeatureWeights> FeatureWeights::parse(ByteView bytes) {
  const ByteReader in(bytes);
  PROVA_TRY(magic, in.read_at<std::uint32_t>(FileOffset{0}));
  PROVA_TRY(format, in.read_at<std::uint32_t>(FileOffset{4}));
  PROVA_TRY(scheme, in.read_at<std::uint32_t>(FileOffset{8}));
  PROVA_TRY(entries, in.read_at<std::uint32_t>(FileOffset{12}));
  if (magic != kMagic || format != kFormat) {
    return fail(ErrorCode::kMalformed,
                fmt::format("feature weights begin {:#010x} format {}, expected {:#010x} format {}", magic, format,
                            kMagic, kFormat), FileOffset{0});
  }
  if (scheme != kFingerprintScheme) {
    return fail(ErrorCode::kStore, fmt::format("feature weights of scheme {}, expected {}", scheme, kFingerprintScheme),
                FileOffset{8});
  }
  PROVA_TRY(unseen, in.slice(FileOffset{kHeaderBytes}, kFamilyCodes));
  const std::uint64_t keys_at = kHeaderBytes + kFamilyCodes;
  PROVA_TRY(codes, in.slice(FileOffset{keys_at + 4ULL * entries}, entries));
  FeatureWeights table;
  for (std::size_t family = 0; family < kFamilyCodes; ++family) {
    const auto code = static_cast<std::uint8_t>(unseen[family]);
    if (code != 0) table.unseen_[family] = decode_weight(code);
  }
  table.keys_.reserve(entries);
  for (std::uint64_t i = 0; i < entries; ++i) {
    const auto key = in.value_at<std::uint32_t>(FileOffset{keys_at + 4 * i});
    if (!table.keys_.empty() && key <= table.keys_.back()) {
      return fail(ErrorCode::kMalformed, fmt::format("feature key {:#x} follows {:#x}, expected ascending keys", key,
                                                     table.keys_.back()), FileOffset{keys_at + 4 * i});
    }
    table.keys_.push_back(key);
    table.codes_.push_back(static_cast<std::uint8_t>(codes[i]));
  }
  return table;
}

const FeatureWeights& FeatureWeights::shipped() {
  // The embedded file is our own: were it damaged, the stated defaults would still rank, and weights_test fails.
  static const FeatureWeights table = [] {
    auto parsed = parse(shipped_weights());
    return parsed ? *std::move(parsed) : FeatureWeights();
  }();
  return table;
}

std::uint32_t FeatureWeights::of(FeatureKey key) const {
  std::size_t low = 0, high = keys_.size();
  // Interpolation while the range is wide, then the rest by halving: the first step lands within sqrt(n) of the key.
  constexpr std::size_t kNarrow = 64;
  constexpr int kMaxSteps = 4;
  for (int step = 0; step < kMaxSteps && high - low > kNarrow; ++step) {
    const std::uint64_t first = keys_[low], last = keys_[high - 1];
    if (key < first || key > last) return unseen_[family_number(key)];
    const auto guess = low + static_cast<std::size_t>((key - first) * (high - low - 1) / (last - first));
    if (keys_[guess] <= key) low = guess;
    if (keys_[guess] >= key) high = guess + 1;
  }
  const auto begin = keys_.begin() + static_cast<std::ptrdiff_t>(low);
  const auto end = keys_.begin() + static_cast<std::ptrdiff_t>(high);
  const auto at = std::lower_bound(begin, end, key);
  if (at == end || *at != key) return unseen_[family_number(key)];
  return decode_weight(codes_[static_cast<std::size_t>(at - keys_.begin())]);
}

std::string serialise_weights(std::span<const FeatureKey> keys, std::span<const std::uint8_t> codes,
                              const std::array<std::uint8_t, 1U << kFamilyBits>& unseen) {
  std::string out;
  const auto append_u32 = [&out](std::uint32_t value) {
    for (unsigned shift = 0; shift < 32; shift += 8) out.push_back(static_cast<char>(value >> shift & 0xff));
  };
  append_u32(kMagic);
  append_u32(kFormat);
  append_u32(kFingerprintScheme);
  append_u32(static_cast<std::uint32_t>(keys.size()));
  for (const std::uint8_t code : unseen) out.push_back(static_cast<char>(code));
  for (const FeatureKey key : keys) append_u32(key);
  for (const std::uint8_t code : codes) out.push_back(static_cast<char>(code));
  return out;
}

}  // namespace prova
