#include "model.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace prova::bench {
namespace {

/// Functions smaller than this are seldom told apart, and are not what the published figures are about.
constexpr std::uint32_t kLeastDecisionBlocks = 5;

template <typename Visit>
void for_each_outcome(const std::vector<Comparison>& comparisons, const Visit& visit) {
  for (const Comparison& c : comparisons) {
    for (const bool same : {false, true}) {
      const auto count = std::count_if(c.outcomes.begin(), c.outcomes.end(),
                                       [same](const FunctionOutcome& o) { return o.same == same; });
      for (const FunctionOutcome& o : c.outcomes) {
        if (o.same == same) visit(o.evidence, same, 1.0 / static_cast<double>(count));
      }
    }
  }
}

template <typename Visit>
void for_each_outcome(const std::list<HeldOut>& parts, const Visit& visit) {
  for (const HeldOut& part : parts) {
    for_each_outcome(part.halved, visit);
    for_each_outcome(part.unrelated, visit);
  }
}

std::string curve_source(const std::vector<CurvePoint>& curve) {
  std::string text;
  for (std::size_t i = 0; i < curve.size(); ++i) {
    text += fmt::format("{}{{{:.4f}, {:.4f}}}", i == 0 ? "" : i % 5 == 0 ? ",\n     " : ", ", curve[i].z, curve[i].log10_lr);
  }
  return text;
}

}  // namespace

void fit_functions(const std::list<HeldOut>& parts, FittedModel& model) {
  std::vector<Observation> data;
  for_each_outcome(parts, [&](const PairEvidence& evidence, bool same, double weight) {
    const auto terms = function_terms(evidence);
    data.push_back({{terms.begin(), terms.end()}, same, weight});
  });
  constexpr int kSigns[kFunctionTerms] = {0, 1, 1, 1, 1, 1, 1, -1};
  const auto fitted = fit_logistic(data, kSigns);
  std::copy(fitted.begin(), fitted.end(), model.function_coefficients.begin());
  std::vector<Scored> scored;
  for_each_outcome(parts, [&](const PairEvidence& evidence, bool same, double weight) {
    scored.push_back({function_z(evidence, model.function_coefficients), same, weight});
  });
  std::set<std::string> projects;
  std::size_t same = 0;
  for (const HeldOut& part : parts) {
    for (const Comparison& c : part.halved) projects.insert(c.left->record.family);
    same += part.halved.size();
  }
  model.related_projects = projects.size();
  model.unrelated_pairs = distinct_pairs(parts);
  model.function_curve = fit_curve(std::move(scored), static_cast<double>(same), static_cast<double>(model.unrelated_pairs));
}

void fit_decisions(const std::list<HeldOut>& parts, FittedModel& model) {
  std::vector<Observation> data;
  for (const HeldOut& part : parts) {
    for (const Comparison& c : part.halved) {
      const auto known = std::count_if(c.outcomes.begin(), c.outcomes.end(), [](const auto& o) { return o.counterpart.has_value(); });
      for (const FunctionOutcome& o : c.outcomes) {
        if (!o.counterpart || c.left->functions[o.left].fingerprint.blocks < kLeastDecisionBlocks) continue;
        data.push_back({{o.decision.begin(), o.decision.end()}, *o.counterpart, 1.0 / static_cast<double>(known)});
      }
    }
  }
  constexpr int kSigns[kDecisionTerms] = {0, 1, 1, 1, 1, 1, 0, -1, 1, 1, 0, 0, 0, -1, -1, -1, -1};
  const auto fitted = fit_logistic(data, kSigns);
  std::copy(fitted.begin(), fitted.end(), model.decision_coefficients.begin());
}

void fit_families(const std::vector<ProgramOutcome>& outcomes, FittedModel& model) {
  std::vector<Observation> data;
  std::size_t same = 0;
  for (const ProgramOutcome& o : outcomes) {
    data.push_back({{1, std::log1p(o.statistic), std::log1p(static_cast<double>(o.compared))}, o.same, 1});
    same += o.same ? 1U : 0U;
  }
  // Larger programs can only find more by chance.
  constexpr int kSigns[] = {0, 1, -1};
  const auto fitted = fit_logistic(data, kSigns);
  model.family_size_coefficient = fitted[1] > 0 ? fitted[2] / fitted[1] : 0;
  std::vector<Scored> scored;
  for (const ProgramOutcome& o : outcomes) {
    scored.push_back({family_z(o.statistic, o.compared, model.family_size_coefficient), o.same, 1});
  }
  model.family_curve = fit_curve(std::move(scored), static_cast<double>(same), static_cast<double>(model.unrelated_pairs));
}

std::vector<Scored> function_scores(const std::list<HeldOut>& parts, const LikelihoodModel& model) {
  std::vector<Scored> scores;
  for_each_outcome(parts, [&](const PairEvidence& evidence, bool same, double weight) {
    scores.push_back({function_log10_lr(evidence, model), same, weight});
  });
  return scores;
}

std::vector<Scored> family_scores(const std::vector<ProgramOutcome>& outcomes, const LikelihoodModel& model) {
  std::vector<Scored> scores;
  for (const ProgramOutcome& o : outcomes) {
    scores.push_back({family_log10_lr(o.statistic, o.compared, model), o.same, 1});
  }
  return scores;
}

std::string table_source(const FittedModel& model, const std::string& provenance) {
  const auto list = [](const auto& numbers) {
    std::string text;
    for (const double c : numbers) text += fmt::format("{}{:.5f}", text.empty() ? "" : ", ", c);
    return text;
  };
  return fmt::format(R"(#pragma once
// Written by bench/kinship/train; do not edit. Method and held-out costs: docs/methods/kinship-likelihood.md.
{}

#include "kinship/decision.h"
#include "kinship/likelihood.h"

namespace prova {{

/// Coefficients of function_terms(), in its order.
inline constexpr std::array<double, kFunctionTerms> kFunctionCoefficients = {{
    {}}};
inline constexpr auto kFunctionCurve = std::to_array<CurvePoint>(
    {{{}}});
/// Coefficients of decision_terms(), in its order.
inline constexpr std::array<double, kDecisionTerms> kDecisionCoefficients = {{
    {}}};
inline constexpr double kFamilySizeCoefficient = {:.5f};
inline constexpr auto kFamilyCurve = std::to_array<CurvePoint>(
    {{{}}});

}}  // namespace prova
)", provenance, list(model.function_coefficients), curve_source(model.function_curve),
                     list(model.decision_coefficients), model.family_size_coefficient,
                     curve_source(model.family_curve));
}

}  // namespace prova::bench
