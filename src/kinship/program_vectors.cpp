#include "kinship/program_vectors.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace prova {
namespace {

/// One feature of one function: the key above, the function below.
using Entry = std::uint64_t;
constexpr unsigned kKeyShift = 32;

/// Stable sort by key, entries of one key staying in order of function: three passes of a radix sort.
void sort_by_key(std::vector<Entry>& entries) {
  constexpr unsigned kDigit = 11, kPasses = 3;
  constexpr std::size_t kFewEntries = 4'096;  // Below this the counters cost more than comparing.
  if (entries.size() < kFewEntries) return std::sort(entries.begin(), entries.end());
  std::vector<Entry> sorted(entries.size());
  for (unsigned pass = 0; pass < kPasses; ++pass) {
    const unsigned shift = kKeyShift + pass * kDigit;
    const auto digit = [shift](Entry e) { return static_cast<std::size_t>(e >> shift) & ((1U << kDigit) - 1); };
    std::array<std::size_t, (1U << kDigit) + 1> next{};
    for (const Entry e : entries) ++next[digit(e) + 1];
    for (std::size_t d = 1; d < next.size(); ++d) next[d] += next[d - 1];
    for (const Entry e : entries) sorted[next[digit(e)]++] = e;
    entries.swap(sorted);
  }
}

/// Every feature of every function once, ascending by (key, function).
std::vector<Entry> entries_of(const StoredSample& sample, std::vector<FeatureKey> Fingerprint::* list) {
  std::size_t count = 0;
  for (const StoredFunction& f : sample.functions) count += (f.fingerprint.*list).size();
  std::vector<Entry> entries;
  entries.reserve(count);
  for (std::size_t f = 0; f < sample.functions.size(); ++f) {
    for (const FeatureKey key : sample.functions[f].fingerprint.*list) entries.push_back(Entry{key} << kKeyShift | f);
  }
  sort_by_key(entries);
  // Stored lists have no repeats by contract; a damaged or hand-made one must not count twice.
  entries.erase(std::unique(entries.begin(), entries.end()), entries.end());
  return entries;
}

/// Fills `keys`, and for every key the functions.
void add_functions(FeatureMatrix& matrix, const std::vector<Entry>& entries) {
  matrix.functions.reserve(entries.size());
  for (const Entry e : entries) {
    const auto key = static_cast<FeatureKey>(e >> kKeyShift);
    if (matrix.keys.empty() || matrix.keys.back() != key) {
      matrix.keys.push_back(key);
      matrix.first_function.push_back(static_cast<std::uint32_t>(matrix.functions.size()));
    }
    matrix.functions.push_back(static_cast<std::uint32_t>(e));
  }
  matrix.first_function.push_back(static_cast<std::uint32_t>(matrix.functions.size()));
}

/// The same the other way round: for every function the ids.
void add_ids(FeatureMatrix& matrix, std::size_t functions) {
  std::vector<std::uint32_t> next(functions + 1, 0);
  for (const std::uint32_t f : matrix.functions) ++next[f + 1];
  for (std::size_t f = 1; f < next.size(); ++f) next[f] += next[f - 1];
  matrix.first_id = next;
  matrix.ids.resize(matrix.functions.size());
  for (std::uint32_t id = 0; id < matrix.keys.size(); ++id) {
    for (const std::uint32_t f : matrix.functions_of(id)) matrix.ids[next[f]++] = id;
  }
}

FeatureMatrix make_matrix(const StoredSample& sample, std::vector<FeatureKey> Fingerprint::* list, const FeatureWeights& weights) {
  FeatureMatrix matrix;
  add_functions(matrix, entries_of(sample, list));
  add_ids(matrix, sample.functions.size());
  matrix.norm_alone.assign(sample.functions.size(), 0.0);
  for (std::uint32_t id = 0; id < matrix.keys.size(); ++id) {
    const auto functions = matrix.functions_of(id);
    matrix.weight.push_back(static_cast<double>(weights.of(matrix.keys[id])) / kWeightUnit);
    matrix.alone.push_back(damped(matrix.weight.back(), functions.size(), 0));
    for (const std::uint32_t f : functions) matrix.norm_alone[f] += matrix.alone.back();
  }
  return matrix;
}

}  // namespace

double damped(double weight, std::size_t left_count, std::size_t right_count) {
  const std::size_t most = std::max(left_count, right_count);
  if (most > kMaxSharers) return 0;
  return most == 1 ? weight : weight / (1 + std::log(static_cast<double>(most)));
}

ProgramVectors make_vectors(const StoredSample& sample, const FeatureWeights& weights) {
  return {&sample, make_matrix(sample, &Fingerprint::own, weights), make_matrix(sample, &Fingerprint::with_callees, weights)};
}

}  // namespace prova
