#include "kinship/decision.h"

#include <algorithm>
#include <cmath>

#include "kinship/likelihood_table.h"

namespace prova {

std::array<double, kDecisionTerms> decision_terms(const AssignedPair& pair, const Claims& claims, const Fingerprint& left,
                                                  const Fingerprint& right) {
  const PairScore& score = pair.score;
  const double mass = std::log1p(score.direct.mass);
  const double size = std::abs(std::log((1.0 + left.instructions) / (1.0 + right.instructions)));
  const double margin = std::min(pair.row_margin, pair.column_margin);
  return {1,
          score.direct.own,
          score.direct.callees,
          mass,
          std::min(1.0, score.callees),
          std::min(1.0, score.callers),
          score.direct.own * mass,
          size,
          pair.row_margin,
          pair.column_margin,
          margin * mass,
          std::sqrt(std::max(0.0, margin)),
          score.total,
          claims.callers,
          claims.callees,
          claims.callers_own,
          claims.callees_own};
}

double counterpart_log_odds(const AssignedPair& pair, const Claims& claims, const Fingerprint& left, const Fingerprint& right) {
  const auto terms = decision_terms(pair, claims, left, right);
  double z = 0;
  for (std::size_t i = 0; i < terms.size(); ++i) z += kDecisionCoefficients[i] * terms[i];
  return z;
}

}  // namespace prova
