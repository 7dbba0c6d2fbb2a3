#pragma once
// Library functions that do not return to their caller, by name.

#include <string_view>

namespace prova {

/// True when calling the import `name` never returns. Leading underscores, `__imp_` and version suffixes
/// ("abort@GLIBC_2.2.5", "_ExitProcess@4") are ignored. O(log table).
[[nodiscard]] bool never_returns(std::string_view name);

}  // namespace prova
