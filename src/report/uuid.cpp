#include <array>

#include "base/hash.h"
#include "base/sha1.h"
#include "report/exchange.h"

namespace prova::report {
namespace {

/// UUID version 5 of the name "prova" in the DNS namespace of RFC 9562: fixed for ever, since ids depend on it.
constexpr std::array<std::uint8_t, 16> kNamespace = {0x6b, 0x21, 0x54, 0x1e, 0x10, 0x3c, 0x5c, 0x97,
                                                     0x9a, 0x2e, 0x5d, 0xde, 0x1c, 0x83, 0x79, 0xa2};

}  // namespace

std::string uuid_of(std::string_view name) {
  std::string message(reinterpret_cast<const char*>(kNamespace.data()), kNamespace.size());
  message += name;
  auto digest = sha1_for_uuid(as_bytes(message));
  digest[6] = static_cast<std::uint8_t>((digest[6] & 0x0fU) | 0x50U);  // version 5
  digest[8] = static_cast<std::uint8_t>((digest[8] & 0x3fU) | 0x80U);  // variant of RFC 9562
  const std::string hex = to_hex(as_bytes(std::string_view(reinterpret_cast<const char*>(digest.data()), 16)));
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" + hex.substr(16, 4) + "-" + hex.substr(20);
}

}  // namespace prova::report
