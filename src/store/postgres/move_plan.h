#pragma once
// Which partitions go where.

#include <optional>
#include <vector>

#include "store/postgres/directory.h"
#include "store/shards.h"

namespace prova {

/// Index in Placement::shards; none: the coordinator.
using ServerIndex = std::optional<std::size_t>;

struct PlannedMove {
  std::int16_t part = 0;
  ServerIndex to;
  friend bool operator==(const PlannedMove&, const PlannedMove&) = default;
};

/// The server that `name` means: a shard's URL, its number, or "coordinator". Errors: kUsage, naming those that are there.
[[nodiscard]] Result<ServerIndex> find_server(const Placement& placement, const std::string& name);
/// Its URL, or "coordinator".
[[nodiscard]] std::string name_of(const Placement& placement, ServerIndex server);

/// The fewest moves after which all shards serve the same number of partitions, but for one more on some; so does the coordinator if it
/// serves one now. Ascending by partition. The same placement gives the same plan.
[[nodiscard]] std::vector<PlannedMove> plan_balance(const Placement& placement);
/// Those of an order that are not there yet, ascending by partition. Errors: kUsage (nothing or two things asked for; no such partition or server).
[[nodiscard]] Result<std::vector<PlannedMove>> plan_moves(const Placement& placement, const MoveOrder& order);

}  // namespace prova
