#include "fingerprint/fingerprint.h"

#include <algorithm>

#include "fingerprint/call_targets.h"
#include "fingerprint/select.h"

namespace prova {
namespace {

/// A function with more direct callees than this is a dispatcher: its union would be a sample of half the program,
/// and hostile code could make it cost O(functions²).
constexpr std::size_t kMaxCalleesUnited = 64;

std::vector<std::vector<WeightedKey>> weigh_all(const std::vector<FunctionFeatures>& features,
                                                const FeatureWeights& weights) {
  std::vector<std::vector<WeightedKey>> weighed(features.size());
  for (std::size_t i = 0; i < features.size(); ++i) weighed[i] = weigh(features[i].features, weights);
  return weighed;
}

}  // namespace

std::vector<Fingerprint> fingerprint(const Program& program, const std::vector<FunctionFeatures>& features,
                                     const FeatureWeights& weights, const Selection& selection) {
  const auto weighed = weigh_all(features, weights);
  std::vector<Fingerprint> prints(features.size());
  for (std::uint32_t i = 0; i < features.size(); ++i) {
    if (program.functions[i].kind != FunctionKind::kFunction) continue;
    Fingerprint& print = prints[i];
    print.exact = features[i].exact_hash;
    print.blocks = features[i].blocks;
    print.instructions = features[i].instructions;
    print.bytes = features[i].bytes;
    print.own = heaviest(weighed[i], selection.own);

    std::vector<WeightedKey> united = weighed[i];
    const std::vector<std::uint32_t> callees = real_callees(program, i);
    for (std::size_t c = 0; c < std::min(callees.size(), kMaxCalleesUnited); ++c) {
      united.insert(united.end(), weighed[callees[c]].begin(), weighed[callees[c]].end());
    }
    print.with_callees = heaviest(std::move(united), selection.with_callees);
  }
  return prints;
}

std::vector<Fingerprint> fingerprint(const Program& program, const std::vector<FunctionFeatures>& features) {
  return fingerprint(program, features, FeatureWeights::shipped());
}

}  // namespace prova
