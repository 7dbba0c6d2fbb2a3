#pragma once
// From hostile YAML text to a tree that is small enough to walk. Private to this folder.

#include "evidence/yaml_fields.h"

namespace prova {

/// The map that the text holds, or one CaseError at the place where it stops being YAML or becomes too much. `expected`
/// names what should be there ("a case (schema: ...)"). Caps: kMaxCaseBytes, values, brackets, one document.
[[nodiscard]] std::optional<YAML::Node> load_tree(std::string_view yaml, const std::string& expected, Problems& problems);

}  // namespace prova
