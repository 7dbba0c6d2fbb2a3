#pragma once
// What the last investigation measured on the artefacts, read back from CASE/report/report.json: so that a statement or an
// export can be written again without comparing anything again.

#include <filesystem>

#include "workbench/investigate.h"

namespace prova {

/// Largest report.json that is read back: 100,000 functions with their matches.
constexpr std::uint64_t kMaxReportBytes = 256ULL << 20;

/// Artefacts that changed since, or are not in the report, come back as not analysed, with the reason. Without a report:
/// every artefact so. Errors: kIo; kLimit; kMalformed (not a file that we wrote; the remedy is named).
[[nodiscard]] Result<MeasuredArtifacts> read_measured_artifacts(const std::filesystem::path& directory, const Case& input);

}  // namespace prova
