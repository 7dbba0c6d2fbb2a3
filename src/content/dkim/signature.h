#pragma once
// A DKIM-Signature header field, read and checked for sense (RFC 6376, 3.5 and 6.1.1).

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "content/dkim/canonical.h"

namespace prova {

/// What a signature says of itself.
struct DkimSignatureField {
  std::string algorithm;                  ///< "rsa-sha256" or "ed25519-sha256".
  std::string domain, selector;           ///< d= and s=, in lower case; letters, digits, '-', '_', '.' only.
  std::string identity;                   ///< Domain of i=, in lower case; d= without it.
  DkimForm header_form = DkimForm::kSimple, body_form = DkimForm::kSimple;
  std::vector<std::string> signed_names;  ///< h=, in lower case and order.
  std::optional<std::uint64_t> body_limit;               ///< l=, bytes of the canonical body.
  std::optional<std::uint64_t> signed_at, expires;       ///< t= and x=, seconds since 1970.
  std::string body_digest, signature;     ///< bh= and b=, decoded.
  std::string raw_without_signature;      ///< The field as in the message with the value of b= taken out.
};

/// Reads the field `raw` ("DKIM-Signature: ..."). On an error the signature proves nothing, and the message says why.
/// Errors: kMalformed; kUnsupported (rsa-sha1: RFC 8301; unknown algorithms, forms, versions); kLimit (kMaxSignedNames, kMaxSignatureField).
[[nodiscard]] Result<DkimSignatureField> parse_signature(std::string_view raw);

/// d= and s= of a field that parse_signature() refused, as far as they can be read, for the report.
struct DkimSigner {
  std::string domain, selector;
};
[[nodiscard]] DkimSigner claimed_signer(std::string_view raw);

/// Signers list some 20 names, oversigning ones twice as many; every name costs one look through the header.
constexpr std::size_t kMaxSignedNames = 256;
/// An RSA signature of 16384 bits is 3 KB of base64.
constexpr std::size_t kMaxSignatureField = 64 * 1024;

}  // namespace prova
