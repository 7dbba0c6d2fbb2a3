#pragma once
// Which servers keep which partitions of a shared index, and moving them. docs/decisions/0016-moving-partitions.md says why a move can be
// interrupted anywhere.

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace prova {

/// One server of a shared index.
struct IndexServer {
  std::optional<std::int16_t> shard;     ///< None: the coordinator.
  std::string url;                       ///< Of a shard; "coordinator".
  std::vector<std::int16_t> partitions;  ///< That it serves; ascending.
};
/// A move that was interrupted.
struct UnfinishedMove {
  std::int16_t partition = 0;
  std::string from, to;  ///< IndexServer::url
  bool swapped = false;  ///< `to` serves already; `from` still holds a copy that nobody reads.
};
struct IndexServers {
  std::vector<IndexServer> servers;  ///< The coordinator, then the shards by number.
  std::vector<UnfinishedMove> unfinished;
};

/// What to move.
struct MoveOrder {
  std::vector<std::int16_t> partitions;  ///< To `to`.
  std::string to;                        ///< A shard's URL as it is listed, its number, or "coordinator".
  bool balance = false;                  ///< Instead: as many as needed so that all servers serve the same number, but for one.
};
struct MovedPartition {
  std::int16_t partition = 0;
  std::string from, to;
};
struct MoveOutcome {
  std::vector<MovedPartition> moved;  ///< In the order in which they were.
  std::uint64_t rows = 0;             ///< That were copied by this call.
  std::uint64_t tidied = 0;           ///< Interrupted moves whose left-over copy was deleted.
  bool interrupted = false;
};

/// Told at every step and about every 65,536 rows. False: stop as soon as nothing would be half.
using MoveWatch = std::function<bool(std::string_view stage, std::uint64_t done, std::uint64_t total)>;

/// Errors: kUsage (no postgresql:// URL); those of open_store.
[[nodiscard]] Result<IndexServers> list_servers(const std::string& url);

/// Makes a database a shard of the index: tables, memberships of compartments, and how the coordinator reaches it. It holds no partition
/// until one is moved there. Can be interrupted and called again. REQUIRES a superuser on both.
/// Errors: kUsage (no postgresql:// URL, too many shards, the database belongs to another index or is listed under another address);
/// kStore (another version); those of the servers.
[[nodiscard]] Status add_shard(const std::string& url, const std::string& shard_url);

/// Moves partitions one after the other while the index serves: readers are never refused, writers wait for seconds while a partition
/// changes its place. May be killed at any moment; the same call goes on where it was, and tidies up what other moves left.
/// REQUIRES a superuser on all servers concerned. Temporary space: none but the copy itself; in memory one row.
/// Errors: kUsage (no such partition or server; a server that is not the one that is listed); kStore (another version or scheme;
/// somebody else is moving); those of the servers, saying that the partition is served from where it was.
[[nodiscard]] Result<MoveOutcome> move_partitions(const std::string& url, const MoveOrder& order, const MoveWatch& watch);

}  // namespace prova
