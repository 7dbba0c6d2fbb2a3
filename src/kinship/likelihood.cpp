#include "kinship/likelihood.h"

#include <algorithm>
#include <cmath>

#include "kinship/likelihood_table.h"

namespace prova {
namespace {

/// Shared weight at which there is enough to compare, in nats; see similarity_of.
constexpr double kFullMass = 25;

/// How much there is to compare, 0 to 1.
double sufficiency(double mass) { return 1 - std::exp(-mass / kFullMass); }

struct VerbalStep {
  double from_log10_lr;
  std::string_view words;
};

/// ENFSI Guideline for Evaluative Reporting in Forensic Science, approved version 3.0 (2015): bounds 1, 2, 10, 100,
/// 1,000, 10,000 and 1,000,000.
constexpr auto kVerbalScale = std::to_array<VerbalStep>({{6, "extremely strong support"},
                                                         {4, "very strong support"},
                                                         {3, "strong support"},
                                                         {2, "moderately strong support"},
                                                         {1, "moderate support"},
                                                         {0.30103, "weak support"}});

}  // namespace

PairEvidence evidence_of(const PairScore& score, const Fingerprint& left, const Fingerprint& right) {
  return {score.direct.own,
          score.direct.callees,
          score.direct.mass,
          score.callees + score.callers,
          std::abs(std::log((1.0 + left.instructions) / (1.0 + right.instructions)))};
}

std::array<double, kFunctionTerms> function_terms(const PairEvidence& pair) {
  const double mass = std::log1p(pair.mass);
  const double context = std::min(pair.call_graph, 1.0);
  return {1,       pair.own,         pair.callees,   mass,
          context, pair.own * mass, mass * context, pair.size_ratio};
}

const LikelihoodModel& shipped_model() {
  static const LikelihoodModel model{kFunctionCoefficients, kFunctionCurve, kFamilySizeCoefficient, kFamilyCurve};
  return model;
}

double function_z(const PairEvidence& pair, const std::array<double, kFunctionTerms>& coefficients) {
  const auto terms = function_terms(pair);
  double z = 0;
  for (std::size_t i = 0; i < terms.size(); ++i) z += coefficients[i] * terms[i];
  return z;
}

double on_curve(std::span<const CurvePoint> curve, double z) {
  if (z <= curve.front().z) return curve.front().log10_lr;
  for (std::size_t i = 1; i < curve.size(); ++i) {
    if (z > curve[i].z) continue;
    const CurvePoint& a = curve[i - 1];
    const CurvePoint& b = curve[i];
    return a.log10_lr + (b.log10_lr - a.log10_lr) * (z - a.z) / (b.z - a.z);
  }
  return curve.back().log10_lr;
}

double function_log10_lr(const PairEvidence& pair, const LikelihoodModel& model) {
  const double bound = model.function_curve.back().log10_lr * sufficiency(pair.mass);
  return std::min(bound, on_curve(model.function_curve, function_z(pair, model.function_coefficients)));
}

double similarity_of(const DirectScore& score) {
  return std::clamp(score.total() * sufficiency(score.mass), 0.0, 1.0);
}

double program_statistic(std::span<const double> function_log10_lrs) {
  double sum = 0;
  for (const double lr : function_log10_lrs) sum += std::max(0.0, lr - kLeastFunctionLr);
  return sum;
}

double family_z(double statistic, std::uint64_t compared, double size_coefficient) {
  return std::log1p(statistic) + size_coefficient * std::log1p(static_cast<double>(compared));
}

double family_log10_lr(double statistic, std::uint64_t compared, const LikelihoodModel& model) {
  return on_curve(model.family_curve, family_z(statistic, compared, model.family_size_coefficient));
}

std::string_view verbal_support(double log10_lr) {
  for (const VerbalStep& step : kVerbalScale) {
    if (log10_lr >= step.from_log10_lr) return step.words;
  }
  return "no support";
}

}  // namespace prova
