#include "kinship/direct_score.h"

#include <algorithm>
#include <cmath>

namespace prova {
namespace {

/// Weighs what both have anew where the other program has it in more functions.
void adjust_norms(const FeatureMatrix& matrix, std::uint32_t id, double weight, std::vector<double>& norm) {
  if (weight == matrix.alone[id]) return;
  for (const std::uint32_t f : matrix.functions_of(id)) norm[f] += weight - matrix.alone[id];
}

}  // namespace

DirectScorer::DirectScorer(const ProgramVectors& left, const ProgramVectors& right)
    : own_(make_side(left.own, right.own)), callees_(make_side(left.with_callees, right.with_callees)) {}

DirectScorer::Side DirectScorer::make_side(const FeatureMatrix& left, const FeatureMatrix& right) {
  Side side{&left, &right, std::vector<std::uint32_t>(left.keys.size(), kNone), {}, left.norm_alone, right.norm_alone};
  std::uint32_t l = 0;
  for (std::uint32_t r = 0; r < right.keys.size(); ++r) {
    while (l < left.keys.size() && left.keys[l] < right.keys[r]) ++l;
    if (l == left.keys.size()) break;
    if (left.keys[l] != right.keys[r]) continue;
    const double weight = damped(left.weight[l], left.functions_of(l).size(), right.functions_of(r).size());
    side.shared_of[l] = static_cast<std::uint32_t>(side.shared.size());
    side.shared.push_back({r, weight});
    adjust_norms(left, l, weight, side.left_norm);
    adjust_norms(right, r, weight, side.right_norm);
  }
  return side;
}

void DirectScorer::add_products(const Side& side, std::uint32_t left, std::vector<double>& dot, std::vector<std::uint32_t>& touched) {
  for (const std::uint32_t id : side.left->ids_of(left)) {
    if (side.shared_of[id] == kNone) continue;
    const Shared& shared = side.shared[side.shared_of[id]];
    if (shared.weight <= 0) continue;
    for (const std::uint32_t f : side.right->functions_of(shared.right)) {
      if (dot[f] == 0) touched.push_back(f);
      dot[f] += shared.weight;
    }
  }
}

double DirectScorer::product(const Side& side, std::uint32_t left, std::uint32_t right) {
  const auto ids = side.right->ids_of(right);
  double dot = 0;
  auto at = ids.begin();
  for (const std::uint32_t id : side.left->ids_of(left)) {
    if (side.shared_of[id] == kNone) continue;
    const Shared& shared = side.shared[side.shared_of[id]];
    at = std::lower_bound(at, ids.end(), shared.right);
    if (at != ids.end() && *at == shared.right) dot += shared.weight;
  }
  return dot;
}

double DirectScorer::cosine(const Side& side, std::uint32_t left, std::uint32_t right, double dot) {
  const double norm = side.left_norm[left] * side.right_norm[right];
  return norm > 0 ? std::min(1.0, dot / std::sqrt(norm)) : 0.0;
}

std::vector<DirectScore> DirectScorer::candidates(std::uint32_t left, std::size_t limit) const {
  Workspace work;
  return candidates(left, limit, work);
}

std::vector<DirectScore> DirectScorer::candidates(std::uint32_t left, std::size_t limit, Workspace& work) const {
  const std::size_t functions = own_.right_norm.size();
  work.own.resize(functions, 0.0);
  work.callees.resize(functions, 0.0);
  work.touched.clear();
  add_products(own_, left, work.own, work.touched);
  const std::size_t by_own = work.touched.size();
  add_products(callees_, left, work.callees, work.touched);

  std::vector<DirectScore> scores;
  scores.reserve(work.touched.size());
  for (std::size_t i = 0; i < work.touched.size(); ++i) {
    const std::uint32_t f = work.touched[i];
    if (i >= by_own && work.own[f] != 0) continue;  // Stands among the first already.
    scores.push_back({f, cosine(own_, left, f, work.own[f]), cosine(callees_, left, f, work.callees[f]), work.own[f]});
  }
  for (const std::uint32_t f : work.touched) work.own[f] = work.callees[f] = 0;
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
