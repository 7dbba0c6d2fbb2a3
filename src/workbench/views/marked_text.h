#pragma once
// A text with what was altered in it, cut to what somebody reads, as segments: no offsets that a browser would have to translate.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "content/text/normalise.h"

namespace prova {

/// What a stretch of a text is. Ascending in weight: the heavier one is shown where stretches overlap.
enum class MarkKind : std::uint8_t {
  kOther,    ///< Not known from the inventory.
  kOurs,     ///< As inventoried.
  kAltered,  ///< A range that differs from ours, with the few characters around it that the comparison cannot tell apart.
  kChanged,  ///< Inside such a range: the words that differ, known where the original is at hand.
};
[[nodiscard]] std::string_view name_of(MarkKind kind);  ///< "other", "ours", "altered", "changed".

struct MarkedRange {
  MarkKind kind = MarkKind::kOurs;
  TextRange range;  ///< Bytes of the text. Empty: something was removed here.
};

struct TextSegment {
  std::string kind;         ///< As name_of, or "removed" (nothing stands here now), or "left_out".
  std::string text;         ///< Valid UTF-8.
  std::uint64_t bytes = 0;  ///< Of "left_out": how many.
  friend bool operator==(const TextSegment&, const TextSegment&) = default;
};

/// The text cut at its marks. Longer than `shown`: its first `shown` bytes, and `around` bytes on both sides of every altered mark.
/// O(marks²) + O(shown).
[[nodiscard]] std::vector<TextSegment> marked_segments(std::string_view text, const std::vector<MarkedRange>& marks, std::uint64_t shown, std::uint64_t around);

/// Two stretches that differ, narrowed to the words that do: what both begin and end with is taken off, whole words are kept.
struct ChangedWords {
  TextRange left, right;  ///< Bytes of the two whole texts.
};
/// REQUIRES: the ranges lie in the texts. O(size of the ranges).
[[nodiscard]] ChangedWords changed_words(std::string_view left, const TextRange& in_left, std::string_view right, const TextRange& in_right);

}  // namespace prova
