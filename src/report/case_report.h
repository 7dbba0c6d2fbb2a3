#pragma once
// Everything that a report on a case is rendered from: what `prova investigate` found, in one place. Plain data; the
// writers (html.h, terminal.h, documents.h) read it and nothing else. All text is untrusted until it is escaped.

#include <map>
#include <string>
#include <vector>

#include "attribution/assessment.h"
#include "attribution/timeline.h"
#include "evidence/case.h"
#include "evidence/custody.h"
#include "kinship/match_report.h"
#include "report/content_findings.h"

namespace prova::report {

/// A file that could not be analysed, and why.
struct FailedFile {
  std::string path;    ///< As the user gave it, or relative to the case. Untrusted.
  std::string reason;  ///< One sentence without a dot: what was found, what was expected.
};

/// One file of CASE/artifacts.
struct ArtifactResult {
  std::string path;        ///< Relative to the case.
  std::string sha256;      ///< Hex.
  std::uint64_t size = 0;  ///< Bytes.
  std::string role;        ///< What the case says it is ("encryptor"); may be empty.
  std::string stand_in;    ///< "harmless stand-in for ROADSWEEP"; empty for the real thing.
  bool analysed = false;
  std::string error;                 ///< Why it was not analysed; one sentence without a dot.
  std::vector<MatchReport> matches;  ///< One per program in the file; empty unless analysed.
};

/// What the artefacts were compared with.
struct IndexSummary {
  std::uint64_t samples = 0, functions = 0, families = 0;
  std::uint32_t scheme = kFingerprintScheme;
};

/// The whole of a case on one day.
struct CaseReport {
  std::string title;  ///< Falls back to the case's own name when empty.
  std::string tlp;    ///< FIRST TLP 2.0 label: "TLP:CLEAR", "TLP:AMBER+STRICT"; empty: unmarked.
  std::vector<std::string> authors;
  Case input;                             ///< The questions, sources and evidence as the analyst wrote them.
  Assessment assessment;                  ///< As of its own day; Day{} means that no day is known.
  std::vector<Assessment> timeline;       ///< The same questions on earlier days; ascending by day.
  std::vector<TimelineDay> changes;       ///< What changed the answers on those days, and by how much.
  std::size_t untranslated = 0;           ///< Texts of the case that the wanted language has no translation of.
  std::vector<ArtifactResult> artifacts;  ///< By path.
  std::vector<FailedFile> failed;         ///< Other files that could not be read: case files, images, dumps.
  IndexSummary index;
  std::map<std::string, std::string> stand_in_families;  ///< Family -> what it stands in for.
  CustodyState custody;
  std::optional<ContentFindings> content;  ///< What a content inventory showed; unset: not examined.
  std::string tool_version;  ///< "prova 0.1.0 (1a2b3c4d5e6f)".
  std::string generated_at;  ///< RFC 3339 UTC, passed in.

  [[nodiscard]] const std::string& shown_title() const { return title.empty() ? input.name : title; }
};

/// Artefacts and other files that could not be analysed, in one list by path.
[[nodiscard]] std::vector<FailedFile> not_analysed(const CaseReport& report);

/// "2022-09-08", or "" for Day{}: no day is known.
[[nodiscard]] std::string day_text(Day day);

/// The hypothesis with this id, or null.
[[nodiscard]] const HypothesisResult* find_hypothesis(const QuestionResult& question, std::string_view id);
/// The leader where one leads, otherwise the most probable hypothesis; null when the question was not assessed.
[[nodiscard]] const HypothesisResult* shown_hypothesis(const QuestionResult& question);

/// Below this a step is not expected to settle anything that a reader could see. Unit: bits.
constexpr double kWorthCollecting = 0.005;
/// Steps worth taking next, over all questions, most information first; ties as in the assessment.
[[nodiscard]] std::vector<const NextEvidence*> worth_collecting(const Assessment& assessment);

}  // namespace prova::report
