#pragma once
// Why two functions match, in words.

#include <string>
#include <vector>

#include "kinship/learn.h"

namespace prova {

/// Readable features named per match.
constexpr std::size_t kMaxReasons = 5;

/// Readable features that both functions have, the heaviest first, ties by text. `sample` was analysed with labels and
/// has the function of `a`. O(features).
[[nodiscard]] std::vector<std::string> reasons(const AnalyzedSample& sample, const Fingerprint& a, const Fingerprint& b);

}  // namespace prova
