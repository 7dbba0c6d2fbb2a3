#pragma once
// An index between sites: the use cases behind `prova index export` and `prova index import`.

#include <filesystem>
#include <span>
#include <string>
#include <vector>

#include "kinship/fingerprint_store.h"
#include "store/exchange/index_export.h"
#include "workbench/progress.h"

namespace prova {

/// Functions that an import holds in memory before it writes them: about 1 KB each.
constexpr std::uint64_t kFunctionsPerImportBatch = 200'000;

struct ExportRequest {
  std::vector<std::string> families;  ///< Only samples of these; empty: all.
  bool names = true;                  ///< False: without_names.
};

/// Writes the samples, ascending by (SHA-256, member), so that the same samples give the same bytes whatever index
/// they lie in. Errors: kNotFound (a family that the index does not have, or no sample at all: nothing is written);
/// kIo; those of the store; kUsage when it was interrupted.
[[nodiscard]] Result<ExportSummary> export_index(const FingerprintStore& store, const ExportRequest& request,
                                                 const std::filesystem::path& file, const Progress& progress = {});

struct ImportOutcome {
  std::uint64_t files = 0;
  std::uint64_t added = 0, replaced = 0, unchanged = 0;  ///< Samples.
  std::uint64_t functions = 0;                           ///< Of samples that were added or replaced.
};

/// Adds all samples of all files in one transaction: on any error, in any file, the index stays as it was. A sample
/// that the index has already, but for names that the export left out, stays as it is; one that differs is replaced.
/// Errors: kIo, kStore (another fingerprint scheme), kMalformed, kTruncated, kLimit, kUnsupported, with file and offset;
/// those of the store; kUsage when it was interrupted.
[[nodiscard]] Result<ImportOutcome> import_exports(FingerprintStore& store, std::span<const std::string> files,
                                                   const Progress& progress = {});

}  // namespace prova
