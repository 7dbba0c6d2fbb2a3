#pragma once
// Which texts of the inventory a text in a dump shares fingerprints with, and how telling that is.

#include "content/leak/known_content.h"

namespace prova {

/// A mark of the dump's text that the inventory knows.
struct TextHit {
  std::uint32_t position = 0;               ///< In the dump's text. Unit: normalised characters.
  MarkIndex::Range marks;                   ///< Where the inventory has it.
};

/// A group of equal texts, with what speaks for it.
struct TextCandidate {
  std::uint32_t group = 0;
  double telling = 0;        ///< Characters shared, each divided by the number of different texts that share it.
  std::size_t first_hit = 0, last_hit = 0;  ///< Of the telling hits.
};

/// A passage that more than this many different texts hold is letterhead or boilerplate: it says nothing about origin.
constexpr std::size_t kTellingTexts = 8;
/// Of a key that the inventory holds more often than this, a sample of this many places decides how common it is.
constexpr std::size_t kSampledPlaces = 64;

/// The marks of `text` that are known, by position.
[[nodiscard]] std::vector<TextHit> text_hits(std::u16string_view text, const KnownContent& known);

/// The groups that share telling passages, most telling first, ties by group. O(hits * kSampledPlaces).
[[nodiscard]] std::vector<TextCandidate> text_candidates(std::span<const TextHit> hits, const KnownContent& known);

}  // namespace prova
