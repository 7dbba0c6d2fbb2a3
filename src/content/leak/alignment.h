#pragma once
// Lays a text in a dump against one that the inventory knows, by the positions of their shared fingerprints.

#include "content/leak/text_hits.h"
#include "content/leak/verdict.h"

namespace prova {

/// Characters that both texts share, in the same order: [dump, dump + length) is [known, known + length).
struct SharedRun {
  std::uint64_t dump = 0, known = 0, length = 0;
  [[nodiscard]] std::uint64_t dump_end() const { return dump + length; }
  [[nodiscard]] std::uint64_t known_end() const { return known + length; }
  friend bool operator==(const SharedRun&, const SharedRun&) = default;
};

/// A place where the two differ. Either side may be empty.
struct AlignmentGap {
  TextRange dump, known;
  friend bool operator==(const AlignmentGap&, const AlignmentGap&) = default;
};

struct Alignment {
  std::vector<SharedRun> runs;       ///< By position in the dump.
  std::vector<AlignmentGap> gaps;    ///< Between the runs, by position in the dump.
  Coverage coverage;
};

/// A pair of equal k-grams.
struct MatchedGram {
  std::uint64_t dump = 0, known = 0;
  friend auto operator<=>(const MatchedGram&, const MatchedGram&) = default;
};

/// Joins pairs (ascending by dump) into runs and finds the gaps. Of several known places of one k-gram the one that continues the
/// run before is taken, else the first after it. Unchanged text leaves no gap (winnow.h). With `whole`, the texts' beginnings and ends
/// count: what precedes the first run or follows the last is a gap too, unless the dump merely ends earlier than ours (an excerpt).
/// Pairs on a diagonal that start at most `mark_distance` apart belong to one run.
[[nodiscard]] Alignment align_grams(std::span<const MatchedGram> grams, std::uint64_t gram_length, std::uint64_t dump_length,
                                    std::uint64_t known_length, bool whole, std::uint64_t mark_distance = 0);

/// Pairs of the dump's hits [first, last] with the known text, widened to as far as that text can reach. The beginning and the end of
/// the known text are looked for where the runs say they should be.
[[nodiscard]] std::vector<MatchedGram> matched_grams(std::u16string_view dump, std::span<const TextHit> hits, const TextCandidate& candidate,
                                                     std::uint32_t text, const KnownContent& known);

}  // namespace prova
