#pragma once
// The JSON documents that `--json` prints and other programs read, one function each. Their fields are specified in
// docs/formats/: more may be added, none renamed. Every document is deterministic, valid UTF-8 and ends in a newline.

#include <span>
#include <string>

#include "kinship/listing.h"
#include "kinship/match_report.h"
#include "program/program.h"
#include "report/case_report.h"

namespace prova::report {

/// The file that programs were found in.
struct FileIdentity {
  std::string name;        ///< File name. Untrusted.
  std::string sha256;      ///< Hex.
  std::uint64_t size = 0;  ///< Bytes.
  std::string container;   ///< "", "ar", "fat".
};

/// What may be left out of a document.
struct DocumentOptions {
  bool names = true;          ///< Symbol names; they are never used for scoring.
  std::size_t top = 0;        ///< Matches kept per function, best first; 0 keeps all.
  double min_similarity = 0;  ///< Matches below it are left out.
};

/// A function with its text: `prova functions --disasm`.
struct ListedFunction {
  const Program* program = nullptr;
  std::uint32_t function = 0;  ///< Index in `program`.
  Listing listing;
};

/// `prova/functions/1`: what the loader and function discovery saw, one entry of `programs` per image of the file.
/// `container_defects` are those of the archive or fat file itself; `listings` become `disassembly`.
/// O(functions + listed instructions).
[[nodiscard]] std::string functions_document(const FileIdentity& file, std::span<const Program* const> programs,
                                             const std::vector<Defect>& container_defects = {},
                                             const DocumentOptions& options = {},
                                             std::span<const ListedFunction> listings = {});

/// `prova/match/1`: one report gives its fields at the top level, any other number gives them as `reports`.
/// O(matches).
[[nodiscard]] std::string match_document(std::span<const MatchReport> reports, std::span<const FailedFile> failed = {},
                                         const DocumentOptions& options = {});

/// `prova/assess/1`: the questions as they stood on one day, how severe the case was, and who repeats whom in it.
/// O(size of the assessment).
[[nodiscard]] std::string assess_document(const Assessment& assessment, const Case& input);

/// Whether a timeline tells the answer of each day, or every hypothesis of it.
enum class TimelineDetail : std::uint8_t { kAnswers, kEveryHypothesis };
/// `prova/timeline/1`: the answers on every day on which something became known, and what moved them.
[[nodiscard]] std::string timeline_document(const std::string& case_name, const std::vector<TimelineDay>& days,
                                            TimelineDetail detail = TimelineDetail::kAnswers);

/// `prova/investigate/1`: the whole report. O(size of the report).
[[nodiscard]] std::string investigate_document(const CaseReport& report, const DocumentOptions& options = {});

}  // namespace prova::report
