#pragma once
// Keeps partitions where they are while somebody writes, and writers out while one changes its place. An advisory lock of the coordinator:
// writers share it from before they read where the partitions are until their commit; whoever changes that holds it alone.

#include <functional>

#include "store/postgres/connection.h"

namespace prova {

/// Advisory lock classes on the coordinator, with the run, the compartment or 0.
constexpr int kRunLock = 0x7072'7601, kMergeLock = 0x7072'7602, kPlacementLock = 0x7072'7604, kMoveLock = 0x7072'7605;

/// Until the transaction that is open ends, partitions stay where `read_placement` finds them from now on. Waits while one changes its place:
/// seconds, at most two minutes. Errors: those of the connection; kIo (it took longer).
[[nodiscard]] Status share_placement(PostgresConnection& coordinator);
/// The same without waiting; false when it is not free.
[[nodiscard]] Result<bool> try_share_placement(PostgresConnection& coordinator);

/// In the transaction that is open on a server: from here to its end no other mover changes partitions there, and none whose number is lower
/// ever again. So one that has lost its coordinator without knowing cannot touch what a later one has made. `mover`: a value of
/// prova.next_mover. Errors: kStore (a later one has begun); those of the connection.
[[nodiscard]] Status claim_server(PostgresConnection& server, std::int64_t mover);

/// Runs `attempt`, which gives up with lock_not_available after a while, until it succeeds: between attempts those go first who would
/// wait behind us. `attempts` 0: for ever. False: `keep_going` said stop, or the attempts are used up.
[[nodiscard]] Result<bool> wait_patiently(PostgresConnection& connection, const std::function<Status(int patience_ms)>& attempt, int attempts,
                                          const std::function<bool()>& keep_going);

/// Holds the placement alone. Thread safety: none.
class PlacementLock {
 public:
  explicit PlacementLock(PostgresConnection& coordinator) : coordinator_(coordinator) {}
  PlacementLock(const PlacementLock&) = delete;
  PlacementLock& operator=(const PlacementLock&) = delete;
  ~PlacementLock();
  /// Waits until no writer is at work. New writers wait behind us for at most half a minute at a time. False: `keep_going` said stop.
  [[nodiscard]] Result<bool> take(const std::function<bool()>& keep_going);
  [[nodiscard]] Status release();

 private:
  PostgresConnection& coordinator_;  ///< It is the session that holds the lock: whatever it commits happened under the lock.
  bool held_ = false;
};

}  // namespace prova
