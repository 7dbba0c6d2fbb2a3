#pragma once
// Makes the copy of a partition on one server the same as that on another.

#include <functional>
#include <string>

#include "store/postgres/addresses.h"
#include "store/postgres/connection.h"

namespace prova {

/// The four tables of a partition on one server.
struct PartitionTables {
  std::int16_t part = 0;
  /// The coordinator's copy while the partition is served from elsewhere: there the plain names mean the server that serves.
  bool aside = false;
  /// "prova.prints_3" or "prova.prints_3_copy".
  [[nodiscard]] std::string operator[](StoredTable table) const;
};

/// Told rows that are the same so far, and rows of all tables. False: stop.
using CopyWatch = std::function<bool(std::uint64_t done, std::uint64_t total)>;

struct CopyOutcome {
  std::uint64_t rows = 0;  ///< That were copied.
  bool complete = false;   ///< False: told to stop.
};

/// Copies what `to` lacks and deletes what `from` has no more, in transactions of about 65,536 rows each of which is committed only after
/// its checksum is the same on both sides. Nobody but `mover` (claim_server) writes to `to`. When nobody writes to `from` either, the two are the same afterwards.
///
/// Rows that were committed by an earlier call are not read again, only counted, per run. That suffices, for what a run has in a partition is
/// inserted by one transaction, never changed, and at most deleted: two of its states with the same number of rows are one state.
/// Errors: those of the servers; kStore (the checksums differ: nothing of that transaction is kept).
[[nodiscard]] Result<CopyOutcome> copy_partition(PostgresConnection& from, const PartitionTables& from_tables, PostgresConnection& to,
                                                 const PartitionTables& to_tables, std::int64_t mover, const CopyWatch& watch);

}  // namespace prova
