#pragma once
// Public keys of mail domains, handed in as files: nothing is asked of the DNS, which holds only today's keys anyway.

#include <filesystem>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"
#include "base/result.h"

namespace prova {

/// An RSA or Ed25519 public key. Immutable, thread safe.
class DkimPublicKey {
 public:
  /// `type` is "rsa" (SubjectPublicKeyInfo or PKCS #1, DER) or "ed25519" (32 bytes, RFC 8463).
  /// Errors: kMalformed; kUnsupported (another type); kLimit (RSA below kLeastRsaBits or above kMostRsaBits).
  [[nodiscard]] static Result<DkimPublicKey> parse(std::string_view type, std::string_view bytes);
  [[nodiscard]] bool is_rsa() const { return rsa_; }
  [[nodiscard]] unsigned bits() const { return bits_; }
  /// Whether `signature` is this key's over data with that SHA-256 (RSASSA-PKCS1-v1_5; Ed25519 signs the digest itself, RFC 8463, 3).
  [[nodiscard]] bool verifies(const Sha256& digest, std::string_view signature) const;

 private:
  DkimPublicKey(std::shared_ptr<void> key, bool rsa, unsigned bits) : key_(std::move(key)), rsa_(rsa), bits_(bits) {}
  std::shared_ptr<void> key_;
  bool rsa_;
  unsigned bits_;
};

/// RFC 8301, 3.2: verifiers must not take shorter keys for valid. 512 bits were factored in hours in 2012, and leaked mail waits for years.
constexpr unsigned kLeastRsaBits = 1024;
/// OpenSSL's own bound (OPENSSL_RSA_MAX_MODULUS_BITS); the longest key that fits a TXT record in practice has 4096.
constexpr unsigned kMostRsaBits = 16384;

/// A key record as published at SELECTOR._domainkey.DOMAIN (RFC 6376, 3.6.1).
struct DkimKeyRecord {
  std::shared_ptr<const DkimPublicKey> key;  ///< Null when the record cannot be used.
  std::string defect;                        ///< Why not, or empty.
  bool testing = false;                      ///< t=y: the domain asked not to rely on it.
  bool strict = false;                       ///< t=s: i= must name the very domain, no subdomain.
};
/// Reads the text of one TXT record. Never fails: a record that cannot be used says why.
[[nodiscard]] DkimKeyRecord parse_key_record(std::string_view text);

/// The records that were handed in. Read-only after loading; thread safe.
class DkimKeys {
 public:
  DkimKeys() = default;
  /// Reads files, and every regular file of directories. A file holds lines `NAME [TTL] [IN] [TXT] RECORD` as zone files, dig and
  /// OpenDKIM's test key files write them (quoted pieces are joined, parentheses span lines, # and ; begin comments); or it is called NAME
  /// (or NAME.txt) and holds one record. NAME is SELECTOR._domainkey.DOMAIN.
  /// Errors: kIo; kMalformed with file and line; kLimit (kMaxKeyFile, kMaxKeyRecords).
  [[nodiscard]] static Result<DkimKeys> load(std::span<const std::string> paths);
  /// Adds the records of one file's text; `file` names it in errors and, when it has the form, gives the name of its record.
  [[nodiscard]] Status add_file(std::string_view text, const std::string& file);
  /// Records of `selector` under `domain`, in the order they were read; a selector may have had several in turn. O(log n).
  [[nodiscard]] std::span<const DkimKeyRecord> find(std::string_view selector, std::string_view domain) const;
  [[nodiscard]] std::size_t size() const { return count_; }

 private:
  [[nodiscard]] Status add(std::string_view name, std::string_view record);
  std::map<std::string, std::vector<DkimKeyRecord>, std::less<>> records_;  ///< By name in lower case, without the last dot.
  std::size_t count_ = 0;
};

/// A year of a large provider's selectors is a few hundred lines.
constexpr std::uint64_t kMaxKeyFile = 16ULL << 20;
constexpr std::size_t kMaxKeyRecords = 100'000;
/// So many keys are tried for one signature.
constexpr std::size_t kMaxRecordsPerName = 16;

}  // namespace prova
