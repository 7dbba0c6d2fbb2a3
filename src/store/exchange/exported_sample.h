#pragma once
// One sample as bytes that stand on their own: in an index export, and between processes.

#include <string>

#include "kinship/fingerprint_store.h"

namespace prova {

/// Everything about the sample: docs/formats/index-export.md, "Samples". Errors: kLimit (names and calls of 4 GiB).
[[nodiscard]] Result<std::string> encode_sample(const StoredSample& sample);

/// The bytes are not trusted. Memory: at most kMaxUnpackRatio times their size, and `limit` when unpacked.
/// Errors: kMalformed, without file and offset; kLimit.
[[nodiscard]] Result<StoredSample> decode_sample(ByteView bytes, std::uint64_t limit);

}  // namespace prova
