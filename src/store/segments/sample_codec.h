#pragma once
// One sample's block in a segment: its record, and of its functions everything but the features.

#include <string>

#include "kinship/fingerprint_store.h"
#include "store/segments/layout.h"

namespace prova {

/// A block may grow to this many times its stored size when it is unpacked, and no more: a hostile segment must not
/// take memory that its file does not pay for. Blocks that pack better are stored as they are.
constexpr std::uint64_t kMaxUnpackRatio = 256;

struct PackedSample {
  std::string stored;
  std::uint32_t raw_bytes = 0;
  std::uint32_t compression = 0;  ///< As SampleEntry::compression.
};

/// Errors: kLimit (4 GiB or more before compression).
[[nodiscard]] Result<PackedSample> pack_sample(const StoredSample& sample);

/// The sample without exact hashes and features. `functions` is how many it has, from the directory.
/// Errors: kStore, without file and offset: the caller knows them. Memory O(kMaxUnpackRatio · stored bytes).
[[nodiscard]] Result<StoredSample> unpack_sample(ByteView stored, const SampleEntry& entry, std::uint32_t functions);

}  // namespace prova
