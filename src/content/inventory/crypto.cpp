#include "content/inventory/crypto.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>

#include <cstdlib>
#include <memory>
#include <utility>

namespace prova {
namespace {

constexpr std::size_t kGcmNonce = 12, kGcmTag = 16;

/// See the header: what OpenSSL refuses here is no input's fault.
void require(bool worked) {
  if (!worked) std::abort();
}

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

struct Free {
  void operator()(EVP_PKEY* key) const { EVP_PKEY_free(key); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
  void operator()(EVP_KDF* kdf) const { EVP_KDF_free(kdf); }
  void operator()(EVP_KDF_CTX* context) const { EVP_KDF_CTX_free(context); }
};
using Key = std::unique_ptr<EVP_PKEY, Free>;
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, Free>;

Key private_key(const Bytes32& seed) {
  Key key(EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, nullptr, seed.data(), seed.size()));
  require(key != nullptr);
  return key;
}

/// SHA-256 fetched once: an implicit fetch costs more than hashing a small file.
const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  require(algorithm != nullptr);
  return algorithm;
}

}  // namespace

Bytes32 random_bytes32() {
  Bytes32 bytes;
  require(RAND_priv_bytes(bytes.data(), static_cast<int>(bytes.size())) == 1);
  return bytes;
}

std::vector<std::uint8_t> derive(const Bytes32& secret, std::string_view info, std::size_t size) {
  const std::unique_ptr<EVP_KDF, Free> kdf(EVP_KDF_fetch(nullptr, "HKDF", nullptr));
  const std::unique_ptr<EVP_KDF_CTX, Free> context(EVP_KDF_CTX_new(kdf.get()));
  std::string purpose(info), digest = "SHA256";
  Bytes32 input = secret;
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string(OSSL_KDF_PARAM_DIGEST, digest.data(), digest.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_KEY, input.data(), input.size()),
      OSSL_PARAM_construct_octet_string(OSSL_KDF_PARAM_INFO, purpose.data(), purpose.size()), OSSL_PARAM_construct_end()};
  std::vector<std::uint8_t> derived(size);
  require(context != nullptr && EVP_KDF_derive(context.get(), derived.data(), size, parameters) == 1);
  return derived;
}

Bytes32 hmac_sha256(const Bytes32& key, ByteView message) {
  Bytes32 code;
  unsigned int size = 0;
  require(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), reinterpret_cast<const unsigned char*>(message.data()),
               message.size(), code.data(), &size) != nullptr);
  return code;
}

Bytes32 ed25519_public(const Bytes32& seed) {
  const Key key = private_key(seed);
  Bytes32 result;
  std::size_t size = result.size();
  require(EVP_PKEY_get_raw_public_key(key.get(), result.data(), &size) == 1);
  return result;
}

Ed25519Signature ed25519_sign(const Bytes32& seed, ByteView message) {
  const Key key = private_key(seed);
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  Ed25519Signature signature;
  std::size_t size = signature.size();
  require(EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
          EVP_DigestSign(context.get(), signature.data(), &size, reinterpret_cast<const unsigned char*>(message.data()),
                         message.size()) == 1);
  return signature;
}

bool ed25519_verify(const Bytes32& public_key, ByteView message, const Ed25519Signature& signature) {
  const Key key(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, public_key.data(), public_key.size()));
  const std::unique_ptr<EVP_MD_CTX, Free> context(EVP_MD_CTX_new());
  return key != nullptr && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key.get()) == 1 &&
         EVP_DigestVerify(context.get(), signature.data(), signature.size(),
                          reinterpret_cast<const unsigned char*>(message.data()), message.size()) == 1;
}

void aes256_ctr(const Bytes32& key, const Bytes16& iv, std::span<std::uint8_t> data) {
  /// EVP takes an int for sizes; pieces of 1 GiB keep below it and are a multiple of the cipher's block.
  constexpr std::size_t kPiece = 1U << 30;
  const Cipher cipher(EVP_CIPHER_CTX_new());
  require(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_ctr(), nullptr, key.data(), iv.data()) == 1);
  while (!data.empty()) {
    const auto piece = data.first(std::min(kPiece, data.size()));
    int size = 0;
    require(EVP_EncryptUpdate(cipher.get(), piece.data(), &size, piece.data(), static_cast<int>(piece.size())) == 1);
    data = data.subspan(piece.size());
  }
}

std::string aes256_gcm_seal(const Bytes32& key, const Bytes16& nonce, std::string_view plain, std::string_view context) {
  const Cipher cipher(EVP_CIPHER_CTX_new());
  std::string sealed(plain.size() + kGcmTag, '\0');
  int size = 0;
  require(EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce.data()) == 1 &&
          EVP_EncryptUpdate(cipher.get(), nullptr, &size, bytes_of(context), static_cast<int>(context.size())) == 1 &&
          EVP_EncryptUpdate(cipher.get(), bytes_of(sealed), &size, bytes_of(plain), static_cast<int>(plain.size())) == 1 &&
          EVP_EncryptFinal_ex(cipher.get(), bytes_of(sealed) + size, &size) == 1 &&
          EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kGcmTag, bytes_of(sealed) + plain.size()) == 1);
  static_assert(kGcmNonce == 12, "the default nonce size of EVP_aes_256_gcm");
  return sealed;
}

std::optional<std::string> aes256_gcm_open(const Bytes32& key, const Bytes16& nonce, std::string_view sealed,
                                           std::string_view context) {
  if (sealed.size() < kGcmTag) return std::nullopt;
  const Cipher cipher(EVP_CIPHER_CTX_new());
  std::string plain(sealed.size() - kGcmTag, '\0');
  std::string tag(sealed.substr(plain.size()));
  int size = 0;
  const bool genuine =
      EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key.data(), nonce.data()) == 1 &&
      EVP_DecryptUpdate(cipher.get(), nullptr, &size, bytes_of(context), static_cast<int>(context.size())) == 1 &&
      EVP_DecryptUpdate(cipher.get(), bytes_of(plain), &size, bytes_of(sealed), static_cast<int>(plain.size())) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kGcmTag, bytes_of(tag)) == 1 &&
      EVP_DecryptFinal_ex(cipher.get(), bytes_of(plain) + plain.size(), &size) == 1;
  return genuine ? std::optional(std::move(plain)) : std::nullopt;
}

Sha256Stream::Sha256Stream() : context_(EVP_MD_CTX_new()) {
  require(context_ != nullptr && EVP_DigestInit_ex2(static_cast<EVP_MD_CTX*>(context_), sha256_algorithm(), nullptr) == 1);
}

Sha256Stream::Sha256Stream(Sha256Stream&& other) noexcept : context_(std::exchange(other.context_, nullptr)) {}

Sha256Stream::~Sha256Stream() { EVP_MD_CTX_free(static_cast<EVP_MD_CTX*>(context_)); }

Sha256Stream& Sha256Stream::add(ByteView bytes) {
  require(EVP_DigestUpdate(static_cast<EVP_MD_CTX*>(context_), bytes.data(), bytes.size()) == 1);
  return *this;
}

Sha256 Sha256Stream::finish() {
  Sha256 digest;
  unsigned int size = 0;
  auto* context = static_cast<EVP_MD_CTX*>(context_);
  require(EVP_DigestFinal_ex(context, digest.bytes.data(), &size) == 1 && EVP_DigestInit_ex2(context, nullptr, nullptr) == 1);
  return digest;
}

}  // namespace prova
