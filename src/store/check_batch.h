#pragma once
// What every store demands of the samples it is given, so that all of them refuse the same batches.

#include <span>
#include <string>
#include <utility>

#include "kinship/fingerprint_store.h"

namespace prova {

/// Longer names say nothing to anyone; mangled C++ names reach some 10 KB. This cap is ours.
constexpr std::size_t kMaxStoredText = 1 << 20;
/// Features in one list of one function. A fingerprint keeps the heaviest 128 or so; the cap keeps a faulty caller
/// from writing what readers refuse.
constexpr std::size_t kMaxStoredFeatures = 1 << 16;

/// Identity of a sample: SHA-256 and member.
using SampleIdentity = std::pair<Sha256, std::string>;

/// Checks what StoredSample promises: features ascending without repeats, callees ascending, without repeats and
/// within the sample, texts and lists within the caps above. O(size of the batch).
/// Errors: kUsage, naming sample and function; kLimit (a cap above).
[[nodiscard]] Status check_batch(std::span<const StoredSample> batch);

}  // namespace prova
