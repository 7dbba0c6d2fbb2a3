#pragma once
// Which functions of an index in PostgreSQL share features with the probes.

#include <span>
#include <vector>

#include "store/postgres/fetch_rows.h"

namespace prova {

/// FingerprintStore::candidates over what `directory` lists. Three statements for up to kProbesPerLookup probes: rows of postings,
/// long lists, prints.
/// Errors: kNotFound (rows are missing: see fetch_rows); kStore (damaged rows); those of the connection.
[[nodiscard]] Result<std::vector<std::vector<Candidate>>> find_in_postgres(PostgresConnection& connection, const Placement& placement,
                                                                           const Directory& directory, std::span<const Probe> probes,
                                                                           std::size_t limit);

/// Probes that are answered together: more share rows and round trips, fewer bound the memory (some 200 MB of prints at most).
constexpr std::size_t kProbesPerLookup = 1024;

}  // namespace prova
