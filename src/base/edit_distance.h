#pragma once
// How far two names are apart, for "did you mean".

#include <cstddef>
#include <string_view>

namespace prova {

/// Levenshtein distance over bytes. O(a x b).
[[nodiscard]] std::size_t edit_distance(std::string_view a, std::string_view b);

}  // namespace prova
