#pragma once
// The key of an inventory: a secret that keys every hash, and a seed that signs.
//
// Whoever holds an inventory without its key learns names, sizes and times, and nothing about contents: block, chunk,
// text and member hashes are keyed, file digests are encrypted, Merkle leaves are salted. Whoever holds the key can test
// guesses and sign; keep it where the inventory is not. Format of the key file: docs/formats/inventory.md.

#include <filesystem>
#include <string>

#include "base/result.h"
#include "content/inventory/crypto.h"

namespace prova {

/// What is derived from the secret, one purpose each, so that no value computed for one purpose helps with another.
struct DerivedKeys {
  std::array<std::uint8_t, 192> blocks{};   ///< XXH3 secret of 4-KiB blocks and tails.
  Bytes32 chunks{};                         ///< Seed of the hashes of content-defined chunks (`HashKey::from_seed`).
  Bytes32 text{};                           ///< Seed of the hashes of text fingerprints (`HashKey::from_seed`).
  Bytes32 members{};                        ///< HMAC key of member hashes.
  Bytes32 digests{};                        ///< AES key of the file digests.
  Bytes32 tiny{};                           ///< AES key of the contents of tiny files.
  Bytes32 salts{};                          ///< HMAC key of Merkle salts and of the inventory's id.
};

struct InventoryKey {
  Bytes32 secret{};
  Bytes32 signing{};  ///< Ed25519 seed.
  [[nodiscard]] DerivedKeys derived() const;
  /// Names the secret without telling it: the first 16 bytes of HKDF(secret, "prova inventory key id 1").
  [[nodiscard]] Bytes16 id() const;
  [[nodiscard]] Bytes32 public_key() const { return ed25519_public(signing); }
};

/// A fresh random key.
[[nodiscard]] InventoryKey new_inventory_key();
/// Writes the key, readable by its owner only (mode 0600). Never replaces a file. Errors: kIo; kUsage when `path` exists.
[[nodiscard]] Status write_inventory_key(const InventoryKey& key, const std::filesystem::path& path);
/// Errors: kNotFound; kIo; kMalformed.
[[nodiscard]] Result<InventoryKey> read_inventory_key(const std::filesystem::path& path);

}  // namespace prova
