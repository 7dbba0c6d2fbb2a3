#pragma once
// The numbered SQL files of schema/, embedded when the program is built.

#include <array>
#include <cstdint>
#include <string_view>

namespace prova {

/// Version N of an index in PostgreSQL is what the first N files make of a database without one.
constexpr std::uint32_t kPostgresVersion = 2;
[[nodiscard]] std::array<std::string_view, kPostgresVersion> postgres_schema();

}  // namespace prova
