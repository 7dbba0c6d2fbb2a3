#pragma once
// One STIX object at a time. Private to stix*.cpp.

#include <optional>
#include <string>
#include <string_view>

#include "knowledge/citation_table.h"
#include "knowledge/json_object.h"

namespace prova::knowledge::stix {

/// What an object is to us.
enum class Kind : std::uint8_t { kOther, kGroup, kSoftware, kTechnique, kLocation, kRelation };

/// The kind that a STIX type or the front of a STIX id ("malware--…") names.
[[nodiscard]] Kind kind_of(std::string_view type_or_id);

/// The id in ATT&CK's own numbering, or the STIX id where the object has none.
[[nodiscard]] std::string public_id(const JsonObject& object, std::string_view stix_id);

/// The reports that an object cites; references to ATT&CK itself and notes without address are left out.
[[nodiscard]] CitationList citations_of(const JsonObject& object, CitationTable& table);

[[nodiscard]] Group read_group(const JsonObject& object, std::string_view stix_id, CitationTable& table);
[[nodiscard]] Software read_software(const JsonObject& object, std::string_view stix_id, CitationTable& table);
[[nodiscard]] Technique read_technique(const JsonObject& object, std::string_view stix_id);

}  // namespace prova::knowledge::stix
