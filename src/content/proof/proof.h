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
  std::uint64_t withheld = 0;               ///< Files whose names and contents a redacted bundle keeps back: their verdicts are the signer's word.
};

/// Longest line of a bundle that is read: one file with a million extents.
constexpr std::size_t kMaxProofLine = 128U << 20;

/// Checks a bundle: seal, signatures, root, every leaf, totals. `public_key`: hex of the signer to expect, or empty. `sources`: by
/// ordinal, where a source lies now; extents in these are read again and hashed. Errors: kIo only; a bundle that does
/// not hold is an answer.
[[nodiscard]] Result<ProofCheck> check_proof_bundle(const std::filesystem::path& path, const std::string& public_key, const std::map<std::uint32_t, std::string>& sources);

/// The same for a bundle in memory.
[[nodiscard]] ProofCheck check_proof_text(std::string_view bundle, const std::string& public_key, const std::map<std::uint32_t, std::string>& sources);

/// What a redacted bundle shows and keeps back. Unit: files.
struct RedactedProof {
  std::uint64_t disclosed = 0, withheld = 0;
};
/// Writes the bundle at `path` anew with the names, digests, salts and extents of all files left out but those that `keep` names (a path, or a
/// directory that ends with '/'). Leaves stay, so the root can still be checked; sizes and verdicts stay, so the totals can. Signed by the key, which must
/// be that of the bundle. Errors: kMalformed (a bundle that does not hold); kUsage (another key); kIo.
[[nodiscard]] Result<RedactedProof> redact_proof_bundle(const std::filesystem::path& path, const std::vector<std::string>& keep, const InventoryKey& key,
                                                        const std::filesystem::path& output);

}  // namespace prova
