#include "store/postgres/move_plan.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace prova {
namespace {

struct Share {
  ServerIndex server;
  std::vector<std::int16_t> partitions;  ///< Ascending.
  std::size_t quota = 0;
};

std::vector<Share> shares_now(const Placement& placement) {
  std::vector<Share> shares(placement.shards.size() + 1);  // The coordinator first.
  for (std::size_t i = 0; i < placement.shards.size(); ++i) shares[i + 1].server = i;
  for (std::size_t part = 0; part < placement.shard_of.size(); ++part) {
    const ServerIndex at = placement.shard_of[part];
    shares[at ? *at + 1 : 0].partitions.push_back(static_cast<std::int16_t>(part));
  }
  // A coordinator that serves no partition was meant to serve none.
  if (shares.front().partitions.empty()) shares.erase(shares.begin());
  return shares;
}

/// Those that have most keep the one more: that moves least.
void set_quotas(std::vector<Share>& shares, std::size_t partitions) {
  std::vector<Share*> by_size;
  for (Share& share : shares) by_size.push_back(&share);
  std::stable_sort(by_size.begin(), by_size.end(), [](const Share* a, const Share* b) { return a->partitions.size() > b->partitions.size(); });
  for (std::size_t i = 0; i < by_size.size(); ++i) by_size[i]->quota = partitions / shares.size() + (i < partitions % shares.size() ? 1 : 0);
}

}  // namespace

std::string name_of(const Placement& placement, ServerIndex server) { return server ? placement.shards[*server].url : "coordinator"; }

Result<ServerIndex> find_server(const Placement& placement, const std::string& name) {
  if (name == "coordinator") return ServerIndex{};
  std::string known = "coordinator";
  for (std::size_t i = 0; i < placement.shards.size(); ++i) {
    const auto& shard = placement.shards[i];
    if (name == shard.url || name == std::to_string(shard.id)) return ServerIndex{i};
    known += fmt::format(", {} ({})", shard.id, shard.url);
  }
  return fail(ErrorCode::kUsage, fmt::format("no server {} is listed, there are: {}; `prova index shard add` adds one", name, known));
}

std::vector<PlannedMove> plan_balance(const Placement& placement) {
  std::vector<Share> shares = shares_now(placement);
  set_quotas(shares, placement.shard_of.size());
  std::vector<std::int16_t> surplus;
  for (const Share& share : shares) {
    for (std::size_t i = share.quota; i < share.partitions.size(); ++i) surplus.push_back(share.partitions[i]);
  }
  std::sort(surplus.begin(), surplus.end());
  std::vector<PlannedMove> moves;
  auto next = surplus.begin();
  for (const Share& share : shares) {
    for (std::size_t i = share.partitions.size(); i < share.quota; ++i) moves.push_back({*next++, share.server});
  }
  std::sort(moves.begin(), moves.end(), [](const PlannedMove& a, const PlannedMove& b) { return a.part < b.part; });
  return moves;
}

Result<std::vector<PlannedMove>> plan_moves(const Placement& placement, const MoveOrder& order) {
  if (order.balance != (order.partitions.empty() && order.to.empty())) {
    return fail(ErrorCode::kUsage, "say either which partitions go to which server, or that all servers are to be balanced");
  }
  if (order.balance) return plan_balance(placement);
  if (order.partitions.empty() || order.to.empty()) return fail(ErrorCode::kUsage, "both are needed: which partitions, and to which server");
  PROVA_TRY(to, find_server(placement, order.to));
  std::vector<PlannedMove> moves;
  for (const std::int16_t part : std::set<std::int16_t>(order.partitions.begin(), order.partitions.end())) {
    if (part < 0 || part >= placement.partitions()) {
      return fail(ErrorCode::kUsage, fmt::format("there is no partition {}, they are numbered 0 to {}", part, placement.partitions() - 1));
    }
    if (placement.shard_of[static_cast<std::size_t>(part)] != to) moves.push_back({part, to});
  }
  return moves;
}

}  // namespace prova
