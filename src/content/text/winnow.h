#pragma once
// Fingerprints of text that find every copied run of kCopiedRun normalised characters, by winnowing
// (Schleimer, Wilkerson, Aiken: "Winnowing: Local Algorithms for Document Fingerprinting", SIGMOD 2003).
//
// Of every kWindow successive k-grams one is kept, so any run of kGram + kWindow - 1 characters shared by two texts
// holds a k-gram that both kept. The same property bounds how wide the hole is that one changed character leaves: at
// most kWindow - 1 characters on either side are not covered by a kept k-gram.

#include <cstdint>
#include <string_view>
#include <vector>

#include "content/hash_key.h"

namespace prova {

/// Every run of this many normalised characters that was copied is found.
constexpr std::size_t kCopiedRun = 64;
/// Characters in a k-gram. The longer, the narrower the window may be for the same guarantee and the narrower the hole
/// that a changed digit leaves; the shorter, the nearer two changes may lie to each other.
constexpr std::size_t kGram = 40;
/// One k-gram in this many is kept at least; 2 / (kWindow + 1), one in 13, on average.
constexpr std::size_t kWindow = kCopiedRun - kGram + 1;

/// An inventory may promise less and be smaller: runs of `copied_run` characters from kCopiedRun to this many. One k-gram in (copied_run - kGram + 2) / 2 is
/// kept, and every one of them is among those that kCopiedRun keeps, so that a dump is always winnowed in the same way.
constexpr std::size_t kMaxCopiedRun = 4096;

/// A kept k-gram.
struct TextMark {
  std::uint64_t hash = 0;      ///< Keyed hash of its kGram characters.
  std::uint32_t position = 0;  ///< Its first character. Unit: normalised characters.
  friend bool operator==(const TextMark&, const TextMark&) = default;
};

/// The kept k-grams of a normalised text by ascending position: besides those of the windows also the first and the last, so
/// that a change at an edge leaves a hole as any other does. A text shorter than kGram keeps none. O(n), some 300 million characters a second.
/// REQUIRES kCopiedRun <= copied_run <= kMaxCopiedRun.
[[nodiscard]] std::vector<TextMark> winnow(std::u16string_view text, const HashKey& key, std::size_t copied_run = kCopiedRun);

/// Keyed hash of the k-gram at the start of `text`. REQUIRES text.size() >= kGram.
[[nodiscard]] std::uint64_t gram_hash(std::u16string_view text, const HashKey& key);

/// Keyed hash of a whole normalised text: equal for documents that differ only in layout and packaging.
[[nodiscard]] std::uint64_t text_digest(std::u16string_view text, const HashKey& key);

}  // namespace prova
