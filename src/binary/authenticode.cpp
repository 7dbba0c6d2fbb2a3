#include "binary/authenticode.h"

#include <openssl/asn1.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/pkcs7.h>
#include <openssl/x509.h>

#include <algorithm>
#include <memory>

#include "base/byte_reader.h"

namespace prova {
namespace {

constexpr std::uint64_t kEntryHeader = 8;  // WIN_CERTIFICATE: dwLength, wRevision, wCertificateType
constexpr std::uint16_t kTypePkcsSignedData = 2;
/// X.520 limits common names to 64 characters; certificates in the wild reach some hundred.
constexpr int kMaxNameBytes = 512;

struct FreePkcs7 {
  void operator()(PKCS7* p) const { PKCS7_free(p); }
};
struct FreeOpenSsl {
  void operator()(void* p) const { OPENSSL_free(p); }
};
struct FreeBn {
  void operator()(BIGNUM* p) const { BN_free(p); }
};

/// The last attribute `nid` of a name, as UTF-8.
std::string attribute(const X509_NAME* name, int nid) {
  const int index = X509_NAME_get_index_by_NID(name, nid, -1);
  if (index < 0) return {};
  const ASN1_STRING* value = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(name, index));
  unsigned char* text = nullptr;
  const int length = ASN1_STRING_to_UTF8(&text, value);
  if (length < 0) return {};
  const std::unique_ptr<unsigned char, FreeOpenSsl> owner(text);
  return {reinterpret_cast<const char*>(text), static_cast<std::size_t>(std::min(length, kMaxNameBytes))};
}

std::string common_name(const X509_NAME* name) {
  if (name == nullptr) return {};
  std::string text = attribute(name, NID_commonName);
  return text.empty() ? attribute(name, NID_organizationName) : text;
}

std::string hex_serial(const ASN1_INTEGER* serial) {
  const std::unique_ptr<BIGNUM, FreeBn> number(ASN1_INTEGER_to_BN(serial, nullptr));
  if (!number || BN_num_bytes(number.get()) > kMaxNameBytes) return {};
  const std::unique_ptr<char, FreeOpenSsl> text(BN_bn2hex(number.get()));
  return text ? std::string(text.get()) : std::string();
}

/// The certificate that the signer names by issuer and serial number, or null.
X509* certificate_of(const PKCS7_SIGNED& data, const PKCS7_ISSUER_AND_SERIAL& id) {
  return X509_find_by_issuer_and_serial(data.cert, id.issuer, id.serial);
}

void read_pkcs7(ByteView der, FileOffset at, std::vector<Signer>& signers, std::vector<Defect>& defects) {
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const std::unique_ptr<PKCS7, FreePkcs7> p7(d2i_PKCS7(nullptr, &bytes, static_cast<long>(der.size())));
  ERR_clear_error();
  if (!p7 || !PKCS7_type_is_signed(p7.get()) || p7->d.sign == nullptr) {
    add_defect(defects, at, "certificate table entry is not PKCS #7 signed data");
    return;
  }
  const PKCS7_SIGNED& data = *p7->d.sign;
  const int count = std::min(sk_PKCS7_SIGNER_INFO_num(data.signer_info), kMaxSigners);
  for (int i = 0; i < count; ++i) {
    const PKCS7_SIGNER_INFO* info = sk_PKCS7_SIGNER_INFO_value(data.signer_info, i);
    if (info->issuer_and_serial == nullptr) continue;
    const X509* certificate = certificate_of(data, *info->issuer_and_serial);
    if (certificate == nullptr) add_defect(defects, at, "the signer's certificate is not in the signature");
    signers.push_back({.subject = certificate == nullptr ? "" : common_name(X509_get_subject_name(certificate)),
                       .issuer = common_name(info->issuer_and_serial->issuer),
                       .serial = hex_serial(info->issuer_and_serial->serial),
                       .offset = at});
  }
}

}  // namespace

std::vector<Signer> read_signers(ByteView file, FileOffset offset, std::uint64_t size, std::vector<Defect>& defects) {
  const ByteView table = clamped(file, raw(offset), std::min(size, kMaxCertificateBytes));
  if (table.size() < size) {
    add_defect(defects, offset, fmt::format("certificate table of {} bytes, {} are read", size, table.size()));
  }
  const ByteReader in(table);
  std::vector<Signer> signers;
  std::uint64_t at = 0;
  for (int entries = 0; entries < kMaxSigners && at + kEntryHeader <= table.size(); ++entries) {
    const auto length = in.value_at<std::uint32_t>(FileOffset{at});
    if (length <= kEntryHeader) break;
    if (in.value_at<std::uint16_t>(FileOffset{at + 6}) == kTypePkcsSignedData) {
      read_pkcs7(clamped(table, at + kEntryHeader, length - kEntryHeader), offset + at, signers, defects);
    }
    at += (std::uint64_t{length} + 7) & ~7ULL;
  }
  return signers;
}

}  // namespace prova
