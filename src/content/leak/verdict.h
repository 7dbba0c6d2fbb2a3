#pragma once
// What can be said of a document in a dump.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "content/text/normalise.h"

namespace prova {

/// From the strongest to the weakest. There is no "not ours": an inventory knows what it holds, not what it never saw.
enum class LeakVerdict : std::uint8_t {
  kIdentical,       ///< Byte for byte a file of ours, or a member of one.
  kRepackaged,      ///< The same content in other bytes: saved again, converted, packed anew.
  kHeadersDiffer,   ///< Our message; its header lines are not those that we know.
  kAltered,         ///< Ours, with changes in it: the ranges say where.
  kOtherVersion,    ///< Shares much with ours, differs in many places.
  kContains,        ///< Holds a part of ours.
  kNoTrace,         ///< Nothing of it is in the inventory of that date.
};
constexpr std::size_t kLeakVerdicts = 7;
/// "identical", "repackaged", "headers-differ", "altered", "other-version", "contains", "no-trace": for JSON.
[[nodiscard]] std::string_view name_of(LeakVerdict verdict);
/// For people: "same content, repackaged".
[[nodiscard]] std::string_view label_of(LeakVerdict verdict);

/// A stretch of a dump document that is not what we know, with what stands around it.
struct AlteredRange {
  TextRange dump;        ///< Bytes of the document's text (of the document itself when it has no text).
  TextRange original;    ///< Normalised characters of our text that stood here (bytes when it has no text); may be empty.
  std::int64_t growth = 0;  ///< Normalised characters (bytes) inserted here, negative when some were removed; 0: replaced.
  std::string before, inside, after;  ///< What the dump says there; at most kExcerpt bytes each.
};
constexpr std::size_t kExcerpt = 120;

/// How a text in a dump covers a text that we know.
struct Coverage {
  std::uint64_t dump_length = 0, known_length = 0;    ///< Unit: normalised characters, or bytes.
  std::uint64_t dump_covered = 0, known_covered = 0;  ///< Of these, how many lie in shared runs.
  TextRange extent;                                   ///< From the first to the last shared character of the dump.
  std::uint64_t changed = 0;                          ///< Characters inside the extent that are not shared, minus what a hole is wide anyway.
  std::size_t gaps = 0;                               ///< Holes inside the extent.
  [[nodiscard]] double contained() const { return known_length == 0 ? 0 : static_cast<double>(known_covered) / static_cast<double>(known_length); }
  [[nodiscard]] double dump_share() const { return dump_length == 0 ? 0 : static_cast<double>(dump_covered) / static_cast<double>(dump_length); }
};

/// kAltered, kOtherVersion or kContains, by the rules of docs/methods/leak.md, "Verdicts".
[[nodiscard]] LeakVerdict verdict_of(const Coverage& coverage);

}  // namespace prova
