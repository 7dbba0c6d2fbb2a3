#pragma once
// A message as its signer hashed it (RFC 6376, 3.4): header fields and body in the "simple" or the "relaxed" form.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/hash.h"

namespace prova {

/// How much of its shape a message may lose on the way without breaking the signature.
enum class DkimForm : std::uint8_t { kSimple, kRelaxed };

/// A header field as it stands in the message: "Name: value" with its folds, without the last line end.
struct HeaderField {
  std::string_view name;  ///< Before the colon, without white space.
  std::string_view raw;
};

/// Views into a message (RFC 5322, 2.1). Lines end in CRLF or, as most systems store mail, in LF.
struct MessageParts {
  std::vector<HeaderField> fields;  ///< In their order; lines that are no field are left out.
  std::string_view body;            ///< After the first empty line.
};

/// Real headers have some 50 fields; mailing lists and filters double that. What lies behind is not looked at.
constexpr std::size_t kMaxHeaderFields = 4096;
/// O(header). Fields beyond kMaxHeaderFields are left out.
[[nodiscard]] MessageParts split_message(std::string_view message);

/// The field in canonical form, without the last CRLF (3.4.1, 3.4.2).
[[nodiscard]] std::string canonical_field(std::string_view raw, DkimForm form);

/// What a body hashes to.
struct BodyDigest {
  Sha256 digest;
  std::uint64_t length = 0;  ///< Of the canonical body, all of it. Unit: bytes.
};

/// SHA-256 of the canonical body (3.4.3, 3.4.4), or of its first `limit` bytes (l=, 3.4.5). LF counts as CRLF. O(body), constant memory.
[[nodiscard]] BodyDigest canonical_body_digest(std::string_view body, DkimForm form, std::optional<std::uint64_t> limit);

}  // namespace prova
