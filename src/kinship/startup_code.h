#pragma once
// Start-up and run-time support code that a tool chain links into every program, by exact hash.

#include <cstdint>

namespace prova {

/// True for functions of mingw-w64's crt2.o, dllcrt2.o and libmingw32.a as Debian 12 ships them (x86 and x86-64), by
/// FunctionFeatures::exact_hash. The table is startup_code_table.h, made by bench/kinship/startup_table; other releases
/// of mingw-w64 share part of it. 0 is none. O(log n).
[[nodiscard]] bool is_mingw_startup(std::uint64_t exact_hash);

}  // namespace prova
