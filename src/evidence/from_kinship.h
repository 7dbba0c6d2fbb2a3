#pragma once
// Kinship measurements as evidence: how far an artefact's code shares origin with a known family.

#include <span>
#include <string>
#include <vector>

#include "evidence/case.h"
#include "kinship/match_report.h"

namespace prova {

/// One comparison, reduced to what inference needs.
struct KinshipMeasurement {
  std::string artifact_name;    ///< File name without directories. Untrusted.
  std::string artifact_sha256;  ///< Hex.
  std::string family;
  double log10_lr = 0;
  std::vector<std::string> evidence;  ///< One sentence each, for people.
};

/// Largest |log10 LR| that a kinship measurement contributes. The calibration behind log10_lr rests on some thousands
/// of unrelated pairs, and nothing can be measured far beyond the number of pairs that were looked at.
constexpr double kMaxKinshipLog10 = 3.0;

/// One measurement per family of each report. O(families).
[[nodiscard]] std::vector<KinshipMeasurement> measurements_from(std::span<const MatchReport> reports);

/// The measurement that `item` refers to: artefact by SHA-256 or file name, family by name. If several artefacts share
/// the name, the one with the smallest |log10_lr| is taken (the cautious one). A report in which the artefact was
/// compared but the family did not match counts as not measured. Null when there is none. O(measurements).
[[nodiscard]] const KinshipMeasurement* find_measurement(const EvidenceItem& item,
                                                         std::span<const KinshipMeasurement> measurements);

}  // namespace prova
