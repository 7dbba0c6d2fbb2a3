#pragma once
// What writer and checker of a bundle share.

#include <nlohmann/json.hpp>
#include <string>

#include "content/inventory/crypto.h"

namespace prova {

using ProofJson = nlohmann::ordered_json;

constexpr std::string_view kProofSchema = "prova/proof/1";
/// Since format 2 of inventories the parts that a bundle quotes are as they are now; format 1 had other sections.
constexpr std::uint32_t kOldestProofInventory = 2;

/// What the seal's signature covers.
[[nodiscard]] std::string sealed_message(const Sha256& seal);
/// The last line, in the only form that is accepted.
[[nodiscard]] std::string seal_line(const Sha256& seal, const Bytes32& public_key, const Ed25519Signature& signature);

}  // namespace prova
