#include "content/dkim/key_records.h"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <optional>

#include "base/escape.h"
#include "base/file.h"
#include "content/dkim/tag_list.h"

namespace prova {
namespace {

constexpr std::string_view kMarker = "._domainkey.";
constexpr std::string_view kSpace = " \t\r\n";

using OwnedKey = std::shared_ptr<EVP_PKEY>;

OwnedKey owned(EVP_PKEY* key) { return {key, [](EVP_PKEY* held) { EVP_PKEY_free(held); }}; }

/// RFC 6376 says PKCS #1 in 3.6.1 and means SubjectPublicKeyInfo in its examples; both are published.
OwnedKey rsa_key(std::string_view der) {
  const auto* start = reinterpret_cast<const unsigned char*>(der.data());
  const unsigned char* at = start;
  OwnedKey key = owned(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
  if (!key) {
    at = start;
    key = owned(d2i_PublicKey(EVP_PKEY_RSA, nullptr, &at, static_cast<long>(der.size())));
  }
  return key && EVP_PKEY_get_base_id(key.get()) == EVP_PKEY_RSA ? key : nullptr;
}

bool lists(const DkimTag* tag, std::string_view wanted) {
  if (tag == nullptr) return false;
  const auto parts = split_trimmed(tag->value, ':');
  return std::find(parts.begin(), parts.end(), wanted) != parts.end();
}

std::string_view value_or(const DkimTag* tag, std::string_view otherwise) { return tag == nullptr ? otherwise : tag->value; }

/// Why the record may not be used at all; empty when it may.
std::string refusal_of(const DkimTagList& tags) {
  if (const DkimTag* version = tags.find("v"); version != nullptr && (version->value != "DKIM1" || version != &tags.tags().front())) return "is not a DKIM1 record";
  const DkimTag* key = tags.find("p");
  if (key == nullptr) return "has no p=";
  if (key->value.empty()) return "was revoked (p= is empty)";
  if (const DkimTag* hashes = tags.find("h"); hashes != nullptr && !lists(hashes, "sha256")) return "is not for sha256";
  if (const DkimTag* services = tags.find("s"); services != nullptr && !lists(services, "*") && !lists(services, "email")) return "is not for mail";
  return {};
}

/// One logical line: the text of parenthesised lines joined.
struct RecordLine {
  std::size_t number = 0;  ///< Of its first line, from 1.
  std::string text;        ///< Comments left out, quotes kept.
};

/// Reads a zone-like file line by line.
class LineReader {
 public:
  explicit LineReader(std::string_view text) : text_(text) {}
  /// The next line with something on it.
  std::optional<RecordLine> next() {
    RecordLine line;
    bool open = false;
    while (at_ < text_.size()) {
      const std::size_t end = std::min(text_.find('\n', at_), text_.size());
      ++number_;
      const std::string_view physical = text_.substr(at_, end - at_);
      at_ = end + 1;
      if (line.text.empty()) line.number = number_;
      open = append(physical, open, line.text);
      if (!open && line.text.find_first_not_of(kSpace) != std::string::npos) return line;
      if (!open) line.text.clear();
    }
    if (line.text.find_first_not_of(kSpace) == std::string::npos) return std::nullopt;
    return line;
  }

 private:
  /// Adds one physical line without comment and parentheses; whether a parenthesis is open after it.
  static bool append(std::string_view physical, bool open, std::string& text) {
    bool quoted = false, has_quotes = physical.find('"') != std::string_view::npos || open;
    for (const char c : physical) {
      if (c == '"') quoted = !quoted;
      // Outside of quotes a semicolon begins a comment in zone files, but separates tags in OpenDKIM's; only a quoted record has comments behind it.
      if (!quoted && has_quotes && c == ';') break;
      if (!quoted && c == '#' && text.find_first_not_of(kSpace) == std::string::npos) return open;
      if (!quoted && c == ';' && text.find_first_not_of(kSpace) == std::string::npos) return open;
      if (!quoted && has_quotes && (c == '(' || c == ')')) {
        open = c == '(';
        continue;
      }
      text += c == '\r' ? ' ' : c;
    }
    text += ' ';
    return open || (!has_quotes && strip_open(text));
  }
  /// A line that ends in an open parenthesis, before any quote.
  static bool strip_open(std::string& text) {
    const std::size_t last = text.find_last_not_of(kSpace);
    if (last == std::string::npos || text[last] != '(') return false;
    text.resize(last);
    return true;
  }

  std::string_view text_;
  std::size_t at_ = 0, number_ = 0;
};

/// The pieces in quotes, joined; the text itself without quotes in it.
std::string unquoted_record(std::string_view text) {
  if (text.find('"') == std::string_view::npos) return std::string(text);
  std::string record;
  bool inside = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') inside = !inside;
    else if (inside && text[i] == '\\' && i + 1 < text.size()) record += text[++i];
    else if (inside) record += text[i];
  }
  return record;
}

std::string_view first_word(std::string_view& text) {
  const std::size_t begin = std::min(text.find_first_not_of(kSpace), text.size());
  const std::size_t end = std::min(text.find_first_of(kSpace, begin), text.size());
  const std::string_view word = text.substr(begin, end - begin);
  text.remove_prefix(end);
  return word;
}

/// Drops "3600 IN TXT" before a record.
std::string_view without_zone_words(std::string_view text) {
  for (std::string_view rest = text;;) {
    const std::string lower = ascii_lower(first_word(rest));
    const bool number = !lower.empty() && std::all_of(lower.begin(), lower.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!number && lower != "in" && lower != "txt") return text;
    text = rest;
  }
}

bool is_record_name(std::string_view name) { return name.find(kMarker) != std::string_view::npos && !name.starts_with('.'); }

/// The name that a file's own name gives, or nothing.
std::string_view name_from_file(std::string_view file) {
  if (const std::size_t slash = file.rfind('/'); slash != std::string_view::npos) file.remove_prefix(slash + 1);
  if (file.ends_with(".txt")) file.remove_suffix(4);
  return is_record_name(file) ? file : std::string_view{};
}

tl::unexpected<Error> bad_line(const std::string& file, std::size_t line, std::string message) {
  return tl::unexpected<Error>(Error{ErrorCode::kMalformed, fmt::format("line {}: {}", line, message), std::nullopt, file});
}

Result<std::vector<std::filesystem::path>> files_under(const std::string& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return std::vector<std::filesystem::path>{path};
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator at(path, error), end; !error && at != end; at.increment(error)) {
    std::error_code ignored;
    if (at->is_regular_file(ignored)) files.push_back(at->path());
  }
  if (error) return tl::unexpected<Error>(Error{ErrorCode::kIo, "cannot list: " + error.message(), std::nullopt, path});
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

Result<DkimPublicKey> DkimPublicKey::parse(std::string_view type, std::string_view bytes) {
  if (type == "ed25519") {
    if (bytes.size() != 32) return fail(ErrorCode::kMalformed, fmt::format("an Ed25519 key of {} bytes, expected 32", bytes.size()));
    OwnedKey key = owned(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size()));
    if (!key) return fail(ErrorCode::kMalformed, "not an Ed25519 key");
    return DkimPublicKey(std::move(key), false, 256);
  }
  if (type != "rsa") return fail(ErrorCode::kUnsupported, fmt::format("key of type '{}', rsa and ed25519 are known", escape_terminal(std::string(type.substr(0, 20)))));
  OwnedKey key = rsa_key(bytes);
  if (!key) return fail(ErrorCode::kMalformed, "not an RSA public key");
  const auto bits = static_cast<unsigned>(std::max(EVP_PKEY_get_bits(key.get()), 0));
  if (bits < kLeastRsaBits) return fail(ErrorCode::kLimit, fmt::format("an RSA key of {} bits, which can be broken; at least {} are needed to prove anything", bits, kLeastRsaBits));
  if (bits > kMostRsaBits) return fail(ErrorCode::kLimit, fmt::format("an RSA key of {} bits, at most {} accepted", bits, kMostRsaBits));
  return DkimPublicKey(std::move(key), true, bits);
}

bool DkimPublicKey::verifies(const Sha256& digest, std::string_view signature) const {
  auto* key = static_cast<EVP_PKEY*>(key_.get());
  const auto* bytes = reinterpret_cast<const unsigned char*>(signature.data());
  if (!rsa_) {
    const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(), &EVP_MD_CTX_free);
    return context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, key) == 1 &&
           EVP_DigestVerify(context.get(), bytes, signature.size(), digest.bytes.data(), digest.bytes.size()) == 1;
  }
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> context(EVP_PKEY_CTX_new(key, nullptr), &EVP_PKEY_CTX_free);
  return context && EVP_PKEY_verify_init(context.get()) == 1 && EVP_PKEY_CTX_set_rsa_padding(context.get(), RSA_PKCS1_PADDING) == 1 &&
         EVP_PKEY_CTX_set_signature_md(context.get(), EVP_sha256()) == 1 &&
         EVP_PKEY_verify(context.get(), bytes, signature.size(), digest.bytes.data(), digest.bytes.size()) == 1;
}

DkimKeyRecord parse_key_record(std::string_view text) {
  DkimKeyRecord record;
  const auto tags = DkimTagList::parse(text);
  if (!tags) {
    record.defect = "cannot be read: " + tags.error().message;
    return record;
  }
  record.testing = lists(tags->find("t"), "y");
  record.strict = lists(tags->find("t"), "s");
  record.defect = refusal_of(*tags);
  if (!record.defect.empty()) return record;
  const auto bytes = decode_base64(tags->find("p")->value);
  auto key = bytes ? DkimPublicKey::parse(value_or(tags->find("k"), "rsa"), *bytes) : Result<DkimPublicKey>(tl::unexpected<Error>(bytes.error()));
  if (key) record.key = std::make_shared<const DkimPublicKey>(*std::move(key));
  else record.defect = "holds " + key.error().message;
  return record;
}

Status DkimKeys::add(std::string_view name, std::string_view record) {
  std::string key = ascii_lower(name);
  if (key.ends_with('.')) key.pop_back();
  auto& records = records_[std::move(key)];
  if (++count_ > kMaxKeyRecords) return fail(ErrorCode::kLimit, fmt::format("more than {} key records", kMaxKeyRecords));
  if (records.size() == kMaxRecordsPerName) return fail(ErrorCode::kLimit, fmt::format("more than {} records of one selector", kMaxRecordsPerName));
  records.push_back(parse_key_record(record));
  return {};
}

Status DkimKeys::add_file(std::string_view text, const std::string& file) {
  LineReader lines(text);
  while (const auto line = lines.next()) {
    std::string_view rest = line->text;
    const std::string_view name = first_word(rest);
    if (!is_record_name(name)) {
      if (const std::string_view own = name_from_file(file); !own.empty()) return add(own, unquoted_record(text));
      return bad_line(file, line->number, fmt::format("'{}' is no SELECTOR._domainkey.DOMAIN", escape_terminal(std::string(name.substr(0, 80)))));
    }
    const std::string record = unquoted_record(without_zone_words(rest));
    if (record.find('=') == std::string::npos) return bad_line(file, line->number, "a name without a key record, expected v=DKIM1; k=rsa; p=...");
    if (const auto added = add(name, record); !added) return bad_line(file, line->number, added.error().message);
  }
  return {};
}

Result<DkimKeys> DkimKeys::load(std::span<const std::string> paths) {
  DkimKeys keys;
  for (const std::string& path : paths) {
    PROVA_TRY(files, files_under(path));
    for (const std::filesystem::path& file : files) {
      PROVA_TRY(text, read_file(file, kMaxKeyFile));
      PROVA_TRY(keys.add_file(text, file.string()));
    }
  }
  return keys;
}

std::span<const DkimKeyRecord> DkimKeys::find(std::string_view selector, std::string_view domain) const {
  const auto found = records_.find(ascii_lower(selector) + std::string(kMarker) + ascii_lower(domain));
  return found == records_.end() ? std::span<const DkimKeyRecord>{} : std::span<const DkimKeyRecord>(found->second);
}

}  // namespace prova
