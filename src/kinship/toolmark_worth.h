#pragma once
// What it is worth that two programs carry the same toolmark: measured frequencies, held down by how easily the mark is
// forged. Method and numbers: docs/methods/toolmarks.md.

#include <optional>
#include <string>

#include "binary/binary_image.h"

namespace prova {

/// How often a mark occurs among programs of other origins in the index.
struct IndexFrequency {
  std::uint32_t with_kind = 0;   ///< Other origins (families, libraries, goodware) with a mark of this kind and format.
  std::uint32_t with_value = 0;  ///< Of these, with the same value.
};

struct MarkWorth {
  double log10_lr = 0;   ///< Of "same origin" against "unrelated".
  bool capped = false;   ///< The measurement alone would give more.
  std::string because;   ///< The numbers in words.
};

/// LR = s / p with s = (equal + ½) / (pairs + 1) over later versions of one origin, and p = (n + 1) / (N + 1) over
/// unrelated origins (measured ones and those of the index together; a value not seen counts as seen once). None for
/// kinds that were not measured (fewer than kLeastOrigins origins or kLeastPairs pairs).
[[nodiscard]] std::optional<MarkWorth> mark_worth(Toolmark::Kind kind, Format format, const std::string& value,
                                                  const IndexFrequency& index);

constexpr std::uint32_t kLeastOrigins = 10, kLeastPairs = 8;
/// Largest log10 LR of a mark that costs nothing or little to forge: of ten programs that carry an author's mark, we must
/// expect one to be somebody else's who wants us to see it. A judgement, not a measurement: the one false flag on record
/// that was analysed in public (Olympic Destroyer) is one of the few cases in which marks were compared at all.
constexpr double kForgeableCap = 1.0;

}  // namespace prova
