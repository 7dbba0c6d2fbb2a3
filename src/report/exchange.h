#pragma once
// The assessment for other people's tools: STIX 2.1 (docs/formats/stix.md) and MISP (docs/formats/misp.md). Deterministic:
// ids are UUID version 5 of what they name, so that the same case gives the same ids and an update replaces.

#include <string>
#include <string_view>

#include "report/statement.h"

namespace prova::report {

/// UUID version 5 (RFC 9562, 5.5) of a name in prova's namespace: SHA-1 of namespace and name.
[[nodiscard]] std::string uuid_of(std::string_view name);

/// A STIX 2.1 bundle. Every reference resolves inside it. `statement` gives the text of the report object.
[[nodiscard]] std::string stix_bundle(const CaseReport& report, const Statement& statement);

/// One MISP event in the JSON core format.
[[nodiscard]] std::string misp_event(const CaseReport& report, const Statement& statement);

/// Confidence on the STIX scale 0 to 100 for a level of the None / Low / Med / High scale: 15, 50, 85.
[[nodiscard]] int stix_confidence(ConfidenceLevel level);

}  // namespace prova::report
