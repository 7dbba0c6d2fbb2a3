#pragma once
// MISP galaxy clusters: threat-actor and microsoft-activity-group.

#include <string_view>

#include "base/result.h"
#include "knowledge/records.h"

namespace prova::knowledge {

/// Reads the actors of a galaxy cluster file: names with who uses them, countries, sponsors, suspected victims, sectors,
/// references, links to other actors. The ATT&CK id that the galaxy gives for an actor becomes `known_as`. The cluster
/// holds no techniques. A damaged entry, and a second entry of one uuid, is skipped and listed with its offset.
/// O(n) time; memory: the largest entry, and what is kept.
/// Spec: github.com/MISP/misp-rfc, "MISP galaxy format"; the `meta` keys as the threat-actor cluster uses them.
/// Errors: kMalformed, kTruncated (no such file), kUnsupported (a galaxy of another type), kLimit (kMaxObjects).
[[nodiscard]] Result<Source> read_misp(std::string_view text);

}  // namespace prova::knowledge
