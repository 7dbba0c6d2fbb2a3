#include "store/open.h"

#include <fmt/format.h>

#include "store/memory/memory_store.h"
#include "store/postgres/init.h"
#include "store/postgres/move_partitions.h"
#include "store/postgres/postgres_store.h"
#include "store/postgres/queue.h"
#include "store/segments/segment_store.h"

namespace prova {
namespace {

bool is_postgres(std::string_view url) { return url.starts_with("postgresql://") || url.starts_with("postgres://"); }

}  // namespace

Result<std::unique_ptr<FingerprintStore>> open_store(std::string_view url, OpenMode mode) {
  if (url == "memory:") return std::make_unique<MemoryStore>();
  if (is_postgres(url)) return PostgresStore::open(std::string(url), mode);
  if (const auto scheme = url.find("://"); scheme != std::string_view::npos) {
    return fail(ErrorCode::kUsage, fmt::format("index URL with the scheme {}, expected a directory, memory: or postgresql://",
                                               url.substr(0, scheme)));
  }
  if (url.empty()) return fail(ErrorCode::kUsage, "the index URL is empty, expected a directory or memory:");
  return SegmentStore::open(std::filesystem::path(url), mode);
}

Status init_store(const std::string& url, std::span<const std::string> shards) {
  if (is_postgres(url)) return init_postgres(url, shards);
  return fail(ErrorCode::kUsage, fmt::format("{} is no postgresql:// URL; an index in a directory is made by learning into it", url));
}

Status grant_store(const std::string& url, const CompartmentGrant& grant) {
  if (is_postgres(url)) return grant_compartment(url, grant);
  return fail(ErrorCode::kUsage, fmt::format("{} is no postgresql:// URL; an index in a directory has no compartments", url));
}

Result<IndexServers> list_servers(const std::string& url) {
  if (is_postgres(url)) return list_postgres_servers(url);
  return fail(ErrorCode::kUsage, fmt::format("{} is no postgresql:// URL; an index in a directory has no servers", url));
}

Status add_shard(const std::string& url, const std::string& shard_url) {
  if (is_postgres(url)) return add_postgres_shard(url, shard_url);
  return fail(ErrorCode::kUsage, fmt::format("{} is no postgresql:// URL; an index in a directory has no shards", url));
}

Result<MoveOutcome> move_partitions(const std::string& url, const MoveOrder& order, const MoveWatch& watch) {
  if (is_postgres(url)) return move_postgres_partitions(url, order, watch);
  return fail(ErrorCode::kUsage, fmt::format("{} is no postgresql:// URL; an index in a directory has no partitions", url));
}

Result<std::unique_ptr<LearnQueue>> open_queue(const std::string& url) {
  if (is_postgres(url)) return PostgresQueue::open(url);
  return fail(ErrorCode::kUsage, fmt::format("{} is no postgresql:// URL; only a shared index has a queue", url));
}

}  // namespace prova
