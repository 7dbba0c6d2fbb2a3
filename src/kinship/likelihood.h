#pragma once
// What a match is worth: likelihood ratios P(this match | same origin) : P(this match | unrelated), measured on
// projects that took no part in fitting. Numbers: likelihood_table.h; method: docs/methods/kinship-likelihood.md.

#include <array>
#include <cstdint>
#include <span>
#include <string_view>

#include "kinship/assign.h"

namespace prova {

/// What the function model sees of a pair. Absolute values only: nothing is relative to rivals in the index, so that a
/// function without a counterpart does not score high for being the best of a bad lot. Order in the program helps to
/// choose a partner, but is too cheap to forge to be evidence.
struct PairEvidence {
  double own = 0;         ///< Cosine of own features.
  double callees = 0;     ///< Cosine with callees' features.
  double mass = 0;        ///< Shared weight, nats.
  double call_graph = 0;  ///< Support from callees and callers.
  double size_ratio = 0;  ///< |ln of the ratio of instruction counts|.
};
[[nodiscard]] PairEvidence evidence_of(const PairScore& score, const Fingerprint& left, const Fingerprint& right);

/// Terms of the function model, in the order of its coefficients; the first is constant.
constexpr std::size_t kFunctionTerms = 8;
[[nodiscard]] std::array<double, kFunctionTerms> function_terms(const PairEvidence& pair);

/// A point of a measured curve from a regression's output to a likelihood ratio.
struct CurvePoint {
  double z = 0;
  double log10_lr = 0;
};

/// Fitted numbers. Curves ascend in z, are linear between their points and constant outside: their ends are the
/// bounds that the number of comparisons behind them supports.
struct LikelihoodModel {
  std::array<double, kFunctionTerms> function_coefficients{};
  std::span<const CurvePoint> function_curve;
  /// z of the family curve = ln(1 + statistic) + coefficient · ln(1 + functions compared).
  double family_size_coefficient = 0;
  std::span<const CurvePoint> family_curve;
};
/// The model of likelihood_table.h.
[[nodiscard]] const LikelihoodModel& shipped_model();

/// Output of the regression before the curve.
[[nodiscard]] double function_z(const PairEvidence& pair, const std::array<double, kFunctionTerms>& coefficients);
[[nodiscard]] double on_curve(std::span<const CurvePoint> curve, double z);

/// log10 likelihood ratio of one matched pair, within the bounds that the number of comparisons supports, and those
/// bounds scaled down by how little is shared (as in similarity_of): a tiny function is never strong evidence.
[[nodiscard]] double function_log10_lr(const PairEvidence& pair, const LikelihoodModel& model = shipped_model());

/// Similarity shown to people, 0 to 1: the direct score, held down by how much there is to compare:
/// total · (1 − exp(−mass / 25 nats)). Five ordinary shared features (some 20 nats) give at most .55, fifty 1.00.
[[nodiscard]] double similarity_of(const DirectScore& score);

/// The program-level statistic: the sum over matched functions of the part of log10 LR above kLeastFunctionLr.
/// Functions of one program are not independent, so this is no likelihood ratio itself; family_log10_lr maps it to one.
constexpr double kLeastFunctionLr = 0.5;
[[nodiscard]] double program_statistic(std::span<const double> function_log10_lrs);

/// log10 likelihood ratio of "shares origin" for a program whose `compared` functions (neither library nor goodware)
/// reach `statistic` against the best sample of a family.
[[nodiscard]] double family_log10_lr(double statistic, std::uint64_t compared,
                                     const LikelihoodModel& model = shipped_model());
[[nodiscard]] double family_z(double statistic, std::uint64_t compared, double size_coefficient);

/// Words of the ENFSI Guideline for Evaluative Reporting in Forensic Science (2015, table in annex "Likelihood ratio
/// and verbal equivalents"): "no support", "weak", "moderate", "moderately strong", "strong", "very strong",
/// "extremely strong" support; below 1, support for the alternative is not graded and reads "no support".
[[nodiscard]] std::string_view verbal_support(double log10_lr);

}  // namespace prova
