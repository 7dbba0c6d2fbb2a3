#pragma once
// Names as people write them: "APT 28", "apt28" and "APT-28" are one name; "APT29" is another.

#include <string>
#include <string_view>
#include <vector>

namespace prova::knowledge {

/// ASCII letters in lower case; every other byte as it is.
[[nodiscard]] std::string lower_case(std::string_view text);

/// The form under which names are compared: ASCII letters in lower case, spaces and '-', '_', '.' left out. Other bytes
/// stay, so that names in other scripts keep their letters. "APT-28" and "apt 28" give "apt28". O(n).
[[nodiscard]] std::string folded(std::string_view name);

/// At most `count` of `known` that are nearest to `name` after folding, nearest first, ties in the order of `known`: first
/// those that contain it, then those at most a third of its length away by edit distance. O(known x length^2).
[[nodiscard]] std::vector<std::string> nearest_names(std::string_view name, const std::vector<std::string_view>& known,
                                                     std::size_t count);

}  // namespace prova::knowledge
