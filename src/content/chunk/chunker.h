#pragma once
// Content-defined chunks: cuts that depend on the bytes around them, so that a file inside a blob, at any offset, falls
// into the same chunks as it did alone, but for its first and last.
//
// The cut is that of FastCDC (Xia et al., USENIX ATC 2016) with one mask: after kMinChunk bytes, wherever the top
// bits of a gear hash (the last 64 bytes decide) are zero. One grain serves all files; of large files only a sample of
// the chunks is kept, chosen by their hash, so that a single pass over a dump meets the chunks of small and large files.

#include <array>
#include <cstdint>

#include "base/bytes.h"
#include "base/hash.h"
#include "content/hash_key.h"

namespace prova {

constexpr std::size_t kMinChunk = 256;
/// 2^kCutBits bytes past the minimum on average: chunks of 512 bytes. At 512 bytes an unaligned dump gave 99.6 % of
/// its files back, at 8 KiB 32 % (measured on a software tree).
constexpr unsigned kCutBits = 8;
constexpr std::size_t kMaxChunk = 4096;

/// A chunk of a file.
struct ChunkMark {
  std::uint64_t hash = 0;    ///< Keyed hash of its bytes.
  std::uint64_t offset = 0;  ///< Unit: bytes from the start of the file.
  std::uint32_t size = 0;
  bool constant = false;     ///< One byte value throughout (zeros, mostly): proves nothing.
  friend bool operator==(const ChunkMark&, const ChunkMark&) = default;
};

/// Length of the chunk at the start of `rest`: kMinChunk to kMaxChunk, or all of `rest` when it ends before. O(length).
[[nodiscard]] std::size_t next_cut(ByteView rest);

/// Whether all bytes are equal. Stops at the first that differs.
[[nodiscard]] bool is_constant(ByteView bytes);

/// Calls `sink(const ChunkMark&)` for each chunk of `bytes` in order. Some 2 GB/s.
template <typename Sink>
void for_each_chunk(ByteView bytes, const HashKey& key, Sink&& sink) {
  for (std::uint64_t offset = 0; offset < bytes.size();) {
    const ByteView rest = bytes.subspan(offset);
    const ByteView chunk = rest.first(next_cut(rest));
    sink(ChunkMark{key.hash(chunk), offset, static_cast<std::uint32_t>(chunk.size()), is_constant(chunk)});
    offset += chunk.size();
  }
}

/// Of a file of `size` bytes, one chunk in 2^chunk_sampling(size) is kept: all up to 64 KiB, then 64 to 128 per file (that none is left of a whole file
/// has a chance of e^-64).
[[nodiscard]] unsigned chunk_sampling(std::uint64_t size);
/// Whether a chunk with this hash is kept at that sampling. What is kept at a coarser sampling is kept at a finer one.
[[nodiscard]] constexpr bool is_sampled(std::uint64_t hash, unsigned sampling) {
  return sampling == 0 || hash >> (64 - sampling) == 0;
}

}  // namespace prova
