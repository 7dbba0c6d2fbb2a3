#pragma once
// Countries by ISO 3166-1 alpha-2 code.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace prova::knowledge {

/// The code of a country given by code ("AL"), common English name ("Albania") or the long name that MISP and the CFR
/// tracker use ("Iran (Islamic Republic of)"); letter case does not matter. None for regions and organisations.
[[nodiscard]] std::optional<std::string_view> country_code(std::string_view name_or_code);
/// "Albania" for "AL"; the code itself when it is not listed.
[[nodiscard]] std::string_view country_name(std::string_view code);
/// Every common name, ascending: for suggestions.
[[nodiscard]] const std::vector<std::string_view>& country_names();

/// The country that a description says a group comes from: "an Iranian threat group", "China-based", "attributed to
/// Russia's GRU". A heuristic on fixed phrases (docs/methods/ranking.md lists them and how often they were right); none
/// when there is no such phrase, or when two countries are named in one.
[[nodiscard]] std::optional<std::string_view> nation_in_text(std::string_view description);

}  // namespace prova::knowledge
