#pragma once
// Judges one document of a dump. Start here: the order of the questions is the method.

#include <span>

#include "content/leak/known_content.h"
#include "content/leak/leak_report.h"

namespace prova {

/// A document as it was found in the dump. Views the item's or the file's bytes.
struct DumpDocument {
  const ExtractedItem& item;
  ByteView bytes;
  std::span<const Sha256> components;  ///< Digests of an office file's parts.
};

/// 1. Are its bytes a file of ours, or a member of one? 2. Is its whole text, message or set of parts? 3. Which texts of ours
/// does it share telling passages with, and where does it differ from them? 4. Which files of ours lie in its bytes?
/// Thread safe. O(size) plus O(matches * their length).
[[nodiscard]] LeakDocument examine_document(const DumpDocument& document, const KnownContent& known);

/// Texts longer than this are laid out in pieces; a match across two pieces is found in both. Unit: bytes.
constexpr std::size_t kTextPiece = 64 << 20;
/// Shared characters of telling passages below which a document is not called ours. About two lines: shorter runs are phrases.
constexpr double kLeastTellingText = 120;
/// At most this many of our texts are laid against one document of a dump.
constexpr std::size_t kMaxCandidates = 4096;

}  // namespace prova
