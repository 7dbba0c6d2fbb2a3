#pragma once
// The Merkle tree of RFC 6962, section 2.1, over SHA-256: leaf hashes start with 0x00, inner ones with 0x01.

#include <span>
#include <vector>

#include "content/inventory/crypto.h"

namespace prova {

/// SHA-256(0x00 || content).
[[nodiscard]] Sha256 merkle_leaf(ByteView content);
/// MTH of the leaf hashes; SHA-256 of nothing for an empty list. O(n) time and memory.
[[nodiscard]] Sha256 merkle_root(std::span<const Sha256> leaves);

}  // namespace prova
