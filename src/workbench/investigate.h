#pragma once
// The main job: from a case directory to an assessed report. Start here to see everything that prova does with a case.

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "attribution/assess.h"
#include "attribution/timeline.h"
#include "report/phrases.h"
#include "report/case_report.h"
#include "workbench/progress.h"

namespace prova {

struct InvestigateOptions {
  std::string index;             ///< As `--index`; empty: the default one.
  std::optional<Day> as_of;      ///< Only what was known by then.
  unsigned threads = 1;
  std::string who, time;         ///< For the custody log: a name, and RFC 3339 UTC.
  std::string tool_version;      ///< "prova 0.1.0 (1a2b3c4d5e6f)".
};

/// A case file with mistakes: every one of them, with lines. Empty `errors` otherwise.
struct ReadCase {
  std::optional<Case> parsed;
  std::vector<CaseError> errors, warnings;
  std::string file;              ///< CASE/case.yaml
};
[[nodiscard]] ReadCase read_case_directory(const std::filesystem::path& directory);

/// The case with its texts in a language: those of CASE/case.CODE.yaml where there is one. English is what is written.
struct LocalizedCase {
  Case input;
  std::size_t untranslated = 0;   ///< Texts without a translation.
  std::vector<CaseError> errors;  ///< Of the file with the texts.
  std::string file;
};
[[nodiscard]] LocalizedCase localize_case(const std::filesystem::path& directory, Case input, report::Language language);

/// How the answers came to be, up to a day; unset: the newest of the case. Errors: as assess_case.
[[nodiscard]] Result<std::vector<TimelineDay>> case_timeline(const std::filesystem::path& directory, const Case& input,
                                                             std::optional<Day> last);

/// The questions alone. Measured kinship is taken from the last investigation (CASE/report/matches.json), as far as the
/// artefacts are still the ones that were measured. Errors: kIo.
[[nodiscard]] Result<Assessment> assess_case(const std::filesystem::path& directory, const Case& input,
                                             const AssessOptions& options);

/// The artefacts of a case as they were compared with an index.
struct MeasuredArtifacts {
  std::vector<report::ArtifactResult> artifacts;   ///< By path.
  std::vector<report::FailedFile> failed;          ///< Files that could not even be listed.
  report::IndexSummary index;
};

/// What the case says of a file below CASE/artifacts: path, role, what it stands in for.
[[nodiscard]] report::ArtifactResult describe_artifact(const std::filesystem::path& file, const std::filesystem::path& directory,
                                                       const Case& input);

/// Everything that a report shows, with the artefacts as they were measured before. Changes nothing. Errors: kIo; kLimit.
[[nodiscard]] Result<report::CaseReport> gather_report(const std::filesystem::path& directory, Case input,
                                                       const InvestigateOptions& options, MeasuredArtifacts measured,
                                                       const Progress& progress = {});

/// Compares the artefacts with the index, assesses the questions and gathers everything that a report shows. Changes
/// nothing. The index is that of index_for_case (report_origin.h); without one the artefacts are listed as not compared.
/// Errors: kIo, kStore, kLimit.
[[nodiscard]] Result<report::CaseReport> examine_case(const std::filesystem::path& directory, Case input,
                                                      const InvestigateOptions& options, const Progress& progress = {});

/// The main job: records new artefacts in the custody log, examines the case, writes CASE/report/index.html,
/// report.json, stix.json, matches.json and origin.json, keeps a revision, and records the report. A report that was made with
/// an index is never replaced by one made without: kNotFound, with the remedy. Errors: as examine_case and append_custody.
[[nodiscard]] Result<report::CaseReport> investigate(const std::filesystem::path& directory, Case input,
                                                     const InvestigateOptions& options, const Progress& progress = {});

}  // namespace prova
