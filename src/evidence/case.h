#pragma once
// A case: the questions, where knowledge comes from, and the dated evidence. This is case.yaml in memory; the format
// is specified in docs/formats/case.md. Everything textual comes from the analyst and is untrusted when printed.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/date.h"
#include "evidence/activity.h"
#include "evidence/kinds.h"
#include "evidence/severity.h"

namespace prova {

/// The hypothesis that every question has without naming it: someone, or something, not on the list.
constexpr std::string_view kUnknownId = "unknown";

/// Where a statement was published or is kept.
struct Source {
  std::string text;
  std::vector<std::string> urls;
};

/// What a claim ultimately rests on: a disk, a sensor network, a witness, a service's collection.
struct Root {
  std::string id;
  std::string label;
  SourceGrade grade = SourceGrade::kF;
  std::string pool;          ///< Roots that share intelligence name the same pool; empty: the root is its own pool.
  int record_right = 0;      ///< Withheld assessments of this issuer that later turned out right (known otherwise) ...
  int record_wrong = 0;      ///< ... and wrong. Used for kind `allsource` only.
  int line = 0;
  [[nodiscard]] const std::string& pool_id() const { return pool.empty() ? id : pool; }
};

struct Hypothesis {
  std::string id;
  std::string label;            ///< The id where the case gives none.
  std::optional<double> prior;  ///< Given the question's condition; unset: an equal share of what is left.
  bool imitable = true;         ///< Whether someone else could pose as it.
  std::string statement{};      ///< The answer as a clause, for "it is likely that ..."; empty: the label is quoted.
};

/// One rung of the ladder: exclusive hypotheses, plus "unknown", asked given one hypothesis of another question.
struct Question {
  std::string id;
  std::string ask;
  std::string given_question;    ///< Empty when the question stands alone.
  std::string given_hypothesis;
  std::vector<Hypothesis> hypotheses;
  double prior_unknown = 0.2;
  int line = 0;
  [[nodiscard]] const Hypothesis* find(std::string_view hypothesis) const;
};

/// How strongly an item speaks for (+) or against (-) one hypothesis of one question.
struct Statement {
  std::string question;
  std::string hypothesis;
  std::string written;             ///< As in the case: "++", "(-)", "12.5", "measured".
  double fraction = 0;             ///< A word: -1 .. 1 in thirds, of the kind's cap in log space.
  std::optional<double> ratio;     ///< A likelihood ratio given as a number; replaces the word.
  bool measured = false;           ///< The word `measured`: filled in from a kinship measurement.
};

/// Evidence that stands or falls with a comparison of code: an artefact of the case and a family of the index.
struct KinshipReference {
  std::string artifact;  ///< File name or SHA-256 of the artefact.
  std::string family;
};

struct FileReference {
  std::string path;
  std::string sha256;  ///< 64 hex digits, or empty.
};

struct EvidenceItem {
  std::string id;
  EvidenceKind kind = EvidenceKind::kAssessment;
  std::string claim;                      ///< What it says, in the analyst's words.
  std::optional<DateSpan> event_date;     ///< When it happened.
  DateSpan known_from;                    ///< When it became known; counts from `known_from.last` on.
  Source source;
  std::vector<std::string> roots;         ///< Ascending, without repeats; at least one.
  int credibility = 6;                    ///< As typed: 1 confirmed .. 5 improbable, 6 cannot be judged; see corroboration.h.
  int spoofability = 5;                   ///< 1 .. 5; the kind's default unless the case says otherwise.
  std::string issuer;                     ///< Who said so.
  std::string wording;                    ///< The issuer's own words.
  std::string yardstick;                  ///< The issuer's scale: phia, icd203, none, ...; see docs/methods/words.md.
  std::string issuer_likelihood;          ///< The issuer's likelihood term, if one was used.
  std::string issuer_confidence;          ///< The issuer's confidence level, if one was stated.
  std::vector<Statement> says;            ///< Sorted by (question, hypothesis).
  bool speaks_for_ancestors = true;       ///< "GRU did it" says Russia too.
  std::vector<std::string> derived_from;  ///< Items that it repeats or sums up: it then weighs nothing itself.
  std::vector<std::string> confirms;      ///< Items whose fact this one shows from a root of its own; see corroboration.h.
  std::vector<std::string> disproves;     ///< Items that are no longer believed once this one is known.
  std::string fact;                       ///< Set: a fact of its own inside its root and kind; a claim of independence.
  std::vector<std::string> replaces;      ///< Items that this one replaces once it is measured.
  std::string measured_how;               ///< How a numeric ratio was measured; then `measured_limit` caps it, not the kind.
  double measured_limit = 0;
  std::optional<KinshipReference> kinship;
  std::vector<FileReference> files;
  std::string note;
  int line = 0;                           ///< In case.yaml, from 1; 0 when made otherwise.
};

/// Something that could be collected, with the analyst's guess that there is something to find.
struct CollectionAction {
  std::string action;
  std::string question;     ///< Empty: every question.
  std::string confirms;     ///< An item whose credibility the action would settle; then the rest is unused.
  EvidenceKind kind = EvidenceKind::kForensics;
  std::string root;         ///< Existing root, or a new id: then `grade` counts.
  SourceGrade grade = SourceGrade::kB;
  int credibility = 2;
  double find = 0.5;
  int line = 0;
};

/// What the analyst says about a file in CASE/artifacts.
struct ArtifactNote {
  std::string file;      ///< File name, without directories.
  std::string role;      ///< What it is in the case: "encryptor".
  std::string stand_in;  ///< "harmless stand-in for ROADSWEEP"; empty for the real thing.
  int line = 0;
};

/// What the analyst says about a family of the index.
struct FamilyNote {
  std::string family;
  std::string stand_in;  ///< As above.
  int line = 0;
};

struct Case {
  std::string name;
  std::string summary;
  std::string notice;                  ///< Shown on top of every report, for example that artefacts are stand-ins.
  std::vector<Question> questions;     ///< As written; a question may stand before the one it depends on.
  std::vector<Root> roots;
  std::vector<EvidenceItem> evidence;  ///< As written.
  std::vector<CollectionAction> collect;
  std::string tlp;                     ///< FIRST TLP 2.0 label, "TLP:CLEAR"; empty: unmarked.
  std::vector<std::string> authors;    ///< Who answers for the case.
  std::vector<ArtifactNote> artifacts;
  std::vector<FamilyNote> families;
  std::vector<ActivityCluster> clusters;  ///< As written.
  std::vector<SourcedText> aims;          ///< What the attackers wanted, as written.
  std::vector<SourcedText> losses;        ///< What others say was, or was not, lost. Not examined by us.
  std::optional<SeverityInputs> severity;
  [[nodiscard]] const Question* find_question(std::string_view id) const;
  [[nodiscard]] const Root* find_root(std::string_view id) const;
  [[nodiscard]] const EvidenceItem* find_item(std::string_view id) const;
};

/// One mistake in a case file.
struct CaseError {
  int line = 0;         ///< From 1; 0 when it concerns the whole file.
  std::string message;  ///< What was found and what was expected.
  friend bool operator==(const CaseError&, const CaseError&) = default;
};

/// All mistakes are collected: `parsed` is set only when there are none.
struct CaseReading {
  std::optional<Case> parsed;
  Case readable;                    ///< With mistakes: what could be read all the same, to be shown and never to be assessed.
  std::vector<CaseError> errors;    ///< By line.
  std::vector<CaseError> warnings;  ///< Traps that are not mistakes; by line.
};

/// Largest case file read, in bytes: 80 times the biggest real case that we know, small enough to parse in seconds.
constexpr std::uint64_t kMaxCaseBytes = 2ULL << 20;

/// Reads a case from YAML text. Never throws; hostile text yields errors. O(size of the text).
[[nodiscard]] CaseReading parse_case(std::string_view yaml);

/// Reads a case file. Errors of the file system and the size cap become one CaseError with line 0.
[[nodiscard]] CaseReading read_case(const std::string& path);

/// "case.yaml: line 12: kind is 'persone', expected one of ... (nearest: 'persona')", one per line, escaped.
[[nodiscard]] std::string to_string(const std::vector<CaseError>& errors, std::string_view file);

/// Checks everything that the parser cannot see while reading: references, cycles, priors. Used by parse_case, and by
/// callers that build a Case themselves. Returns the mistakes by line.
[[nodiscard]] std::vector<CaseError> validate(const Case& checked);

/// Traps that are no mistakes but often overstate: many soft roots, a `fact` that claims independence, an item that
/// was derived from something known only later. By line.
[[nodiscard]] std::vector<CaseError> traps(const Case& checked);

}  // namespace prova
