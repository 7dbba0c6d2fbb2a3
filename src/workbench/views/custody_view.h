#pragma once
// The chain of custody as the workbench shows it: verified at the moment of asking, and whether each file is still what the log
// says it was.

#include <filesystem>
#include <string>

#include "base/result.h"

namespace prova {

struct CustodyQuery {
  std::uint64_t offset = 0, limit = 1000;  ///< Of the entries, newest first.
};

/// Entries in one answer.
constexpr std::uint64_t kMaxCustodyRows = 10'000;
/// Larger files of a case are not hashed while somebody waits for the page: a second at 1 to 2 GB/s.
constexpr std::uint64_t kMaxHashedNow = 1ULL << 30;
/// Files that are compared with the log in one answer.
constexpr std::size_t kMaxCheckedFiles = 20'000;

/// `prova/custody/1` (docs/formats/workbench-views.md): `checked_at`, `intact`, `head`, `problems`, `artifacts_checked`, `files`,
/// `entries_total`, `entries`. Reads files of the case only; changes nothing. Errors: those of verify_custody; kUsage (limit).
[[nodiscard]] Result<std::string> custody_document(const std::filesystem::path& case_directory, const CustodyQuery& query);

}  // namespace prova
