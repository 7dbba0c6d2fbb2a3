#pragma once
// The parts of documents that speak of one sample's kinship. Internal to report/.

#include <span>

#include "report/documents.h"
#include "report/json_values.h"

namespace prova::report {

/// The fields of `prova/match/1` for one report, without `schema`.
[[nodiscard]] Json match_fields(const MatchReport& report, const DocumentOptions& options);
/// [{path, reason}]
[[nodiscard]] Json failed_files(std::span<const FailedFile> failed);

}  // namespace prova::report
