#pragma once
// A YAML text as a tree, bounded before anything is built. Private to this folder: yaml-cpp does not show outside.

#include <yaml-cpp/yaml.h>

#include <string>

#include "base/result.h"

namespace prova::knowledge {

/// Scalars, lists and maps in one file; yaml-cpp takes some 400 bytes for each.
constexpr std::size_t kMaxYamlNodes = 1'000'000;
/// '[' and '{' in one file: yaml-cpp recurses into them.
constexpr std::ptrdiff_t kMaxYamlBrackets = 500'000;

/// The only document of the text. Aliases ("*name") are refused: an entry means what stands there.
/// Errors: kLimit, kMalformed: the message begins with "line N: ".
[[nodiscard]] Result<YAML::Node> load_yaml(const std::string& text);

/// Line of a node, from 1.
[[nodiscard]] inline std::uint64_t line_of(const YAML::Node& node) { return static_cast<std::uint64_t>(node.Mark().line + 1); }

}  // namespace prova::knowledge
