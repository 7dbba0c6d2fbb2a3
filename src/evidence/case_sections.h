#pragma once
// The sections of case.yaml that say what was done and how bad it was; case_yaml.cpp reads the others. Private to this
// folder.

#include "evidence/yaml_fields.h"

namespace prova {

[[nodiscard]] ActivityCluster read_cluster(const YAML::Node& node, Problems& problems);
/// An entry of `aims` or `losses`.
[[nodiscard]] SourcedText read_sourced_text(const YAML::Node& node, std::string_view what, Problems& problems);
/// The section `severity`. Nothing when it is incomplete; what is missing is reported.
[[nodiscard]] std::optional<SeverityInputs> read_severity(const YAML::Node& node, Problems& problems);

/// References of these sections to items, questions and clusters that the case does not have. Adds to `errors`.
void check_sections(const Case& checked, std::vector<CaseError>& errors);

}  // namespace prova
