#pragma once
// Kinship as the workbench shows it: the programs of the last investigation, their families with likelihood ratios, groups of
// shared functions, and every function, page by page. From CASE/report/report.json; nothing is computed anew.

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>

#include "workbench/views/case_files.h"
#include "workbench/views/row_table.h"

namespace prova {

/// A program in the report. Ordered by its file, then by its member of an archive or fat file.
struct ProgramKey {
  std::string sha256, member;
  friend auto operator<=>(const ProgramKey&, const ProgramKey&) = default;
};

/// What a report says of kinship. Read-only after reading: thread safe.
class KinshipView {
 public:
  /// Reads CASE/report/report.json. Errors: kNotFound without an investigation; those of stream_json. O(size of the report).
  [[nodiscard]] static Result<std::shared_ptr<const KinshipView>> read(const std::filesystem::path& case_directory);

  /// `prova/kinship/1` (docs/formats/workbench-views.md). `at_hand`: files that a comparison can read.
  [[nodiscard]] std::string document(std::span<const CaseFile> at_hand) const;
  /// `prova/kinship-functions/1`: functions of one program. Numbers: address, size, log10_lr, similarity. Facets: role, group,
  /// family. Errors: kNotFound (no such program in the report); those of RowTable::page.
  [[nodiscard]] Result<std::string> functions(const ProgramKey& program, const RowQuery& query) const;

 private:
  class Reading;
  std::string head_;  ///< The document up to its list of samples.
  struct KnownSample {
    std::string sha256, name, family, role;
  };
  std::vector<KnownSample> samples_;  ///< Learned samples that functions match, by SHA-256.
  std::map<ProgramKey, RowTable> functions_;
};

/// Matches sent with a function: the best ones. All are in report.json.
constexpr std::size_t kMatchesPerRow = 4;
/// Learned samples that the graph of programs draws: more lines nobody can follow. Those that share most come first.
constexpr std::size_t kMaxGraphSamples = 200;

}  // namespace prova
