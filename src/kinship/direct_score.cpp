#include "kinship/direct_score.h"

#include <algorithm>
#include <cmath>

namespace prova {
namespace {

/// A feature of more functions than this in either program says nothing about which one, and walking them all for
/// each would make two hostile programs cost O(functions²).
constexpr std::size_t kMaxSharers = 2'000;

double damped(double weight, std::size_t left_count, std::size_t right_count) {
  const std::size_t most = std::max(left_count, right_count);
  if (most > kMaxSharers) return 0;
  return weight / kWeightUnit / (1 + std::log(static_cast<double>(most)));
}

std::vector<double> norms(const FeatureMatrix& matrix, const std::vector<double>& weight) {
  std::vector<double> norm(matrix.ids_of.size(), 0.0);
  for (std::size_t f = 0; f < norm.size(); ++f) {
    for (const std::uint32_t id : matrix.ids_of[f]) norm[f] += weight[id];
  }
  return norm;
}

}  // namespace

DirectScorer::DirectScorer(const ProgramVectors& left, const ProgramVectors& right, const FeatureWeights& weights)
    : own_(make_side(left.own, right.own, weights)),
      callees_(make_side(left.with_callees, right.with_callees, weights)) {}

DirectScorer::Side DirectScorer::make_side(const FeatureMatrix& left, const FeatureMatrix& right,
                                           const FeatureWeights& weights) {
  Side side{&left, &right, std::vector<std::uint32_t>(left.keys.size(), kNone),
            std::vector<double>(left.keys.size()), {}, {}};
  std::vector<double> right_weight(right.keys.size());
  for (std::size_t l = 0, r = 0; l < left.keys.size() || r < right.keys.size();) {
    const bool take_left = r == right.keys.size() || (l < left.keys.size() && left.keys[l] <= right.keys[r]);
    const bool take_right = l == left.keys.size() || (r < right.keys.size() && right.keys[r] <= left.keys[l]);
    const FeatureKey key = take_left ? left.keys[l] : right.keys[r];
    const double weight = damped(weights.of(key), take_left ? left.functions_of[l].size() : 0,
                                 take_right ? right.functions_of[r].size() : 0);
    if (take_left) side.left_weight[l] = weight;
    if (take_right) right_weight[r] = weight;
    if (take_left && take_right) side.right_id[l] = static_cast<std::uint32_t>(r);
    l += take_left ? 1 : 0;
    r += take_right ? 1 : 0;
  }
  side.left_norm = norms(left, side.left_weight);
  side.right_norm = norms(right, right_weight);
  return side;
}

void DirectScorer::add_products(const Side& side, std::uint32_t left, std::vector<double>& dot,
                                std::vector<std::uint32_t>& touched) {
  for (const std::uint32_t id : side.left->ids_of[left]) {
    if (side.right_id[id] == kNone || side.left_weight[id] <= 0) continue;
    for (const std::uint32_t f : side.right->functions_of[side.right_id[id]]) {
      if (dot[f] == 0) touched.push_back(f);
      dot[f] += side.left_weight[id];
    }
  }
}

double DirectScorer::product(const Side& side, std::uint32_t left, std::uint32_t right) {
  const auto& ids = side.right->ids_of[right];
  double dot = 0;
  auto at = ids.begin();
  for (const std::uint32_t id : side.left->ids_of[left]) {
    if (side.right_id[id] == kNone) continue;
    at = std::lower_bound(at, ids.end(), side.right_id[id]);
    if (at != ids.end() && *at == side.right_id[id]) dot += side.left_weight[id];
  }
  return dot;
}

double DirectScorer::cosine(const Side& side, std::uint32_t left, std::uint32_t right, double dot) {
  const double norm = side.left_norm[left] * side.right_norm[right];
  return norm > 0 ? std::min(1.0, dot / std::sqrt(norm)) : 0.0;
}

std::vector<DirectScore> DirectScorer::candidates(std::uint32_t left, std::size_t limit) const {
  const std::size_t functions = own_.right->ids_of.size();
  std::vector<double> own(functions, 0.0), callees(functions, 0.0);
  std::vector<std::uint32_t> touched, also;
  add_products(own_, left, own, touched);
  add_products(callees_, left, callees, also);
  touched.insert(touched.end(), also.begin(), also.end());
  std::sort(touched.begin(), touched.end());
  touched.erase(std::unique(touched.begin(), touched.end()), touched.end());

  std::vector<DirectScore> scores;
  scores.reserve(touched.size());
  for (const std::uint32_t f : touched) {
    scores.push_back({f, cosine(own_, left, f, own[f]), cosine(callees_, left, f, callees[f]), own[f]});
  }
  const auto better = [](const DirectScore& a, const DirectScore& b) {
    return a.total() != b.total() ? a.total() > b.total() : a.right < b.right;
  };
  if (scores.size() > limit) {
    std::nth_element(scores.begin(), scores.begin() + static_cast<std::ptrdiff_t>(limit), scores.end(), better);
    scores.resize(limit);
  }
  std::sort(scores.begin(), scores.end(), better);
  return scores;
}

DirectScore DirectScorer::score(std::uint32_t left, std::uint32_t right) const {
  const double own = product(own_, left, right);
  return {right, cosine(own_, left, right, own), cosine(callees_, left, right, product(callees_, left, right)), own};
}

}  // namespace prova
