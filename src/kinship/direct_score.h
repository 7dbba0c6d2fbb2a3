#pragma once
// Matching step 1, "direct": how alike two functions are by their own features and those of their callees. Needs no
// context, so it works for a single loose function too.

#include <vector>

#include "kinship/program_vectors.h"

namespace prova {

/// How alike function `right` of the right program is to a function of the left one.
struct DirectScore {
  std::uint32_t right = 0;
  double own = 0;      ///< Cosine of the own features, 0 to 1.
  double callees = 0;  ///< Cosine of own and callees' features together, 0 to 1.
  double mass = 0;     ///< Weight of the own features that both have, in nats, damped as in the cosine.
  /// Own cosine plus half the other, scaled back to 0..1: the form that carried best in the prototype, where taking
  /// the maximum of the two, or growing the callee set greedily, lost ten points of recall.
  [[nodiscard]] double total() const { return (own + 0.5 * callees) / 1.5; }
};

/// Candidates kept per function of the left program. The counterpart was among the first 10 of 28,600 functions in
/// 99.4 % of cases; context needs some room beyond that.
constexpr std::size_t kDirectCandidates = 40;

/// Compares two programs. Weights are damped by how common a feature is in these two: w / (1 + ln max(n_left,
/// n_right)), so that one inlined helper does not outweigh the rest.
/// Thread safety: immutable. Ownership: refers to both programs.
class DirectScorer {
 public:
  DirectScorer(const ProgramVectors& left, const ProgramVectors& right);

  /// Room for one search after another; made by the caller, so that threads have their own.
  struct Workspace {
    std::vector<double> own, callees;      ///< By right function; all 0 between searches.
    std::vector<std::uint32_t> touched;
  };
  /// For function `left`: the `limit` best functions of the right program with a score above 0, by descending total,
  /// then ascending index. O(features · functions that share one).
  [[nodiscard]] std::vector<DirectScore> candidates(std::uint32_t left, std::size_t limit, Workspace& work) const;
  [[nodiscard]] std::vector<DirectScore> candidates(std::uint32_t left, std::size_t limit) const;
  /// The score of one pair. O(features).
  [[nodiscard]] DirectScore score(std::uint32_t left, std::uint32_t right) const;

 private:
  /// A feature that both programs have.
  struct Shared {
    std::uint32_t right = 0;  ///< Its id on the right.
    double weight = 0;        ///< Damped, nats.
  };
  /// One of the two lists, weighted for this pair of programs.
  struct Side {
    const FeatureMatrix* left = nullptr;
    const FeatureMatrix* right = nullptr;
    std::vector<std::uint32_t> shared_of;  ///< By left id: index into `shared`, or kNone.
    std::vector<Shared> shared;            ///< Ascending by right id.
    std::vector<double> left_norm, right_norm;  ///< By function: sum of weights.
  };
  static constexpr std::uint32_t kNone = ~0U;

  [[nodiscard]] static Side make_side(const FeatureMatrix& left, const FeatureMatrix& right);
  static void add_products(const Side& side, std::uint32_t left, std::vector<double>& dot, std::vector<std::uint32_t>& touched);
  [[nodiscard]] static double product(const Side& side, std::uint32_t left, std::uint32_t right);
  [[nodiscard]] static double cosine(const Side& side, std::uint32_t left, std::uint32_t right, double dot);

  Side own_, callees_;
};

}  // namespace prova
