#pragma once
// Chain of custody: which artefacts a case holds, who added them when, and proof that neither they nor this record
// were changed since. The log is CASE/custody.jsonl, append-only and hash-chained; docs/formats/custody.md specifies
// every byte of it.
//
// What the chain shows: an edited, inserted, removed or reordered line. What it cannot show by itself: that its last
// lines were cut off at a line's end. Whoever keeps the head (sequence and hash, printed in every report) can.

#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/result.h"

namespace prova {

constexpr std::string_view kCustodyFile = "custody.jsonl";
constexpr std::string_view kArtifactsFolder = "artifacts";

/// Longest text in one field. Paths on Linux end at 4096 bytes; names and notes are shorter.
constexpr std::size_t kMaxCustodyField = 4096;
/// Largest log that is read: some 500,000 lines, far above what people and tools record in a case.
constexpr std::uint64_t kMaxCustodyBytes = 256ULL << 20;

/// Actions that prova writes. To `verify_custody` added, withdrawn and repaired have a meaning; others are only kept.
namespace custody_action {
constexpr std::string_view kAdded = "added";          ///< An artefact entered the case with this hash and size.
constexpr std::string_view kWithdrawn = "withdrawn";  ///< It left the case on purpose; its absence is then no finding.
constexpr std::string_view kReported = "reported";    ///< A report was written; path and hash are the report's.
constexpr std::string_view kEdited = "edited";        ///< A file of the case was changed; the note says what.
constexpr std::string_view kRepaired = "repaired";    ///< The line before was cut short by a crash. Written by us only.
}  // namespace custody_action

/// Something that happened to a case, as the caller reports it.
struct CustodyEvent {
  std::string time;              ///< RFC 3339 in UTC, whole seconds: "2022-07-18T09:00:00Z".
  std::string who;               ///< Not empty.
  std::string action;            ///< See custody_action. Not empty.
  std::string path;              ///< Relative to the case, '/' between parts, no ".."; may be empty.
  std::optional<Sha256> sha256;  ///< Of the file at `path`.
  std::uint64_t size = 0;        ///< Of the file at `path`, bytes.
  std::string note;
  friend bool operator==(const CustodyEvent&, const CustodyEvent&) = default;
};

/// One line of the log.
struct CustodyEntry {
  std::uint64_t sequence = 0;  ///< From 1, without gaps.
  CustodyEvent event;
  Sha256 previous;  ///< SHA-256 of the previous line's bytes without its newline; zeros on the first line.
  Sha256 hash;      ///< SHA-256 of this line's canonical bytes without the member `hash`.
  friend bool operator==(const CustodyEntry&, const CustodyEntry&) = default;
};

/// One finding of `verify_custody`.
struct CustodyProblem {
  enum class Kind : std::uint8_t {
    kDamagedLine,    ///< Not a line that we wrote, or its hash does not fit: edited.
    kBrokenChain,    ///< It does not follow the line before: removed, inserted or reordered.
    kUnfinished,     ///< The last line was cut short, as a crash leaves it. The next append repairs that.
    kTimeBackwards,  ///< Recorded as earlier than the line before.
    kHeadMissing,    ///< The log does not hold the head that the caller knows: lines were cut off or rewritten.
    kChanged,        ///< An artefact's bytes are not those that were recorded.
    kMissing,        ///< A recorded artefact is not there.
    kUnrecorded,     ///< A file in artifacts/ that no line speaks of, or that is not a regular file.
  };
  Kind kind{};
  std::uint64_t line = 0;  ///< In the log, from 1; 0 when it concerns an artefact only.
  std::string path;        ///< Of the artefact; untrusted.
  std::string message;     ///< What was found and what was expected.
  friend bool operator==(const CustodyProblem&, const CustodyProblem&) = default;
};
/// "damaged_line", "broken_chain", ...
[[nodiscard]] std::string_view name_of(CustodyProblem::Kind kind);

/// Where a log ended, to be kept outside of the case.
struct CustodyHead {
  std::uint64_t sequence = 0;
  Sha256 hash;
  friend bool operator==(const CustodyHead&, const CustodyHead&) = default;
};

/// What `verify_custody` read and found.
struct CustodyState {
  std::vector<CustodyEntry> entries;     ///< Lines that could be read, in their order.
  std::vector<CustodyProblem> problems;  ///< Of the log by line, then of artefacts by path.
  CustodyHead head;                      ///< Of the last readable line; zeros when there is none.
  std::uint64_t artifacts_checked = 0;   ///< Files in artifacts/ whose hash was compared.
  [[nodiscard]] bool intact() const { return problems.empty(); }
};

/// Appends one line per event in a single write, after taking an exclusive lock; returns the entries once they are on
/// the disk. Creates the log when there is none. A line that a crash cut short stays where it is and is followed by an
/// entry `repaired` that chains to it.
/// Errors: kUsage (a field breaks its rule); kStore (the last line is not one that we wrote); kLimit; kIo.
[[nodiscard]] Result<std::vector<CustodyEntry>> append_custody(const std::filesystem::path& case_directory,
                                                               std::span<const CustodyEvent> events);

/// Hashes every regular file in CASE/artifacts that the log does not speak of and appends `added` for each, by path.
/// Files already recorded are not touched, whatever their content: that is for `verify_custody` to say.
/// Errors: as append_custody.
[[nodiscard]] Result<std::vector<CustodyEntry>> record_new_artifacts(const std::filesystem::path& case_directory,
                                                                     std::string_view who, std::string_view time);

/// Checks the chain and compares every artefact with its recorded hash. Changes nothing. A case without a log has no
/// entries. `known_head`, when given, must lie on the chain. O(log + bytes of artefacts).
/// Errors: kIo; kLimit.
[[nodiscard]] Result<CustodyState> verify_custody(const std::filesystem::path& case_directory,
                                                  const std::optional<CustodyHead>& known_head = std::nullopt);

}  // namespace prova
