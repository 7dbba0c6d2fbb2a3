#pragma once
// Which stored functions share features with the probes, over all segments of a snapshot.

#include <span>
#include <vector>

#include "store/segments/snapshot.h"

namespace prova {

/// FingerprintStore::candidates over `snapshot`: the answer does not depend on how the functions are divided into
/// segments. Memory: half a megabyte, and 24 bytes per key of kProbesAtOnce probes and segment: it does not
/// grow with the store.
/// Errors: kStore (a damaged segment: which, and where); kLimit (2^32 functions or more).
[[nodiscard]] Result<std::vector<std::vector<Candidate>>> find_candidates(const Snapshot& snapshot,
                                                                          std::span<const Probe> probes,
                                                                          std::size_t limit);

/// Probes whose keys are looked up together, sorted: more share the walk through the key directory, fewer bound the
/// memory.
constexpr std::size_t kProbesAtOnce = 1024;

}  // namespace prova
