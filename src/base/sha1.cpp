#include "base/sha1.h"

#include <cstdlib>
#include <openssl/evp.h>

namespace prova {

std::array<std::uint8_t, 20> sha1_for_uuid(ByteView bytes) {
  std::array<std::uint8_t, 20> digest{};
  unsigned length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), digest.data(), &length, EVP_sha1(), nullptr) != 1) std::abort();
  return digest;
}

}  // namespace prova
