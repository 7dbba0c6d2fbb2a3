#pragma once
// The facts that come with the program, so that it is useful without any download.

#include "knowledge/records.h"

namespace prova::knowledge {

/// src/knowledge/shipped/groups.yaml, embedded: well-known groups with nation, aliases, sponsors, and what public reports
/// say that they used. Parsed once; a mistake in it fails a test, and asserts.
[[nodiscard]] const Source& shipped_source();

}  // namespace prova::knowledge
