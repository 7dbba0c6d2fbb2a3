#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>

#include "content/dkim/check_mail.h"
#include "content/dkim/signature.h"
#include "content/dkim/tag_list.h"
#include "content/inventory/crypto.h"

namespace prova {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string joined(std::initializer_list<std::string_view> lines, std::string_view end = "\r\n") {
  std::string text;
  for (const std::string_view line : lines) text.append(line).append(end);
  return text;
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  return text.replace(at, from.size(), to);
}

std::string hex_of(const Sha256& digest) { return to_hex(digest); }
std::string hash_of(std::string_view text) { return to_hex(sha256(as_bytes(text))); }

/// RFC 8463, appendix A: one message, signed with Ed25519 and with RSA.
const std::string kRfc8463Body = joined({"Hi.", "", "We lost the game.  Are you hungry yet?", "", "Joe."});
const std::string kRfc8463 = joined({"DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;",
                                     " d=football.example.com; i=@football.example.com;",
                                     " q=dns/txt; s=brisbane; t=1528637909; h=from : to :",
                                     " subject : date : message-id : from : subject : date;",
                                     " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;",
                                     " b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus",
                                     " Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==",
                                     "DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed;",
                                     " d=football.example.com; i=@football.example.com;",
                                     " q=dns/txt; s=test; t=1528637909; h=from : to : subject :",
                                     " date : message-id : from : subject : date;",
                                     " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;",
                                     " b=F45dVWDfMbQDGHJFlXUNB2HKfbCeLRyhDXgFpEL8GwpsRe0IeIixNTe3",
                                     " DhCVlUrSjV4BwcVcOF6+FF3Zo9Rpo1tFOeS9mPYQTnGdaSGsgeefOsk2Jz",
                                     " dA+L10TeYt9BgDfQNZtKdN1WO//KgIqXP7OdEFE4LjFYNcUxZQ4FADY+8=",
                                     "From: Joe SixPack <joe@football.example.com>",
                                     "To: Suzie Q <suzie@shopping.example.net>",
                                     "Subject: Is dinner ready?",
                                     "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)",
                                     "Message-ID: <20030712040037.46341.5F8J@football.example.com>",
                                     ""}) +
                             kRfc8463Body;
constexpr std::string_view kRfc8463Keys =
    "brisbane._domainkey.football.example.com. 3600 IN TXT (\n"
    "  \"v=DKIM1; k=ed25519; \"\n"
    "  \"p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\" ) ; the key of RFC 8032\n"
    "# as OpenDKIM's test key files have it\n"
    "test._domainkey.football.example.com v=DKIM1; k=rsa; p=MIGfMA0GCSqGSIb3DQEBAQUAA4GNADCBiQKBgQDkHlOQoBTzWRiGs5V6NpP3idY6Wk08a5qhdR6wy5bdOKb2jLQiY/"
    "J16JYi0Qvx/byYzCNb3W91y3FutACDfzwQ/BC/e/8uBsCR+yz1Lxj+PL6lHvqMKrM3rG4hstT5QjvHO9PzoxZyVYLzBfO2EeC3Ip3G+2kryOTIKT+l/K4w3QIDAQAB\n";

DkimKeys keys_of(std::string_view text, const std::string& file = "keys") {
  DkimKeys keys;
  const auto added = keys.add_file(text, file);
  EXPECT_TRUE(added) << (added ? "" : added.error().message);
  return keys;
}

std::vector<DkimState> states_of(const MailSignatures& result) {
  std::vector<DkimState> states;
  for (const DkimSignature& one : result.signatures) states.push_back(one.state);
  return states;
}

TEST(Dkim, CanonicalFormsAreThoseOfTheRfc) {
  // RFC 6376, 3.4.5.
  const std::string message = "A: X\r\nB : Y\t\r\n\tZ  \r\n\r\n C \r\nD \t E\r\n\r\n\r\n";
  const MessageParts parts = split_message(message);
  ASSERT_EQ(parts.fields.size(), 2U);
  EXPECT_EQ(parts.fields[1].name, "B");
  EXPECT_EQ(canonical_field(parts.fields[0].raw, DkimForm::kRelaxed), "a:X");
  EXPECT_EQ(canonical_field(parts.fields[1].raw, DkimForm::kRelaxed), "b:Y Z");
  EXPECT_EQ(canonical_field(parts.fields[1].raw, DkimForm::kSimple), "B : Y\t\r\n\tZ  ");
  EXPECT_EQ(hex_of(canonical_body_digest(parts.body, DkimForm::kRelaxed, {}).digest), hash_of(" C\r\nD E\r\n"));
  EXPECT_EQ(hex_of(canonical_body_digest(parts.body, DkimForm::kSimple, {}).digest), hash_of(" C \r\nD \t E\r\n"));
  EXPECT_EQ(canonical_body_digest(parts.body, DkimForm::kRelaxed, {}).length, 9U);
  EXPECT_EQ(hex_of(canonical_body_digest(parts.body, DkimForm::kRelaxed, 3).digest), hash_of(" C\r"));
}

TEST(Dkim, BodiesWithoutTextAndWithoutALastLineEnd) {
  const auto body = [](std::string_view text, DkimForm form) { return hex_of(canonical_body_digest(text, form, {}).digest); };
  EXPECT_EQ(body("", DkimForm::kSimple), hash_of("\r\n"));   // 3.4.3
  EXPECT_EQ(body("", DkimForm::kRelaxed), hash_of(""));      // 3.4.4
  EXPECT_EQ(body("\n\n", DkimForm::kRelaxed), hash_of(""));
  EXPECT_EQ(body(" \n", DkimForm::kRelaxed), hash_of(""));
  EXPECT_EQ(body("a\n\nb", DkimForm::kSimple), hash_of("a\r\n\r\nb\r\n"));
}

TEST(Dkim, TheMessageOfRfc8463IsIntactByBothSignatures) {
  const MailSignatures result = check_mail(kRfc8463, keys_of(kRfc8463Keys));
  EXPECT_THAT(states_of(result), ElementsAre(DkimState::kIntact, DkimState::kIntact));
  EXPECT_EQ(result.signatures[0].algorithm, "ed25519-sha256");
  EXPECT_EQ(result.signatures[1].key_bits, 1024U);
  EXPECT_EQ(result.signatures[1].domain, "football.example.com");
  EXPECT_TRUE(result.signatures[0].aligned);
  EXPECT_EQ(result.signatures[0].signed_at, 1528637909U);
}

TEST(Dkim, StoredWithUnixLineEndsItIsStillIntact) {
  std::string stored = kRfc8463;
  std::erase(stored, '\r');
  EXPECT_EQ(check_mail(stored, keys_of(kRfc8463Keys)).state(), DkimState::kIntact);
}

TEST(Dkim, WhatWasAlteredIsNamed) {
  const DkimKeys keys = keys_of(kRfc8463Keys);
  EXPECT_EQ(check_mail(replaced(kRfc8463, "lost the game", "sold the game"), keys).state(), DkimState::kBodyAltered);
  EXPECT_EQ(check_mail(replaced(kRfc8463, "dinner ready", "dinner poisoned"), keys).state(), DkimState::kHeaderAltered);
  EXPECT_EQ(check_mail(replaced(replaced(kRfc8463, "lost", "sold"), "dinner", "poison"), keys).state(), DkimState::kAltered);
  // White space that the relaxed form forgives.
  EXPECT_EQ(check_mail(replaced(kRfc8463, "Subject: Is", "Subject:   Is"), keys).state(), DkimState::kIntact);
}

TEST(Dkim, AddedFromLinesAreFoundWhereTheSignerCountedThem) {
  // h= names From twice, the message has one: a second one breaks the signature.
  EXPECT_EQ(check_mail(replaced(kRfc8463, "From: Joe", "From: eve@evil.example\r\nFrom: Joe"), keys_of(kRfc8463Keys)).state(), DkimState::kHeaderAltered);
  // To is named once: a second one is not covered.
  const MailSignatures result = check_mail(replaced(kRfc8463, "To: Suzie", "To: eve@evil.example\r\nTo: Suzie"), keys_of(kRfc8463Keys));
  EXPECT_EQ(result.state(), DkimState::kIntactInPart);
  EXPECT_THAT(result.signatures[0].unsigned_fields, ElementsAre("to"));
}

TEST(Dkim, WithoutKeysTheBodyIsStillCompared) {
  const MailSignatures whole = check_mail(kRfc8463, {}), altered = check_mail(replaced(kRfc8463, "lost", "sold"), {});
  EXPECT_EQ(whole.state(), DkimState::kNoKey);
  EXPECT_TRUE(whole.signatures[0].body_fits);
  EXPECT_FALSE(altered.signatures[0].body_fits);
  EXPECT_EQ(check_mail("From: a@b\n\nHi\n", {}).state(), DkimState::kNotSigned);
}

TEST(Dkim, AnotherKeyOfTheSelectorDoesNotVerify) {
  std::string other(kRfc8463Keys.substr(0, kRfc8463Keys.find('#')));
  other = replaced(other, "11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", "qZyFOmCqaiMDwgRtQkX0Sqzz+9WRTU24wupn40Bxh/8=");
  EXPECT_EQ(check_mail(kRfc8463, keys_of(other)).state(), DkimState::kHeaderAltered);
  // Both known: a selector may have had several keys in turn.
  EXPECT_EQ(check_mail(kRfc8463, keys_of(other + std::string(kRfc8463Keys))).state(), DkimState::kIntact);
}

TEST(Dkim, SignaturesThatProveNothingSayWhy) {
  const auto reason = [&](std::string_view from, std::string_view to) {
    std::string message = kRfc8463.substr(kRfc8463.find("\r\nDKIM") + 2);
    const MailSignatures result = check_mail(replaced(message, from, to), keys_of(kRfc8463Keys));
    EXPECT_EQ(result.state(), DkimState::kUnusable);
    return result.signatures.at(0).reason;
  };
  EXPECT_EQ(reason("rsa-sha256", "rsa-sha1"), "rsa-sha1 proves nothing any more (RFC 8301)");
  EXPECT_EQ(reason("v=1", "v=2"), "unknown version of DKIM");
  EXPECT_EQ(reason("h=from : to : subject :\r\n date : message-id : from", "h=to : subject :\r\n date : message-id : to"), "From is not signed");
  EXPECT_EQ(reason("i=@football.example.com", "i=@evil.example.com"), "i= lies outside of d=");
  EXPECT_EQ(reason("t=1528637909", "t=1528637909; x=5"), "expires before it was made");
  EXPECT_EQ(reason("q=dns/txt", "s=twice"), "tag s= stands there twice");
  EXPECT_EQ(reason("q=dns/txt;", "nonsense;"), "'nonsense' is no tag=value");
  EXPECT_EQ(reason("d=football.example.com", "d=foot\x1b[2Jball"), "d= is no host name");
}

TEST(Dkim, KeysThatProveNothingSayWhy) {
  const auto defect = [](std::string_view record) { return parse_key_record(record).defect; };
  EXPECT_EQ(defect("v=DKIM1; p="), "was revoked (p= is empty)");
  EXPECT_EQ(defect("v=DKIM2; p=AA"), "is not a DKIM1 record");
  EXPECT_EQ(defect("v=DKIM1; h=sha1; p=AA"), "is not for sha256");
  EXPECT_EQ(defect("v=DKIM1; s=tlsrpt; p=AA"), "is not for mail");
  EXPECT_EQ(defect("v=DKIM1; p=AAAA"), "holds not an RSA public key");
  // 512 bits, made for this test.
  EXPECT_THAT(defect("k=rsa; p=MFwwDQYJKoZIhvcNAQEBBQADSwAwSAJBAOBK2flCHV2E4V3misQL0aj/GHyO0GUVOA3LcOjNMGhuX97U1nLpORIukaTVlZ7OVvYsSGCw6IJ3yOIXSrfPjTUCAwEAAQ=="),
              HasSubstr("512 bits"));
  EXPECT_TRUE(parse_key_record("t=y:s; p=AA").testing);
}

TEST(Dkim, KeyFilesSayWhereTheyAreWrong) {
  DkimKeys keys;
  const auto added = keys.add_file("# keys\n\nexample.com v=DKIM1; p=AA\n", "k.txt");
  ASSERT_FALSE(added);
  EXPECT_EQ(to_string(added.error()), "k.txt: line 3: 'example.com' is no SELECTOR._domainkey.DOMAIN");
  const auto empty = keys.add_file("a._domainkey.b\n", "k.txt");
  ASSERT_FALSE(empty);
  EXPECT_THAT(empty.error().message, HasSubstr("line 1: a name without a key record"));
  // One record, named by its file.
  EXPECT_TRUE(keys.add_file("v=DKIM1; k=rsa;\n p=AA\n", "keys/s1._domainkey.example.com.txt"));
  EXPECT_EQ(keys.find("S1", "Example.com").size(), 1U);
}

/// Signs as a server would, with the Ed25519 key of `seed`.
class Signer {
 public:
  explicit Signer(std::uint8_t fill) { seed_.fill(fill); }
  [[nodiscard]] std::string record() const { return "s._domainkey.example.org v=DKIM1; k=ed25519; p=" + base64(public_key_of(seed_)); }
  /// `tags` without bh= and b=; the field stands first.
  [[nodiscard]] std::string sign(const std::string& header, const std::string& body, const std::string& tags, DkimForm form, std::optional<std::uint64_t> limit = {}) const {
    const std::string field = "DKIM-Signature: " + tags + "; bh=" + base64(canonical_body_digest(body, form, limit).digest.bytes) + "; b=";
    const auto parsed = parse_signature(field + "AAAA");
    EXPECT_TRUE(parsed) << (parsed ? "" : parsed.error().message);
    const std::string unsigned_message = header + "\r\n";
    const MessageParts parts = split_message(unsigned_message);
    std::string text;
    for (const std::string& name : parsed->signed_names) {
      for (const HeaderField& one : parts.fields) {
        if (ascii_lower(one.name) == name) text += canonical_field(one.raw, parsed->header_form) + "\r\n";
      }
    }
    text += canonical_field(field, parsed->header_form);
    return field + base64(sign_bytes(sha256(as_bytes(text)))) + "\r\n" + header + "\r\n" + body;
  }

 private:
  template <typename Bytes>
  static std::string base64(const Bytes& bytes) {
    std::string out(bytes.size() * 2 + 4, '\0');
    out.resize(static_cast<std::size_t>(EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), reinterpret_cast<const unsigned char*>(bytes.data()), static_cast<int>(bytes.size()))));
    return out;
  }
  [[nodiscard]] Ed25519Signature sign_bytes(const Sha256& digest) const { return ed25519_sign(seed_, std::as_bytes(std::span(digest.bytes))); }
  static Bytes32 public_key_of(const Bytes32& seed) { return ed25519_public(seed); }
  Bytes32 seed_{};
};

constexpr const char* kTags = "v=1; a=ed25519-sha256; d=example.org; s=s; h=from:to:cc:date:subject";

TEST(Dkim, WhatFollowsTheSignedLengthIsNotSigned) {
  const Signer signer(1);
  const std::string header = "From: a@example.org\r\nSubject: x\r\n", body = "signed\r\n";
  const std::string message = signer.sign(header, body, std::string(kTags) + "; l=8", DkimForm::kSimple, 8);
  EXPECT_EQ(check_mail(message, keys_of(signer.record())).state(), DkimState::kIntact);
  const MailSignatures longer = check_mail(message + "added\r\n", keys_of(signer.record()));
  EXPECT_EQ(longer.state(), DkimState::kIntactInPart);
  EXPECT_EQ(longer.signatures[0].unsigned_body, 7U);
  EXPECT_EQ(check_mail(message.substr(0, message.size() - 3), keys_of(signer.record())).state(), DkimState::kBodyAltered);
}

TEST(Dkim, AForeignDomainMaySignWhateverItLikes) {
  const Signer signer(2);
  const std::string message = signer.sign("From: \"minister@gov.example\" <x@gov.example>\r\nSubject: x\r\n", "body\r\n", kTags, DkimForm::kSimple);
  const MailSignatures result = check_mail(message, keys_of(signer.record()));
  EXPECT_EQ(result.state(), DkimState::kIntact);
  EXPECT_FALSE(result.signatures[0].aligned);
}

TEST(Dkim, MailboxesQuoteLinesThatStartWithFrom) {
  const Signer signer(3);
  const std::string header = "From: a@example.org\r\nSubject: x\r\n";
  const std::string message = signer.sign(header, "Dear all,\r\nFrom now on\r\n", kTags, DkimForm::kSimple);
  const MailSignatures result = check_mail(replaced(message, "\nFrom now", "\n>From now"), keys_of(signer.record()));
  EXPECT_EQ(result.state(), DkimState::kIntact);
  EXPECT_TRUE(result.unquoted);
  EXPECT_FALSE(check_mail(message, keys_of(signer.record())).unquoted);
}

TEST(Dkim, AnExpiredSignatureIsStillOne) {
  const Signer signer(4);
  const std::string message = signer.sign("From: a@example.org\r\nSubject: x\r\n", "b\r\n", std::string(kTags) + "; t=100; x=200", DkimForm::kSimple);
  const MailSignatures result = check_mail(message, keys_of(signer.record()));
  EXPECT_EQ(result.state(), DkimState::kIntact);
  EXPECT_EQ(result.signatures[0].expires, 200U);
}

TEST(Dkim, HostileMessagesAreBounded) {
  std::string many;
  for (int i = 0; i < 100; ++i) many += "DKIM-Signature: v=1\r\n";
  const MailSignatures result = check_mail(many + "\r\nbody", {});
  EXPECT_EQ(result.signatures.size(), kMaxSignatures);
  EXPECT_EQ(result.unchecked, 100 - kMaxSignatures);
  std::string names = "DKIM-Signature: v=1; a=rsa-sha256; d=a; s=b; bh=AA; b=AA; h=from";
  for (std::size_t i = 0; i < kMaxSignedNames; ++i) names += ":x";
  EXPECT_THAT(check_mail(names + "\r\n\r\n", {}).signatures.at(0).reason, HasSubstr("signed header fields"));
  EXPECT_EQ(check_mail(std::string(kMaxSignedHeader + 1, 'a'), {}).state(), DkimState::kUnusable);
}

}  // namespace
}  // namespace prova
