#pragma once
// The content side of a case: CASE/sources.yaml compared with its inventory, and what of it a report shows.

#include <filesystem>
#include <optional>

#include "evidence/case.h"
#include "evidence/custody.h"
#include "report/case_report.h"
#include "workbench/investigate.h"
#include "workbench/progress.h"

namespace prova {

/// Compares what CASE/sources.yaml names with the inventory: records every source in the custody log by hash, writes
/// CASE/report/damage.json and content.proof (with images, directories, backups or copies), leak.json (with dumps) and
/// content.json, and records these. Without sources.yaml nothing happens. Sources are opened read-only and read twice: once to
/// be hashed. Errors: kMalformed (sources.yaml, with all mistakes and their lines); those of find_damage, find_leak and
/// append_custody.
[[nodiscard]] Status examine_content(const std::filesystem::path& directory, const InvestigateOptions& options, const Progress& progress);

/// CASE/sources.yaml as `prova case check` explains it.
struct SourcesCheck {
  std::string file;                  ///< Its path; empty without one.
  std::size_t sources = 0;           ///< The inventory and the sources that it names.
  std::vector<CaseError> errors;     ///< By line.
  std::vector<std::string> missing;  ///< Paths that it names and that are not there (now), as written.
};
/// Reads sources.yaml, opens none of its sources. Errors: kIo.
[[nodiscard]] Result<SourcesCheck> check_sources(const std::filesystem::path& directory);

/// What the last examination showed, from CASE/report/content.json. Nothing without sources.yaml, or when it was scanned after
/// `as_of`. A file that is not the one in the custody log, or does not belong to this sources.yaml, is named in `failed`
/// instead of shown. Errors: kIo.
[[nodiscard]] Result<std::optional<report::ContentFindings>> read_content(const std::filesystem::path& directory, const CustodyState& custody,
                                                                          std::optional<Day> as_of, std::vector<report::FailedFile>& failed);

/// `prova/content/1` (docs/formats/sources.md), and back. `sources` is the SHA-256 of sources.yaml.
[[nodiscard]] std::string content_document(const report::ContentFindings& findings, const Sha256& sources);
struct StoredContent {
  report::ContentFindings findings;
  std::string sources;  ///< Hex.
};
/// Errors: kMalformed.
[[nodiscard]] Result<StoredContent> parse_content_document(std::string_view json);

}  // namespace prova
