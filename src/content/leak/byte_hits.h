#pragma once
// Which files of the inventory lie in the bytes of a dump, at any offset, whole or in part.

#include "content/leak/known_content.h"
#include "content/text/normalise.h"

namespace prova {

/// A file found in a stretch of bytes.
struct EmbeddedFile {
  std::uint32_t file = 0;      ///< In the inventory; the first of those with the same content.
  bool identical = false;      ///< Its SHA-256 was found over exactly its size: the whole file is there.
  TextRange dump;              ///< Where. Unit: bytes.
  double contained = 0;        ///< Share of the file's sampled chunks found here; 1 when identical.
  std::uint64_t telling = 0;   ///< Bytes in chunks that few files hold.
  std::vector<TextRange> gaps; ///< Bytes of the dump inside `dump` that are not the file's. Only where all chunks were kept.
};

/// A chunk that more different contents than this hold is a shared part (a logo, a template): it says nothing about origin.
constexpr std::size_t kTellingFiles = 8;
/// A file of which less than this was found in telling chunks is not named. Unit: bytes.
constexpr std::uint64_t kLeastTellingBytes = 1024;
/// Nor one of which fewer chunks were found in line: stored hashes are short (format.h, kChunkKeyBytes), and one may meet a foreign chunk.
constexpr std::size_t kLeastChunks = 2;

/// The files in `bytes`, by where they start. Ranges of identical files do not overlap. What is claimed identical was re-hashed;
/// at most kMaxRehash times the size of `bytes` is hashed. O(bytes).
[[nodiscard]] std::vector<EmbeddedFile> embedded_files(ByteView bytes, const KnownContent& known);

constexpr std::uint64_t kMaxRehash = 4;

}  // namespace prova
