#pragma once
// A proof bundle: everything that a sceptic needs to check a damage assessment without the inventory, without its key, and
// without trusting the one who made it. Format: docs/formats/proof.md. Second, independent checker: scripts/check_proof.py.

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "content/damage/damage.h"

namespace prova {

struct ProofContext {
  std::string tool, scanned;  ///< "prova 0.1.0 (...)"; RFC 3339.
};
/// Writes the bundle, sealed and signed with the inventory's key, atomically. Errors: kIo.
[[nodiscard]] Status write_proof_bundle(const Inventory& inventory, const InventoryKey& key, const DamageReport& report, const ProofContext& context,
                                        const std::filesystem::path& path);

/// What a check found.
struct ProofCheck {
  bool accepted = false;
  std::string reason;                       ///< Why not.
  std::string root, public_key, created, scanned, sentence;
  std::uint64_t files = 0, whole = 0, reread = 0;  ///< `reread`: files that were read again and hashed from the sources given.
};

/// Longest line of a bundle that is read: one file with a million extents.
constexpr std::size_t kMaxProofLine = 128U << 20;

/// Checks a bundle: seal, signatures, root, every leaf, totals. `public_key`: hex of the signer to expect, or empty. `sources`: by
/// ordinal, where a source lies now; extents in these are read again and hashed. Errors: kIo only; a bundle that does
/// not hold is an answer.
[[nodiscard]] Result<ProofCheck> check_proof_bundle(const std::filesystem::path& path, const std::string& public_key, const std::map<std::uint32_t, std::string>& sources);

}  // namespace prova
