#include "report/html_page.h"

#include <fmt/format.h>

#include "base/hash.h"

namespace prova::report::html {
namespace {

/// Base64 of a digest (RFC 4648 section 4), as Content-Security-Policy names a style sheet by.
std::string base64(const Sha256& digest) {
  constexpr std::string_view kAlphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (std::size_t i = 0; i < digest.bytes.size(); i += 3) {
    const auto byte = [&](std::size_t at) -> std::uint32_t { return at < digest.bytes.size() ? digest.bytes[at] : 0; };
    const std::uint32_t group = byte(i) << 16 | byte(i + 1) << 8 | byte(i + 2);
    for (unsigned part = 0; part < 4; ++part) {
      const bool padding = i + part > digest.bytes.size();
      out += padding ? '=' : kAlphabet[group >> (18 - 6 * part) & 63U];
    }
  }
  return out;
}

}  // namespace

std::string security_policy(std::string_view style) {
  return fmt::format("default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'",
                     base64(sha256(as_bytes(style))));
}

}  // namespace prova::report::html
