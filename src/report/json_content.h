#pragma once
// What a content inventory showed, as it stands in report.json and in content.json (docs/formats/sources.md).

#include "report/content_findings.h"
#include "report/json_values.h"

namespace prova::report {

[[nodiscard]] Json content_fields(const ContentFindings& findings);

}  // namespace prova::report
