#include "evidence/from_kinship.h"

#include <algorithm>
#include <cmath>

namespace prova {
namespace {

/// Whether `artifact`, a name or a SHA-256 prefix written by an analyst, means this measurement's artefact.
bool names_artifact(std::string_view artifact, const KinshipMeasurement& measurement) {
  constexpr std::size_t kFewestDigits = 16;  // 64 bits: no two artefacts of a case share them by accident
  if (artifact == measurement.artifact_name) return true;
  return artifact.size() >= kFewestDigits && measurement.artifact_sha256.starts_with(artifact);
}

std::string file_name(std::string_view path) {
  const std::size_t slash = path.find_last_of("/\\");
  return std::string(slash == std::string_view::npos ? path : path.substr(slash + 1));
}

}  // namespace

std::vector<KinshipMeasurement> measurements_from(std::span<const MatchReport> reports) {
  std::vector<KinshipMeasurement> measurements;
  for (const MatchReport& report : reports) {
    for (const FamilyResult& family : report.families) {
      if (family.role != SampleRole::kMalware) continue;  // libraries and goodware carry no likelihood ratio
      measurements.push_back({file_name(report.member.empty() ? report.name : report.member), report.sha256, family.family,
                              family.log10_lr, family.evidence});
    }
  }
  return measurements;
}

const KinshipMeasurement* find_measurement(const EvidenceItem& item, std::span<const KinshipMeasurement> measurements) {
  if (!item.kinship) return nullptr;
  const std::string artifact = file_name(item.kinship->artifact);
  const KinshipMeasurement* chosen = nullptr;
  for (const KinshipMeasurement& measurement : measurements) {
    if (measurement.family != item.kinship->family || !std::isfinite(measurement.log10_lr)) continue;
    if (!names_artifact(artifact, measurement)) continue;
    if (chosen == nullptr || std::abs(measurement.log10_lr) < std::abs(chosen->log10_lr)) chosen = &measurement;
  }
  return chosen;
}

}  // namespace prova
