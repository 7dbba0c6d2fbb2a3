#include "attribution/likelihood.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace prova {
namespace {

/// The largest |ln L| for a number on this item, and what sets it.
Strength limited(double log_ratio, double log_limit, std::string note, std::string_view limited_by) {
  const double kept = std::clamp(log_ratio, -log_limit, log_limit);
  if (kept != log_ratio) note += fmt::format(", limited to {:.4g} by {}", std::exp(std::abs(kept)), limited_by);
  return {kept, std::move(note)};
}

}  // namespace

Strength strength_of(const EvidenceItem& item, const Statement& statement, const KinshipMeasurement* measurement) {
  const KindRow& row = row_of(item.kind);
  if (statement.measured) {
    if (measurement == nullptr) return {0, "not measured"};
    return limited(measurement->log10_lr * std::log(10.0), kMaxKinshipLog10 * std::log(10.0),
                   fmt::format("measured log10 LR {:.2f}", measurement->log10_lr), "what the calibration can show");
  }
  if (statement.ratio) {
    if (item.measured_limit > 0) {
      return limited(std::log(*statement.ratio), std::log(item.measured_limit), "measured: " + item.measured_how,
                     "the stated limit of the measurement");
    }
    return limited(std::log(*statement.ratio), std::log(row.cap), "number by the analyst", "the cap of its kind");
  }
  return {statement.fraction * std::log(row.cap), {}};
}

double soundness(const Case& input, const EvidenceItem& item) {
  /// Before any record is known a withheld assessment counts like an issuer that was right nine times in ten.
  constexpr double kPriorRight = 9, kPriorTotal = 10;
  double weakest = 1;
  for (const std::string& id : item.roots) {
    const Root* root = input.find_root(id);
    if (root == nullptr) continue;
    const double sound = item.kind == EvidenceKind::kAllSource
                             ? (kPriorRight + root->record_right) / (kPriorTotal + root->record_right + root->record_wrong)
                             : probability_sound(root->grade);
    weakest = std::min(weakest, sound);
  }
  return item.roots.empty() ? probability_sound(SourceGrade::kF) : weakest;
}

double reliability(const Case& input, const EvidenceItem& item) {
  return soundness(input, item) * probability_holds(item.credibility);
}

double effective_weight(double log_ratio, double rho) {
  // -ln(rho e^-x + 1 - rho) = -ln(1 + rho (e^-x - 1)): exact for small x, and 0 at x = 0 or rho = 0.
  return -std::log1p(rho * std::expm1(-log_ratio));
}

}  // namespace prova
