#pragma once
// imphash: the MD5 by which public tools say that two PE files import the same names in the same order.

#include <span>
#include <string>
#include <string_view>

#include "binary/binary_image.h"

namespace prova {

/// The hash over `imports` in file order, delay-loaded ones left out: MD5 of "library.name,library.name,...", lower
/// case, ".dll", ".ocx" and ".sys" cut off the library, ordinals as `ordinal_name` or "ord17". Definition: Mandiant,
/// "Tracking Malware with Import Hashing", 2014; details as pefile and VirusTotal compute it.
/// Empty when MD5 is switched off on this machine. O(length of the names).
[[nodiscard]] std::string imphash(std::span<const Import> imports);

/// The lower-case name behind an ordinal of ws2_32.dll, wsock32.dll or oleaut32.dll (`library` in lower case); empty
/// for others. O(table), some 400 names.
[[nodiscard]] std::string_view ordinal_name(std::string_view library, std::uint32_t ordinal);

}  // namespace prova
