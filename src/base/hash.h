#pragma once
// Hashes: SHA-256 for identity and custody, XXH3 for everything that only has to be fast.

#include <array>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace prova {

/// SHA-256 digest (FIPS 180-4). Ordered as its bytes are.
struct Sha256 {
  std::array<std::uint8_t, 32> bytes{};
  friend auto operator<=>(const Sha256&, const Sha256&) = default;
};

/// Digest of `bytes`. 1 to 2 GB/s with SHA extensions.
[[nodiscard]] Sha256 sha256(ByteView bytes);
/// MD5 (RFC 1321) as 32 hex digits. Only for `imphash`, whose definition demands it; never for identity.
[[nodiscard]] std::string md5_hex(ByteView bytes);

/// 64 lower-case hex digits.
[[nodiscard]] std::string to_hex(const Sha256& digest);
[[nodiscard]] std::string to_hex(ByteView bytes);
/// Errors: kMalformed unless `hex` is 64 hex digits.
[[nodiscard]] Result<Sha256> sha256_from_hex(std::string_view hex);

/// XXH3 64-bit (https://github.com/Cyan4973/xxHash, specification 0.1.1). The value is stable over machines and
/// releases: fingerprints and stores depend on that.
[[nodiscard]] std::uint64_t hash64(ByteView bytes, std::uint64_t seed = 0);
[[nodiscard]] inline std::uint64_t hash64(std::string_view text, std::uint64_t seed = 0) {
  return hash64(as_bytes(text), seed);
}

/// Order-dependent combination of two 64-bit hashes: the finaliser of splitmix64 (Steele, Lea, Flood 2014) over
/// their weighted sum. Stable over machines.
[[nodiscard]] constexpr std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = a * 0x9e37'79b9'7f4a'7c15ULL + b + 0x632b'e59b'd9b4'e019ULL;
  x = (x ^ (x >> 30)) * 0xbf58'476d'1ce4'e5b9ULL;
  x = (x ^ (x >> 27)) * 0x94d0'49bb'1331'11ebULL;
  return x ^ (x >> 31);
}

}  // namespace prova
