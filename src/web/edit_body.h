#pragma once
// The body of an edit: JSON from a browser into a CaseEdit. docs/formats/web-api.md, "Edits".

#include <string_view>

#include "base/result.h"
#include "workbench/edit_case.h"

namespace prova::web {

/// Values in one edit, and how deep they may stand in each other: an item has some fifty, three deep. Each key that changes
/// costs one reading of case.yaml.
constexpr std::size_t kMaxEditValues = 300;
constexpr int kMaxEditDepth = 6;

/// Errors: kUsage (not JSON, no such `op`, a member missing or of another type); kLimit.
[[nodiscard]] Result<CaseEdit> read_edit(std::string_view body);

}  // namespace prova::web
