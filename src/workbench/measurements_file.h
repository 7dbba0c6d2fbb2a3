#pragma once
// CASE/report/matches.json: what the last investigation measured, so that `prova assess` can use it without the index.
// Generated; the format is `prova/matches/1` in docs/formats/matches.md.

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "base/result.h"
#include "evidence/from_kinship.h"

namespace prova {

/// Largest file that is read: a case with a thousand artefacts and a hundred families each takes some 20 MB.
constexpr std::uint64_t kMaxMeasurementsBytes = 64ULL << 20;

[[nodiscard]] std::string measurements_document(std::span<const KinshipMeasurement> measurements);

/// The measurements in CASE/report/matches.json whose artefact still has the hash that was measured. A case that was
/// not investigated yet has none. Errors: kIo; kMalformed (not a file that we wrote; the remedy is named).
[[nodiscard]] Result<std::vector<KinshipMeasurement>> read_measurements(const std::filesystem::path& case_directory);

}  // namespace prova
