#pragma once
// Whether a mail is as its domain signed it. Start here. DKIM (RFC 6376, 8301, 8463) lets anyone with the domain's public key check a
// message years later, whoever published it: the one proof of genuineness that needs no inventory.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "content/dkim/key_records.h"

namespace prova {

/// What a signature shows, the best first.
enum class DkimState : std::uint8_t {
  kIntact,         ///< Body and every line that people read (kReadFields) are as signed.
  kIntactInPart,   ///< What was signed is intact; something that people read was not signed.
  kBodyAltered,    ///< The signed header fields are genuine, the body is not the one that they were signed with.
  kHeaderAltered,  ///< The body is the signed one, the header is not; or another key made the signature.
  kAltered,        ///< Neither fits.
  kNoKey,          ///< No key of that selector was handed in.
  kUnusable,       ///< The signature or its key proves nothing: `reason` says why.
  kNotSigned,      ///< Only of messages.
};
constexpr std::size_t kDkimStates = 8;
/// "intact", "intact-in-part", "body-altered", "header-altered", "altered", "no-key", "unusable", "not-signed".
[[nodiscard]] std::string_view name_of(DkimState state);
[[nodiscard]] constexpr bool is_genuine(DkimState state) { return state == DkimState::kIntact || state == DkimState::kIntactInPart; }

/// One signature of a message.
struct DkimSignature {
  DkimState state = DkimState::kUnusable;
  std::string domain, selector;     ///< As the signature names them; may be empty when it cannot be read.
  std::string algorithm;            ///< Empty when unusable.
  std::string reason;               ///< Why it is unusable, or what else to know. Untrusted text is escaped.
  unsigned key_bits = 0;            ///< Of the key that verified it; 0 otherwise.
  bool body_fits = false;           ///< The body's digest is the one in the signature: checked without any key.
  bool aligned = false;             ///< Every From line is of `domain` or below it. Anyone can sign with a domain of their own.
  bool testing = false;             ///< The key says t=y.
  std::uint64_t unsigned_body = 0;  ///< Bytes of the canonical body behind l=.
  std::vector<std::string> unsigned_fields;       ///< Of kReadFields: those with a line that the signature does not cover.
  std::optional<std::uint64_t> signed_at, expires;  ///< t= and x=, seconds since 1970; an expired signature is still one.
};

/// Everything that a message's signatures show.
struct MailSignatures {
  std::vector<DkimSignature> signatures;  ///< In the order of the header, at most kMaxSignatures.
  std::size_t unchecked = 0;              ///< Further signatures.
  bool unquoted = false;                  ///< Fits only without the '>' that mailboxes put before lines starting "From ".
  /// The best of the signatures.
  [[nodiscard]] DkimState state() const;
};

/// Checks every DKIM-Signature of `message`, as it was stored: header, empty line, body. Line ends may have become LF. Nothing fails: what is
/// wrong is in the result. O(header * signed names + body) per signature. Thread safe.
[[nodiscard]] MailSignatures check_mail(std::string_view message, const DkimKeys& keys);

/// Lines whose change changes what a mail says.
constexpr std::string_view kReadFields[] = {"from", "to", "cc", "date", "subject"};
/// Forwarders and lists add one each; a dozen is the most that was seen.
constexpr std::size_t kMaxSignatures = 16;
/// Providers take at most 150 MB. Larger ones are not checked. Unit: bytes.
constexpr std::size_t kMaxSignedMessage = 256ULL << 20;
/// Servers take headers of 64 KB to 1 MB. It is hashed once per signature. Unit: bytes.
constexpr std::size_t kMaxSignedHeader = 4ULL << 20;

}  // namespace prova
