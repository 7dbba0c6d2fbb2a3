#pragma once
// Who signed a PE file, as its certificates say. The signature is NOT verified: no hash, no chain, no revocation and
// no clock is looked at. Spec: Microsoft, "Windows Authenticode Portable Executable Signature Format", 2008.

#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace prova {

/// Certificate data beyond this is not parsed. Ordinary signatures have 5 to 30 KB; installers stuff up to some
/// hundred KB into unauthenticated attributes.
constexpr std::uint64_t kMaxCertificateBytes = 512 * 1024;
/// Entries of the certificate table, and signers in one entry; Windows uses the first signer.
constexpr int kMaxSigners = 8;

struct Signer {
  std::string subject;  ///< Common name, else the organisation; as in the certificate, UTF-8.
  std::string issuer;
  std::string serial;   ///< Hexadecimal, upper case, as certificate viewers show it.
  FileOffset offset{};  ///< Of the entry of the certificate table.
};

/// The signers named in the certificate table, which is `size` bytes of `file` at `offset`. What cannot be parsed is a
/// defect. Time and memory: proportional to the table, at most kMaxCertificateBytes of it.
[[nodiscard]] std::vector<Signer> read_signers(ByteView file, FileOffset offset, std::uint64_t size,
                                               std::vector<Defect>& defects);

}  // namespace prova
