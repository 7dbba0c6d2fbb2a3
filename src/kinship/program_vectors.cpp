#include "kinship/program_vectors.h"

#include <algorithm>

namespace prova {
namespace {

FeatureMatrix make_matrix(const StoredSample& sample, std::vector<FeatureKey> Fingerprint::* list) {
  FeatureMatrix matrix;
  for (const StoredFunction& f : sample.functions) {
    const auto& keys = f.fingerprint.*list;
    matrix.keys.insert(matrix.keys.end(), keys.begin(), keys.end());
  }
  std::sort(matrix.keys.begin(), matrix.keys.end());
  matrix.keys.erase(std::unique(matrix.keys.begin(), matrix.keys.end()), matrix.keys.end());
  matrix.functions_of.resize(matrix.keys.size());
  matrix.ids_of.resize(sample.functions.size());
  for (std::uint32_t f = 0; f < sample.functions.size(); ++f) {
    // Stored lists are ascending by contract; a damaged or hand-made one must not confuse the merge below.
    std::vector<FeatureKey> keys = sample.functions[f].fingerprint.*list;
    std::sort(keys.begin(), keys.end());
    keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
    auto at = matrix.keys.begin();
    for (const FeatureKey key : keys) {
      at = std::lower_bound(at, matrix.keys.end(), key);
      const auto id = static_cast<std::uint32_t>(at - matrix.keys.begin());
      matrix.ids_of[f].push_back(id);
      matrix.functions_of[id].push_back(f);
    }
  }
  return matrix;
}

}  // namespace

ProgramVectors make_vectors(const StoredSample& sample) {
  return {&sample, make_matrix(sample, &Fingerprint::own), make_matrix(sample, &Fingerprint::with_callees)};
}

}  // namespace prova
