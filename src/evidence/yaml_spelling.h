#pragma once
// How a value is spelled in a case file: short things on one line as people write them, long texts folded. What is written
// here is read back before it is kept (yaml_edit.cpp), so a wrong guess costs a refusal and never a wrong case.

#include <string>
#include <string_view>

#include "evidence/edit_value.h"

namespace prova {

/// Columns that a line of a case file is kept in where that is possible.
constexpr std::size_t kYamlColumns = 118;

/// "{nexus: {iran: ++}}", "[R1, R2]", "a text": one line, no line break in it; texts are quoted where they need it.
[[nodiscard]] std::string flow_spelling(const EditValue& value);

/// "key: value" for a block map whose keys stand in column `indent`; further lines are indented, none ends in a newline.
[[nodiscard]] std::string entry_spelling(std::string_view key, const EditValue& value, std::size_t indent);

/// A map as the element of a block list: "- id: A" and its other keys below, the dash in column `indent`.
[[nodiscard]] std::string element_spelling(const EditValue& value, std::size_t indent);

}  // namespace prova
