#pragma once
// One verdict per file, from everything that the scans found.

#include "content/damage/assemble.h"
#include "content/damage/damage.h"

namespace prova {

/// Evidence of all scans, sorted.
struct Findings {
  FoundFiles found;
  std::vector<std::pair<Sha256, std::pair<std::uint32_t, std::uint64_t>>> resident;  ///< Digest, then (source, record offset), of files inside MFTs.
};

/// Decides file after file, in parallel; re-reads and re-hashes what survives by blocks.
void decide_verdicts(const Findings& findings, const ScanTargets& targets, const DamageOptions& options, DamageReport& report, const ContentProgress& progress);

}  // namespace prova
