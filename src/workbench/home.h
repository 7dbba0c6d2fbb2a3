#pragma once
// Where prova keeps its state when nobody says otherwise.

#include <string>

namespace prova {

/// PROVA_HOME, or `prova` in the XDG data directory (XDG_DATA_HOME, else ~/.local/share). Never empty.
[[nodiscard]] std::string home_directory();
/// `given` when not empty, else PROVA_INDEX, else `index` below the home directory.
[[nodiscard]] std::string index_location(const std::string& given);
/// `given` when not empty, else PROVA_KNOWLEDGE, else `knowledge` below the home directory.
[[nodiscard]] std::string knowledge_location(const std::string& given);
/// The person at the keyboard, for the custody log: PROVA_USER, else the login name, else "unknown".
[[nodiscard]] std::string user_name();
/// Now in UTC as RFC 3339, to the second; SOURCE_DATE_EPOCH overrides it, for reproducible reports.
[[nodiscard]] std::string utc_now();

}  // namespace prova
