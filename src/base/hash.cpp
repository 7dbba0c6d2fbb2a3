#include "base/hash.h"

#include <openssl/evp.h>
#include <xxhash.h>

#include <cstdlib>

namespace prova {
namespace {

constexpr char kHexDigits[] = "0123456789abcdef";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

}  // namespace

Sha256 sha256(ByteView bytes) {
  Sha256 digest;
  unsigned int length = 0;
  // Fails only when OpenSSL cannot allocate or is misconfigured; a silent zero digest would be a false identity.
  if (EVP_Digest(bytes.data(), bytes.size(), digest.bytes.data(), &length, EVP_sha256(), nullptr) != 1) std::abort();
  return digest;
}

std::string md5_hex(ByteView bytes) {
  std::array<std::byte, 16> digest{};
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(digest.data()), &length, EVP_md5(),
                 nullptr) != 1) {
    return {};  // MD5 is switched off on this machine (FIPS mode): no imphash then.
  }
  return to_hex(ByteView(digest));
}

std::string to_hex(ByteView bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (const std::byte b : bytes) {
    text += kHexDigits[std::to_integer<unsigned>(b) >> 4];
    text += kHexDigits[std::to_integer<unsigned>(b) & 15];
  }
  return text;
}

std::string to_hex(const Sha256& digest) { return to_hex(std::as_bytes(std::span(digest.bytes))); }

Result<Sha256> sha256_from_hex(std::string_view hex) {
  if (hex.size() != 64) return fail(ErrorCode::kMalformed, "a SHA-256 has 64 hex digits, found " + std::to_string(hex.size()));
  Sha256 digest;
  for (std::size_t i = 0; i < 32; ++i) {
    const int high = hex_value(hex[2 * i]);
    const int low = hex_value(hex[2 * i + 1]);
    if (high < 0 || low < 0) return fail(ErrorCode::kMalformed, "a SHA-256 has hex digits only");
    digest.bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return digest;
}

std::uint64_t hash64(ByteView bytes, std::uint64_t seed) { return XXH3_64bits_withSeed(bytes.data(), bytes.size(), seed); }

}  // namespace prova
