#include "content/dkim/signature.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/escape.h"
#include "content/dkim/tag_list.h"

namespace prova {
namespace {

/// A domain name with its dots (RFC 1035, 2.3.4).
constexpr std::size_t kMaxDomain = 253;

std::string_view value_of_field(std::string_view raw) { return raw.substr(std::min(raw.find(':') + 1, raw.size())); }

/// The domain or selector in lower case. Anything but letters of host names is refused: the names are printed and looked up.
Result<std::string> host_name(std::string_view text, const char* tag) {
  std::string name = ascii_lower(without_space(text));
  const auto allowed = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'; };
  if (name.empty() || name.size() > kMaxDomain || !std::all_of(name.begin(), name.end(), allowed)) return fail(ErrorCode::kMalformed, fmt::format("{} is no host name", tag));
  return name;
}

Result<std::optional<std::uint64_t>> number_of(const DkimTagList& tags, std::string_view name) {
  const DkimTag* tag = tags.find(name);
  if (tag == nullptr) return std::optional<std::uint64_t>{};
  std::uint64_t value = 0;
  const char* end = tag->value.data() + tag->value.size();
  if (const auto read = std::from_chars(tag->value.data(), end, value); read.ec != std::errc{} || read.ptr != end) {
    return fail(ErrorCode::kMalformed, fmt::format("{}= is no number", name));
  }
  return std::optional(value);
}

Result<DkimForm> form_of(std::string_view name) {
  if (name == "simple") return DkimForm::kSimple;
  if (name == "relaxed") return DkimForm::kRelaxed;
  return fail(ErrorCode::kUnsupported, fmt::format("unknown canonicalisation '{}'", escape_terminal(std::string(name.substr(0, 40)))));
}

Status read_forms(const DkimTagList& tags, DkimSignatureField& field) {
  const DkimTag* tag = tags.find("c");
  if (tag == nullptr) return {};
  const auto parts = split_trimmed(tag->value, '/');
  PROVA_TRY(header, form_of(parts[0]));
  field.header_form = header;
  if (parts.size() < 2) return {};
  PROVA_TRY(body, form_of(parts[1]));
  field.body_form = body;
  return {};
}

Status read_signed_names(const DkimTagList& tags, DkimSignatureField& field) {
  for (const std::string_view name : split_trimmed(tags.find("h")->value, ':')) {
    if (field.signed_names.size() == kMaxSignedNames) return fail(ErrorCode::kLimit, fmt::format("more than {} signed header fields", kMaxSignedNames));
    field.signed_names.push_back(ascii_lower(name));
  }
  if (std::find(field.signed_names.begin(), field.signed_names.end(), "from") == field.signed_names.end()) {
    return fail(ErrorCode::kMalformed, "From is not signed");
  }
  return {};
}

/// i= names d= or a subdomain of it.
Status read_identity(const DkimTagList& tags, DkimSignatureField& field) {
  field.identity = field.domain;
  const DkimTag* tag = tags.find("i");
  if (tag == nullptr) return {};
  PROVA_TRY(domain, host_name(tag->value.substr(std::min(tag->value.rfind('@') + 1, tag->value.size())), "i="));
  if (domain != field.domain && !domain.ends_with("." + field.domain)) return fail(ErrorCode::kMalformed, "i= lies outside of d=");
  field.identity = std::move(domain);
  return {};
}

Status read_algorithm(const DkimTagList& tags, DkimSignatureField& field) {
  if (tags.find("v")->value != "1") return fail(ErrorCode::kUnsupported, "unknown version of DKIM");
  field.algorithm = std::string(tags.find("a")->value);
  if (field.algorithm == "rsa-sha1") return fail(ErrorCode::kUnsupported, "rsa-sha1 proves nothing any more (RFC 8301)");
  if (field.algorithm != "rsa-sha256" && field.algorithm != "ed25519-sha256") return fail(ErrorCode::kUnsupported, "unknown algorithm");
  return {};
}

Status read_times(const DkimTagList& tags, DkimSignatureField& field) {
  PROVA_TRY(limit, number_of(tags, "l"));
  PROVA_TRY(signed_at, number_of(tags, "t"));
  PROVA_TRY(expires, number_of(tags, "x"));
  field.body_limit = limit, field.signed_at = signed_at, field.expires = expires;
  if (signed_at && expires && *expires <= *signed_at) return fail(ErrorCode::kMalformed, "expires before it was made");
  return {};
}

Status read_values(const DkimTagList& tags, DkimSignatureField& field) {
  PROVA_TRY(digest, decode_base64(tags.find("bh")->value));
  PROVA_TRY(signature, decode_base64(tags.find("b")->value));
  if (digest.size() != sizeof(Sha256)) return fail(ErrorCode::kMalformed, "bh= is no SHA-256");
  field.body_digest = std::move(digest), field.signature = std::move(signature);
  return {};
}

}  // namespace

Result<DkimSignatureField> parse_signature(std::string_view raw) {
  if (raw.size() > kMaxSignatureField) return fail(ErrorCode::kLimit, fmt::format("a signature of {} bytes, at most {} accepted", raw.size(), kMaxSignatureField));
  PROVA_TRY(tags, DkimTagList::parse(value_of_field(raw)));
  for (const char* name : {"v", "a", "b", "bh", "d", "h", "s"}) {
    if (tags.find(name) == nullptr) return fail(ErrorCode::kMalformed, fmt::format("{}= is missing", name));
  }
  DkimSignatureField field;
  PROVA_TRY(read_algorithm(tags, field));
  PROVA_TRY(domain, host_name(tags.find("d")->value, "d="));
  PROVA_TRY(selector, host_name(tags.find("s")->value, "s="));
  field.domain = std::move(domain), field.selector = std::move(selector);
  PROVA_TRY(read_forms(tags, field));
  PROVA_TRY(read_signed_names(tags, field));
  PROVA_TRY(read_identity(tags, field));
  PROVA_TRY(read_times(tags, field));
  PROVA_TRY(read_values(tags, field));
  field.raw_without_signature = std::string(raw);
  const std::string_view value = tags.find("b")->raw_value;
  field.raw_without_signature.erase(static_cast<std::size_t>(value.data() - raw.data()), value.size());
  return field;
}

DkimSigner claimed_signer(std::string_view raw) {
  const auto tags = DkimTagList::parse(value_of_field(raw.substr(0, kMaxSignatureField)));
  if (!tags) return {};
  const auto name = [&](const char* tag) {
    const DkimTag* found = tags->find(tag);
    return found == nullptr ? std::string() : host_name(found->value, tag).value_or("");
  };
  return {name("d"), name("s")};
}

}  // namespace prova
