#pragma once
// One file of a dump: itself, or everything that it unfolds into.

#include <filesystem>
#include <span>

#include "content/container/extractor.h"
#include "content/leak/known_content.h"
#include "content/leak/leak_report.h"

namespace prova {

/// What one file of the dump gave.
struct DumpFileFindings {
  std::vector<LeakDocument> documents;
  LeakCoverage coverage;
};

/// Judges the file at `path`, calling it `name`, and checks the signatures of the mail in it with `keys`. A file that is ours byte for byte is not unfolded.
/// Errors: kIo when there is no extraction process; an unreadable file is listed in the coverage.
[[nodiscard]] Result<DumpFileFindings> judge_dump_file(const std::filesystem::path& path, const std::string& name,
                                                       std::span<const KnownContent* const> inventories, const DkimKeys& keys, Extractor& extractor);

}  // namespace prova
