#include "store/postgres/placement_lock.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

namespace prova {
namespace {

/// A lock request that waits holds up everybody who comes after it, so it is withdrawn after a while, longer each time: writers that
/// follow each other closely must not keep a move out for ever.
constexpr int kFirstPatienceMs = 1'000, kMaxPatienceMs = 32'000, kPauseMs = 200;
/// SQLSTATE lock_not_available: what lock_timeout ends with.
constexpr const char* kLockNotAvailable = "55P03";

}  // namespace

Status share_placement(PostgresConnection& coordinator) {
  PROVA_TRY(coordinator.execute("SET LOCAL lock_timeout = '120s'"));
  PROVA_TRY(coordinator.execute(fmt::format("SELECT pg_advisory_xact_lock_shared({}, 0)", kPlacementLock)));
  return coordinator.execute("SET LOCAL lock_timeout = DEFAULT");
}

Result<bool> try_share_placement(PostgresConnection& coordinator) {
  PROVA_TRY(rows, coordinator.run(fmt::format("SELECT pg_try_advisory_xact_lock_shared({}, 0)", kPlacementLock)));
  return rows.number(0, 0) != 0;
}

Status claim_server(PostgresConnection& server, std::int64_t mover) {
  PROVA_TRY(claimed, server.run("UPDATE prova.store SET mover = $1 WHERE mover <= $1", SqlParameters().add(mover)));
  if (claimed.touched() == 1) return {};
  return tl::unexpected<Error>(Error{ErrorCode::kStore, "another command that moves partitions has begun since; let it finish", std::nullopt, server.server()});
}

Result<bool> wait_patiently(PostgresConnection& connection, const std::function<Status(int patience_ms)>& attempt, int attempts,
                            const std::function<bool()>& keep_going) {
  int patience = kFirstPatienceMs;
  for (int i = 1;; ++i) {
    if (!keep_going()) return false;
    Status done = attempt(patience);
    if (done) return true;
    if (!connection.is_alive() || connection.failed_with() != kLockNotAvailable) return tl::unexpected<Error>(std::move(done).error());
    if (i == attempts) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(kPauseMs));
    patience = std::min(patience * 2, kMaxPatienceMs);
  }
}

PlacementLock::~PlacementLock() {
  if (held_ && coordinator_.is_alive()) static_cast<void>(release());
}

Result<bool> PlacementLock::take(const std::function<bool()>& keep_going) {
  const auto attempt = [&](int patience_ms) -> Status {
    PROVA_TRY(coordinator_.execute(fmt::format("SET lock_timeout = {}", patience_ms)));
    const Status locked = coordinator_.execute(fmt::format("SELECT pg_advisory_lock({}, 0)", kPlacementLock));
    if (!locked) return locked;
    held_ = true;
    return coordinator_.execute("SET lock_timeout = DEFAULT");
  };
  return wait_patiently(coordinator_, attempt, 0, keep_going);
}

Status PlacementLock::release() {
  held_ = false;
  return coordinator_.execute(fmt::format("SELECT pg_advisory_unlock({}, 0)", kPlacementLock));
}

}  // namespace prova
