#pragma once
// Fits the likelihood model to comparisons, and writes it as the table that the program ships.

#include <string>

#include "held_out.h"

namespace prova::bench {

/// A LikelihoodModel that owns its curves.
struct FittedModel {
  std::array<double, kFunctionTerms> function_coefficients{};
  std::vector<CurvePoint> function_curve, family_curve;
  double family_size_coefficient = 0;
  std::array<double, kDecisionTerms> decision_coefficients{};
  std::size_t unrelated_pairs = 0;  ///< Distinct pairs of projects behind the upper bounds.
  std::size_t related_projects = 0;

  [[nodiscard]] LikelihoodModel view() const {
    return {function_coefficients, function_curve, family_size_coefficient, family_curve};
  }
};

void fit_functions(const std::list<HeldOut>& parts, FittedModel& model);
/// Of comparisons in which half of the counterparts are missing.
void fit_decisions(const std::list<HeldOut>& parts, FittedModel& model);
void fit_families(const std::vector<ProgramOutcome>& outcomes, FittedModel& model);

/// Observations as log10 likelihood ratios. Every comparison counts the same, whatever its number of functions.
[[nodiscard]] std::vector<Scored> function_scores(const std::list<HeldOut>& parts,
                                                  const LikelihoodModel& model);
[[nodiscard]] std::vector<Scored> family_scores(const std::vector<ProgramOutcome>& outcomes,
                                                const LikelihoodModel& model);

/// src/kinship/likelihood_table.h.
[[nodiscard]] std::string table_source(const FittedModel& model, const std::string& provenance);

}  // namespace prova::bench
