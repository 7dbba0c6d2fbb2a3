#pragma once
// From a word or a number to what it may weigh. Formulas: docs/methods/inference.md, "An item".

#include <span>
#include <string>

#include "evidence/case.h"
#include "evidence/from_kinship.h"

namespace prova {

/// What a statement says before anyone asks how reliable it is.
struct Strength {
  double log_ratio = 0;  ///< ln L; negative: against. After the cap of the kind or of the measurement.
  std::string note;      ///< For numbers and measurements: where from, and whether a limit was applied.
};

/// A word is a fraction of the kind's cap in log space: ln L = fraction x ln cap(kind). A number is capped likewise,
/// unless the item states how it was measured and with which limit. `measured` takes the kinship measurement, limited
/// to kMaxKinshipLog10, and weighs 0 without one.
[[nodiscard]] Strength strength_of(const EvidenceItem& item, const Statement& statement,
                                   const KinshipMeasurement* measurement);

/// P(root sound) of the item's weakest root; for withheld assessments the issuer's record, by Laplace's rule with nine
/// earlier successes in ten: (9 + right) / (10 + right + wrong).
[[nodiscard]] double soundness(const Case& input, const EvidenceItem& item);
/// rho = soundness x P(claim holds | credibility).
[[nodiscard]] double reliability(const Case& input, const EvidenceItem& item);

/// Effective weight in nats of a likelihood ratio L >= 1 from a source that is sound with probability rho and would
/// otherwise have said the same whoever did it: e(L, rho) = -ln(rho / L + 1 - rho).
/// 0 <= e <= min(ln L, -ln(1 - rho)). REQUIRES log_ratio >= 0, 0 <= rho < 1.
[[nodiscard]] double effective_weight(double log_ratio, double rho);

}  // namespace prova
