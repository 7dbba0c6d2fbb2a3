#pragma once
// ATT&CK and other STIX 2.0 and 2.1 bundles.

#include <string_view>

#include "base/result.h"
#include "knowledge/records.h"

namespace prova::knowledge {

/// Reads the groups (`intrusion-set`, `threat-actor`), programs (`malware`, `tool`), techniques (`attack-pattern`) of a
/// bundle and who uses what (`relationship`: uses, revoked-by, targets, attributed-to, originates-from). Other kinds of
/// objects are left out without a word; a damaged object, a second object of one id, and a relation whose end is missing
/// are skipped and listed with their offset. Revoked objects are replaced by what they were revoked by, deprecated ones
/// left out. The order of the objects changes nothing except the offsets of what was skipped (and which of two objects counts
/// that have one id and one `modified`: the first).
/// `fallback_id` names the source when the bundle does not say which ATT&CK domain it is.
/// O(n) time; memory: the largest object, and what is kept (some 200 bytes per relation).
/// Spec: OASIS STIX 2.1 section 4 and 5; ATT&CK's use of it: github.com/mitre/cti, USAGE.md.
/// Errors: kMalformed, kTruncated (no bundle), kLimit (kMaxObjects); then nothing was read.
[[nodiscard]] Result<Source> read_stix(std::string_view text, std::string_view fallback_id);

}  // namespace prova::knowledge
