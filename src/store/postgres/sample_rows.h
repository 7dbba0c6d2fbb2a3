#pragma once
// Records of samples from the catalogue in PostgreSQL.

#include "kinship/fingerprint_store.h"
#include "store/postgres/connection.h"

namespace prova {

/// Records of all samples that the role may see, ascending by id. Errors: kStore (a row that no record is), those of the connection.
[[nodiscard]] Result<std::vector<std::pair<SampleId, SampleRecord>>> read_records(PostgresConnection& connection);

}  // namespace prova
