#include "kinship/propagate.h"

#include <algorithm>
#include <cmath>

namespace prova {
namespace {

/// Constants of the formulas in the header; sharper or flatter exponents made no difference.
constexpr double kSharpness = 6;
constexpr double kConfidenceScale = 1.5;
constexpr double kLeastConfidence = 0.001;
constexpr double kNormOffset = 0.3;
/// A pair that direct scoring did not find needs at least this much support to enter: less would leave it below every
/// threshold on the total.
constexpr double kLeastSupport = 0.25;
/// Partners of one function that support others. Among functions of equal code all are equally likely; a few stand for
/// them, and the cost stays linear.
constexpr std::size_t kMaxSupporters = 8;
/// Pairs kept per function between rounds.
constexpr std::size_t kMaxPairs = 64;

struct Weighted {
  std::uint32_t right = 0;
  double value = 0;
};
using SparseRows = std::vector<std::vector<Weighted>>;

/// How sure we are of each pair, given its rivals.
SparseRows confidence(const PairTable& table, std::size_t right_size) {
  std::vector<double> row_max(table.size(), 0.0), column_max(right_size, 0.0);
  for (std::size_t a = 0; a < table.size(); ++a) {
    for (const PairScore& pair : table[a]) {
      row_max[a] = std::max(row_max[a], pair.total);
      column_max[pair.direct.right] = std::max(column_max[pair.direct.right], pair.total);
    }
  }
  SparseRows rows(table.size());
  for (std::size_t a = 0; a < table.size(); ++a) {
    for (const PairScore& pair : table[a]) {  // by descending total
      if (rows[a].size() == kMaxSupporters) break;
      const double best = row_max[a] * column_max[pair.direct.right];
      if (best <= 0) continue;
      const double p = std::pow(pair.total * pair.total / best, kSharpness) *
                       std::min(1.0, kConfidenceScale * std::sqrt(best));
      if (p >= kLeastConfidence) rows[a].push_back({pair.direct.right, p});
    }
  }
  return rows;
}

/// Sums into dense scratch space, remembering which places were touched.
class Accumulator {
 public:
  explicit Accumulator(std::size_t size) : value_(size, 0.0) {}
  void add(std::uint32_t at, double value) {
    if (value_[at] == 0) touched_.push_back(at);
    value_[at] += value;
  }
  [[nodiscard]] double at(std::uint32_t index) const { return value_[index]; }
  [[nodiscard]] const std::vector<std::uint32_t>& touched() const { return touched_; }
  void clear() {
    for (const std::uint32_t at : touched_) value_[at] = 0;
    touched_.clear();
  }

 private:
  std::vector<double> value_;
  std::vector<std::uint32_t> touched_;
};

/// How alike two functions are in how many others they are related to. A helper that one build inlines almost
/// everywhere has few callers left there: being one of these few says little.
double alike_in_degree(std::size_t left, std::size_t right) {
  return std::sqrt(static_cast<double>(1 + std::min(left, right)) / static_cast<double>(1 + std::max(left, right)));
}

void gather(std::uint32_t a, const Relation& left, const Relation& right, const SparseRows& sure, Accumulator& sum) {
  for (const Link& c : left.of[a]) {
    for (const Weighted& d : sure[c.to]) {
      const double value = c.weight * d.value * alike_in_degree(left.back[c.to].size(), right.back[d.right].size());
      for (const Link& b : right.back[d.right]) sum.add(b.to, b.weight * value);
    }
  }
}

double normalised(double sum, double left_norm2, double right_norm2) {
  return sum / (std::sqrt(left_norm2 * right_norm2) + kNormOffset);
}

void gather_order(std::uint32_t a, const Relations& left, const Relations& right, const SparseRows& sure,
                  Accumulator& sum) {
  // Neighbours at distance 1 weigh 1, at distance 2 one half, on both sides; squared norm 2 · (1 + ¼).
  constexpr double kNorm = 2.5 + kNormOffset;
  if (left.position[a] == Relations::kNowhere) return;
  for (const int step : {-2, -1, 1, 2}) {
    const std::int64_t at = static_cast<std::int64_t>(left.position[a]) + step;
    if (at < 0 || at >= static_cast<std::int64_t>(left.in_order.size())) continue;
    const double weight = step == 1 || step == -1 ? 1.0 : 0.25;
    for (const Weighted& d : sure[left.in_order[static_cast<std::size_t>(at)]]) {
      const std::int64_t b = static_cast<std::int64_t>(right.position[d.right]) - step;
      if (right.position[d.right] == Relations::kNowhere || b < 0 ||
          b >= static_cast<std::int64_t>(right.in_order.size())) continue;
      sum.add(right.in_order[static_cast<std::size_t>(b)], weight * d.value / kNorm);
    }
  }
}

/// Adds the well supported pairs that the row lacks, scored directly.
void admit(std::uint32_t a, std::vector<PairScore>& row, const Accumulator& sums, const Relation& left,
           const Relation& right, const DirectScorer& scorer, std::vector<char>& present) {
  for (const PairScore& pair : row) present[pair.direct.right] = 1;
  for (const std::uint32_t b : sums.touched()) {
    if (present[b] != 0 || normalised(sums.at(b), left.norm2[a], right.norm2[b]) < kLeastSupport) continue;
    row.push_back({scorer.score(a, b), 0, 0, 0, 0});
  }
  for (const PairScore& pair : row) present[pair.direct.right] = 0;
}

}  // namespace

void propagate(PairTable& table, const Relations& left, const Relations& right, const DirectScorer& scorer,
               const PropagationOptions& options) {
  const std::size_t right_size = right.position.size();
  const double scale = 1 + 0.5 * (options.callees + options.callers + options.order);
  Accumulator callees(right_size), callers(right_size), order(right_size);
  std::vector<char> present(right_size, 0);
  for (unsigned round = 0; round < options.rounds; ++round) {
    const SparseRows sure = confidence(table, right_size);
    for (std::uint32_t a = 0; a < table.size(); ++a) {
      if (options.callees > 0) gather(a, left.callees, right.callees, sure, callees);
      if (options.callers > 0) gather(a, left.callers, right.callers, sure, callers);
      if (options.order > 0) gather_order(a, left, right, sure, order);
      admit(a, table[a], callees, left.callees, right.callees, scorer, present);
      admit(a, table[a], callers, left.callers, right.callers, scorer, present);
      for (PairScore& pair : table[a]) {
        const std::uint32_t b = pair.direct.right;
        pair.callees = normalised(callees.at(b), left.callees.norm2[a], right.callees.norm2[b]);
        pair.callers = normalised(callers.at(b), left.callers.norm2[a], right.callers.norm2[b]);
        pair.order = order.at(b);
        pair.total = (pair.direct.total() + options.callees * pair.callees + options.callers * pair.callers +
                      options.order * pair.order) / scale;
      }
      std::sort(table[a].begin(), table[a].end(), [](const PairScore& x, const PairScore& y) {
        return x.total != y.total ? x.total > y.total : x.direct.right < y.direct.right;
      });
      if (table[a].size() > kMaxPairs) table[a].resize(kMaxPairs);
      callees.clear();
      callers.clear();
      order.clear();
    }
  }
}

}  // namespace prova
