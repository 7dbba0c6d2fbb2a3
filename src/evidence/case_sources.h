#pragma once
// CASE/sources.yaml: what the case has to compare with a content inventory made before. docs/formats/sources.md.

#include <optional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "evidence/case.h"

namespace prova {

constexpr std::string_view kSourcesFile = "sources.yaml";

/// Paths as written: relative to the case directory, or absolute.
struct CaseSources {
  std::string notice;     ///< Shown above the results, for example that everything is simulated.
  std::map<std::string, std::string> notices;  ///< The same in other languages of reports, by code: "fr", "sq".
  std::string inventory;
  std::string key;        ///< Empty: PROVA_INVENTORY_KEY, else PROVA_HOME/inventory.key.
  std::vector<std::string> images, directories, backups, copies;  ///< For damage.
  std::vector<std::string> dumps;                                 ///< For leaks.
  std::vector<std::string> dkim_keys;                             ///< Key records for the signatures of their mail.
  [[nodiscard]] bool has_damage_sources() const { return !images.empty() || !directories.empty() || !backups.empty() || !copies.empty(); }
};

struct CaseSourcesReading {
  std::optional<CaseSources> parsed;  ///< Set only without errors.
  std::vector<CaseError> errors;      ///< By line.
};

/// Reads the file. Never throws; hostile text yields errors. Whether the paths exist is not looked at. O(size of the text).
[[nodiscard]] CaseSourcesReading parse_case_sources(std::string_view yaml);

}  // namespace prova
