#pragma once
// The whole leak run: files of a dump, unfolded, judged, and what that says about where they came from.

#include <filesystem>
#include <span>

#include "content/container/item.h"
#include "content/leak/known_content.h"
#include "content/leak/leak_report.h"
#include "content/progress.h"

namespace prova {

struct LeakOptions {
  ExtractionLimits limits;
  unsigned threads = 1;
  bool keep_no_trace = true;   ///< List documents without a trace too. Mail that its signature shows to be genuine is always listed.
  DkimKeys dkim_keys;          ///< With which the signatures of mail are checked.
};

/// Reads every regular file under `dumps` (links are not followed), read-only, and judges every document in it against every inventory:
/// the strongest verdict counts, the matches of all are listed. What cannot be read is listed, the rest is done. The report does not
/// depend on `threads`. Errors: kIo when a dump is not there or no extraction process can be started.
[[nodiscard]] Result<LeakReport> scan_dump(std::span<const std::filesystem::path> dumps, std::span<const KnownContent* const> inventories,
                                           const LeakOptions& options, const ContentProgress& progress = {});

/// Counts again which systems, owners and canaries the report's documents are from.
void count_systems(LeakReport& report);

}  // namespace prova
