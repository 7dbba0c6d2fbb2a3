#pragma once
// SHA-1, only because UUID version 5 is defined by it. Never for identity of content.

#include <array>
#include <cstdint>

#include "base/bytes.h"

namespace prova {

/// SHA-1 digest (FIPS 180-4).
[[nodiscard]] std::array<std::uint8_t, 20> sha1_for_uuid(ByteView bytes);

}  // namespace prova
