#pragma once
// The numbered SQL files of schema/, embedded when the program is built.

#include <array>
#include <cstdint>
#include <string_view>

namespace prova {

/// Version N of the catalogue is what the first N files make of an empty database.
constexpr std::uint32_t kCatalogueVersion = 1;
[[nodiscard]] std::array<std::string_view, kCatalogueVersion> catalogue_schema();

}  // namespace prova
