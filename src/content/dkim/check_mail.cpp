#include "content/dkim/check_mail.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>

#include "content/dkim/signature.h"
#include "content/dkim/tag_list.h"

namespace prova {
namespace {

constexpr std::string_view kSignatureName = "dkim-signature";

/// The header fields that h= names, each name's from the last upwards; a name without a field left signs its absence (RFC 6376, 5.4.2).
class FieldSelection {
 public:
  FieldSelection(const std::vector<HeaderField>& fields, const std::vector<std::string>& names) {
    std::map<std::string, std::vector<std::size_t>> by_name;
    for (std::size_t i = 0; i < fields.size(); ++i) by_name[ascii_lower(fields[i].name)].push_back(i);
    for (const std::string& name : names) {
      const auto found = by_name.find(name);
      if (found == by_name.end() || found->second.empty()) continue;
      chosen_.push_back(found->second.back());
      found->second.pop_back();
    }
    for (const std::string_view name : kReadFields) {
      const auto found = by_name.find(std::string(name));
      if (found != by_name.end() && !found->second.empty()) left_.emplace_back(name);
    }
  }
  [[nodiscard]] const std::vector<std::size_t>& chosen() const { return chosen_; }
  /// Of kReadFields, those with a line that was not chosen.
  [[nodiscard]] const std::vector<std::string>& left() const { return left_; }

 private:
  std::vector<std::size_t> chosen_;
  std::vector<std::string> left_;
};

/// What b= signs (RFC 6376, 3.7): the chosen fields, then the signature's own without its value and without a line end.
Sha256 header_digest(const std::vector<HeaderField>& fields, const FieldSelection& selection, const DkimSignatureField& signature) {
  std::string signed_text;
  for (const std::size_t i : selection.chosen()) signed_text += canonical_field(fields[i].raw, signature.header_form) + "\r\n";
  signed_text += canonical_field(signature.raw_without_signature, signature.header_form);
  return sha256(as_bytes(signed_text));
}

/// The domain of the last address of a From line.
std::string address_domain(std::string_view raw) {
  const std::string text = ascii_lower(without_space(raw));
  const std::size_t open = text.rfind('<');
  const std::size_t at = text.find('@', open == std::string::npos ? 0 : open);
  if (at == std::string::npos) return {};
  return text.substr(at + 1, std::min(text.find_first_of(">,;()\"", at), text.size()) - at - 1);
}

bool is_aligned(const std::vector<HeaderField>& fields, const std::string& domain) {
  bool any = false;
  for (const HeaderField& field : fields) {
    if (ascii_lower(field.name) != "from") continue;
    const std::string from = address_domain(field.raw.substr(field.name.size()));
    if (from != domain && !from.ends_with("." + domain)) return false;
    any = true;
  }
  return any;
}

/// One message, possibly with several signatures over the same body.
class MailCheck {
 public:
  MailCheck(std::string_view message, const DkimKeys& keys) : parts_(split_message(message)), keys_(keys) {}

  MailSignatures run() {
    MailSignatures result;
    for (const HeaderField& field : parts_.fields) {
      if (ascii_lower(field.name) != kSignatureName) continue;
      if (result.signatures.size() == kMaxSignatures) ++result.unchecked;
      else result.signatures.push_back(check(field.raw));
    }
    return result;
  }
  [[nodiscard]] std::string_view body() const { return parts_.body; }
  [[nodiscard]] std::string_view header(std::string_view message) const {
    return parts_.body.data() == nullptr ? message : message.substr(0, static_cast<std::size_t>(parts_.body.data() - message.data()));
  }

 private:
  DkimSignature check(std::string_view raw) {
    DkimSignature result;
    const auto parsed = parse_signature(raw);
    if (!parsed) {
      const DkimSigner signer = claimed_signer(raw);
      result.domain = signer.domain, result.selector = signer.selector;
      result.reason = parsed.error().message;
      return result;
    }
    describe(*parsed, result);
    const BodyDigest& body = body_digest(*parsed);
    result.body_fits = as_text(std::as_bytes(std::span(body.digest.bytes))) == parsed->body_digest && parsed->body_limit.value_or(0) <= body.length;
    if (parsed->body_limit && *parsed->body_limit < body.length) result.unsigned_body = body.length - *parsed->body_limit;
    const FieldSelection selection(parts_.fields, parsed->signed_names);
    result.unsigned_fields = selection.left();
    judge(*parsed, header_digest(parts_.fields, selection, *parsed), result);
    return result;
  }

  void describe(const DkimSignatureField& field, DkimSignature& result) const {
    result.domain = field.domain, result.selector = field.selector, result.algorithm = field.algorithm;
    result.signed_at = field.signed_at, result.expires = field.expires;
    result.aligned = is_aligned(parts_.fields, field.domain);
  }

  /// Tries the keys of the selector in turn; the first that verifies decides.
  void judge(const DkimSignatureField& field, const Sha256& digest, DkimSignature& result) const {
    const auto records = keys_.find(field.selector, field.domain);
    bool usable = false;
    for (const DkimKeyRecord& record : records) {
      const std::string refusal = refusal_of(record, field);
      if (!refusal.empty()) {
        result.reason = refusal;
        continue;
      }
      usable = true;
      if (!record.key->verifies(digest, field.signature)) continue;
      result.key_bits = record.key->bits();
      result.testing = record.testing;
      break;
    }
    if (usable) result.reason.clear();
    result.state = records.empty() ? DkimState::kNoKey : !usable ? DkimState::kUnusable : state_of(result);
  }

  static DkimState state_of(const DkimSignature& result) {
    const bool header_fits = result.key_bits != 0;
    if (!header_fits) return result.body_fits ? DkimState::kHeaderAltered : DkimState::kAltered;
    if (!result.body_fits) return DkimState::kBodyAltered;
    return result.unsigned_body == 0 && result.unsigned_fields.empty() ? DkimState::kIntact : DkimState::kIntactInPart;
  }

  /// Why this key may not be used for this signature; empty when it may.
  static std::string refusal_of(const DkimKeyRecord& record, const DkimSignatureField& field) {
    if (!record.key) return "its key record " + record.defect;
    if (record.key->is_rsa() != (field.algorithm == "rsa-sha256")) return fmt::format("its key is not for {}", field.algorithm);
    if (record.strict && field.identity != field.domain) return "its key is not for subdomains";
    return {};
  }

  const BodyDigest& body_digest(const DkimSignatureField& field) {
    const std::pair key(field.body_form, field.body_limit);
    auto found = digests_.find(key);
    if (found == digests_.end()) found = digests_.emplace(key, canonical_body_digest(parts_.body, field.body_form, field.body_limit)).first;
    return found->second;
  }

  MessageParts parts_;
  const DkimKeys& keys_;
  std::map<std::pair<DkimForm, std::optional<std::uint64_t>>, BodyDigest> digests_;
};

/// Takes one '>' from every line ">From " or ">>From ": mailboxes put it there (mboxrd, RFC 4155).
std::string unquoted_body(std::string_view body) {
  std::string out;
  out.reserve(body.size());
  for (std::size_t at = 0; at < body.size();) {
    const std::size_t end = std::min(body.find('\n', at), body.size() - 1) + 1;
    const std::size_t begin = body.find_first_not_of('>', at);
    const bool quoted = begin != std::string_view::npos && begin > at && body.substr(begin).starts_with("From ");
    out += body.substr(at + (quoted ? 1 : 0), end - at - (quoted ? 1 : 0));
    at = end;
  }
  return out;
}

MailSignatures too_large(std::string_view what, std::size_t size, std::size_t most) {
  MailSignatures result;
  result.signatures.emplace_back().reason = fmt::format("{} of {} bytes, at most {} are checked", what, size, most);
  return result;
}

bool fits(const MailSignatures& result) {
  return std::any_of(result.signatures.begin(), result.signatures.end(), [](const DkimSignature& one) { return one.body_fits; });
}

}  // namespace

std::string_view name_of(DkimState state) {
  constexpr auto kNames =
      std::to_array<std::string_view>({"intact", "intact-in-part", "body-altered", "header-altered", "altered", "no-key", "unusable", "not-signed"});
  static_assert(kNames.size() == kDkimStates);
  return kNames[static_cast<std::size_t>(state)];
}

DkimState MailSignatures::state() const {
  DkimState best = DkimState::kNotSigned;
  for (const DkimSignature& one : signatures) best = std::min(best, one.state);
  return best;
}

MailSignatures check_mail(std::string_view message, const DkimKeys& keys) {
  if (message.size() > kMaxSignedMessage) return too_large("a message", message.size(), kMaxSignedMessage);
  MailCheck check(message, keys);
  if (const std::size_t size = check.header(message).size(); size > kMaxSignedHeader) return too_large("a header", size, kMaxSignedHeader);
  MailSignatures result = check.run();
  if (result.signatures.empty() || fits(result) || (check.body().find("\n>") == std::string_view::npos && !check.body().starts_with('>'))) return result;
  const std::string unquoted = std::string(check.header(message)) + unquoted_body(check.body());
  MailSignatures again = MailCheck(unquoted, keys).run();
  if (!fits(again)) return result;
  again.unquoted = true;
  return again;
}

}  // namespace prova
