#pragma once
// Reads every row of an index in PostgreSQL back and checks it.

#include "store/postgres/directory.h"

namespace prova {

/// Checks what docs/formats/postgres.md promises: every row is there and well-formed, postings say of each run what its prints say,
/// blocks hold the records of the catalogue. O(size of the index); memory O(rows that are read at once).
/// Errors: those of the connection. Damage is a problem in the report, not an error.
[[nodiscard]] Result<VerifyReport> verify_rows(PostgresConnection& connection, const Placement& placement, const Directory& directory,
                                               const std::vector<std::pair<SampleId, SampleRecord>>& records);

}  // namespace prova
