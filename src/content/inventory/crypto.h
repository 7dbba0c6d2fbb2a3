#pragma once
// The few cryptographic operations that inventories and proofs need, all of them OpenSSL's. None of these can fail for a
// reason that input causes; where OpenSSL itself refuses (no memory, a broken installation), the program ends: going on
// would write a false signature or an unencrypted secret.

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/hash.h"

namespace prova {

using Bytes16 = std::array<std::uint8_t, 16>;
using Bytes32 = std::array<std::uint8_t, 32>;
using Ed25519Signature = std::array<std::uint8_t, 64>;

/// 32 bytes from the operating system's generator.
[[nodiscard]] Bytes32 random_bytes32();

/// HKDF-SHA-256 (RFC 5869) without salt: `size` bytes, at most 8160, derived from `secret` for the purpose named by `info`.
[[nodiscard]] std::vector<std::uint8_t> derive(const Bytes32& secret, std::string_view info, std::size_t size);

/// HMAC-SHA-256 (RFC 2104).
[[nodiscard]] Bytes32 hmac_sha256(const Bytes32& key, ByteView message);

/// Ed25519 (RFC 8032): the public key that belongs to a 32-byte seed, a signature, and its check.
[[nodiscard]] Bytes32 ed25519_public(const Bytes32& seed);
[[nodiscard]] Ed25519Signature ed25519_sign(const Bytes32& seed, ByteView message);
[[nodiscard]] bool ed25519_verify(const Bytes32& public_key, ByteView message, const Ed25519Signature& signature);

/// AES-256 in counter mode, in place; the same call decrypts. REQUIRES: (key, iv) is never used for two plaintexts.
void aes256_ctr(const Bytes32& key, const Bytes16& iv, std::span<std::uint8_t> data);

/// AES-256-GCM (NIST SP 800-38D): ciphertext followed by the 16-byte tag. `nonce` is 12 bytes of the 16 given.
/// REQUIRES: (key, nonce) is never used for two plaintexts.
[[nodiscard]] std::string aes256_gcm_seal(const Bytes32& key, const Bytes16& nonce, std::string_view plain, std::string_view context);
/// The plaintext, or nothing when key, nonce, context or any byte is not what was sealed.
[[nodiscard]] std::optional<std::string> aes256_gcm_open(const Bytes32& key, const Bytes16& nonce, std::string_view sealed,
                                                         std::string_view context);

/// SHA-256 over several pieces, one after the other. One object per thread; about 1.5 GB/s with SHA extensions.
class Sha256Stream {
 public:
  Sha256Stream();
  Sha256Stream(Sha256Stream&& other) noexcept;
  Sha256Stream& operator=(Sha256Stream&&) = delete;
  ~Sha256Stream();
  Sha256Stream& add(ByteView bytes);
  Sha256Stream& add(std::string_view text) { return add(as_bytes(text)); }
  /// The digest of everything since the last call, and starts anew.
  [[nodiscard]] Sha256 finish();

 private:
  void* context_;
};

}  // namespace prova
