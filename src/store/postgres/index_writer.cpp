#include "store/postgres/index_writer.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "store/postgres/addresses.h"

namespace prova {
namespace {

/// A statement carries at most so many rows and bytes: the server holds a whole one in memory.
constexpr std::size_t kRowsPerStatement = 20'000, kBytesPerStatement = 8 << 20;
/// Ids of a compartment are taken in one call; nobody adds more samples in one transaction.
constexpr std::uint64_t kMaxSamplesPerBatch = 10'000'000;

/// What an index finds a sample by: samples_identity.
std::string identity_digest(const SampleIdentity& identity) {
  std::string bytes(reinterpret_cast<const char*>(identity.first.bytes.data()), identity.first.bytes.size());
  bytes += identity.second;
  const Sha256 digest = sha256(as_bytes(bytes));
  return {reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size()};
}

/// Rows on their way to one server.
class RowBuffer {
 public:
  RowBuffer(PostgresConnection& server, StoredTable table, std::int16_t compartment) : server_(server), table_(table), compartment_(compartment) {}

  Status add(std::int16_t part, std::int64_t address, std::string_view packed) {
    parts_.push_back(part);
    addresses_.push_back(address);
    packed_.push_back(packed);
    bytes_ += packed.size();
    return parts_.size() >= kRowsPerStatement || bytes_ >= kBytesPerStatement ? flush() : Status{};
  }
  Status flush() {
    if (parts_.empty()) return {};
    SqlParameters parameters;
    parameters.add_small(compartment_).add_all_small(parts_).add_all(addresses_).add_all_bytes(packed_);
    PROVA_TRY(done, server_.run(fmt::format("INSERT INTO prova.{} (part, compartment, address, packed) SELECT row.part, $1, row.address, row.packed "
                                            "FROM unnest($2, $3, $4) AS row (part, address, packed)", name_of(table_)), parameters));
    parts_.clear();
    addresses_.clear();
    packed_.clear();
    bytes_ = 0;
    return {};
  }

 private:
  PostgresConnection& server_;
  StoredTable table_;
  std::int16_t compartment_;
  std::vector<std::int16_t> parts_;
  std::vector<std::int64_t> addresses_;
  std::vector<std::string_view> packed_;
  std::size_t bytes_ = 0;
};

Status list_garbage(PostgresConnection& connection, std::int16_t compartment, std::int32_t run, std::int64_t what, std::int64_t first, std::int64_t last) {
  SqlParameters parameters;
  parameters.add_small(compartment).add(run).add(what).add(first).add(last);
  PROVA_TRY(done, connection.run("INSERT INTO prova.garbage (compartment, run, what, first, last) VALUES ($1, $2, $3, $4, $5)", parameters));
  return {};
}

/// As in the placement; none where no partition lies.
Result<std::vector<std::unique_ptr<PostgresConnection>>> connect_shards(const PostgresConnection& coordinator, const Placement& placement) {
  std::vector<std::unique_ptr<PostgresConnection>> shards(placement.shards.size());
  for (std::size_t i = 0; i < shards.size(); ++i) {
    if (!placement.uses(i)) continue;
    PROVA_TRY(connection, PostgresConnection::open(placement.shards[i].url, coordinator.user()));
    shards[i] = std::move(connection);
  }
  return shards;
}

constexpr std::uint32_t kLastNumber = 0xffff'ffff;
constexpr std::int64_t kIndexRows = 1, kBlockRows = 2;  ///< garbage.what

}  // namespace

Result<std::unique_ptr<IndexWriter>> IndexWriter::start(PostgresConnection& coordinator, const std::string& coordinator_url, std::int16_t compartment) {
  const bool had_transaction = coordinator.in_transaction();
  if (!had_transaction) PROVA_TRY(coordinator.execute("BEGIN"));
  std::unique_ptr<IndexWriter> writer(new IndexWriter(coordinator, compartment));
  PROVA_TRY(writer->connect(coordinator_url));
  return writer;
}

Status IndexWriter::connect(const std::string& coordinator_url) {
  // From here on no partition changes its place until we are done: what is read now holds at the commit.
  PROVA_TRY(share_placement(coordinator_));
  PROVA_TRY(placement, read_placement(coordinator_));
  placement_ = std::move(placement);
  PROVA_TRY(shards, connect_shards(coordinator_, placement_));
  shards_ = std::move(shards);
  bool any = false;
  for (const auto& shard : shards_) {
    if (!shard) continue;
    any = true;
    PROVA_TRY(shard->execute("BEGIN"));
  }
  if (!any) return {};
  PROVA_TRY(aside, PostgresConnection::open(coordinator_url));
  aside_ = std::move(aside);
  return {};
}

IndexWriter::~IndexWriter() {
  if (coordinator_.is_alive() && coordinator_.in_transaction()) static_cast<void>(coordinator_.execute("ROLLBACK"));
}

Status IndexWriter::commit() {
  for (const auto& shard : shards_) {
    if (shard) PROVA_TRY(shard->execute("COMMIT"));
  }
  for (const std::int32_t run : announced_) {
    PROVA_TRY(done, coordinator_.run("DELETE FROM prova.garbage WHERE run = $1 AND first = $2", SqlParameters().add(run).add(row_address(run, 0))));
  }
  Status committed = coordinator_.execute("COMMIT");
  if (!committed && !coordinator_.is_alive()) {
    Error error = std::move(committed).error();
    error.message += "; whether the batch was committed is not known, it is there whole or not at all: see `prova index samples`";
    return tl::unexpected<Error>(std::move(error));
  }
  return committed;
}

/// Says before the first row is written what is garbage if we do not come to an end.
Status IndexWriter::announce(std::int32_t run) {
  if (!aside_) return {};
  PROVA_TRY(locked, coordinator_.run(fmt::format("SELECT pg_advisory_xact_lock({}, {})", kRunLock, run)));
  for (const std::int64_t what : {kIndexRows, kBlockRows}) {
    PROVA_TRY(list_garbage(*aside_, compartment_, run, what, row_address(run, 0), row_address(run, kLastNumber)));
  }
  announced_.push_back(run);
  return {};
}

Status IndexWriter::insert_rows(StoredTable table, std::int32_t run, std::uint32_t first_number, std::span<const std::string> rows) {
  std::vector<RowBuffer> buffers;
  buffers.emplace_back(coordinator_, table, compartment_);
  // Where no partition lies nothing is buffered.
  for (const auto& shard : shards_) buffers.emplace_back(shard ? *shard : coordinator_, table, compartment_);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int64_t address = row_address(run, first_number + static_cast<std::uint32_t>(i));
    const std::int16_t part = partition_of(table, address, placement_.partitions());
    const auto shard = placement_.shard_of[static_cast<std::size_t>(part)];
    PROVA_TRY(buffers[shard ? *shard + 1 : 0].add(part, address, rows[i]));
  }
  for (RowBuffer& buffer : buffers) PROVA_TRY(buffer.flush());
  return {};
}

Result<std::int32_t> IndexWriter::begin_run() {
  PROVA_TRY(taken, coordinator_.run("SELECT nextval('prova.next_run')"));
  const auto run = static_cast<std::int32_t>(taken.number(0, 0));
  PROVA_TRY(announce(run));
  return run;
}

Status IndexWriter::publish_run(std::int32_t run, const RunSummary& summary) {
  SqlParameters parameters;
  parameters.add(run).add_small(compartment_).add(static_cast<std::int64_t>(summary.functions));
  parameters.add(static_cast<std::int64_t>(summary.postings)).add_small(static_cast<std::int16_t>(summary.bits));
  parameters.add(static_cast<std::int64_t>(summary.long_lists)).add(static_cast<std::int64_t>(summary.bytes));
  PROVA_TRY(done, coordinator_.run("INSERT INTO prova.runs VALUES ($1, $2, $3, $4, $5, $6, $7)", parameters));
  return {};
}

Result<std::vector<std::int64_t>> IndexWriter::take_ids(std::int16_t compartment, std::uint64_t samples) {
  if (samples > kMaxSamplesPerBatch) return fail(ErrorCode::kLimit, fmt::format("{} samples in one batch, at most {} accepted", samples, kMaxSamplesPerBatch));
  SqlParameters parameters;
  parameters.add_small(compartment).add(static_cast<std::int64_t>(samples));
  PROVA_TRY(rows, coordinator_.run("SELECT prova.take_ids($1, $2)", parameters));
  std::vector<std::int64_t> ids;
  for (std::size_t i = 0; i < rows.size(); ++i) ids.push_back(rows.number(i, 0));
  return ids;
}

Status IndexWriter::insert_samples(std::span<const StoredSample* const> samples, std::span<const std::int64_t> ids, std::int32_t run,
                                   const RunRows& rows) {
  std::array<std::vector<std::int64_t>, 11> numbers;  // In the order of the columns below.
  std::vector<std::string> owned;
  std::array<std::vector<std::string_view>, 8> texts;
  owned.reserve(samples.size());
  for (std::size_t i = 0; i < samples.size(); ++i) {
    const SampleRecord& r = samples[i]->record;
    const std::array<std::int64_t, 11> row = {
        ids[i], rows.first_functions[i], static_cast<std::int64_t>(samples[i]->functions.size()), row_address(run, static_cast<std::uint32_t>(i)),
        static_cast<std::int64_t>(rows.blocks[i].size()), static_cast<std::int64_t>(r.role), static_cast<std::int64_t>(r.format),
        static_cast<std::int64_t>(r.arch), r.bits, static_cast<std::int64_t>(r.size), static_cast<std::int64_t>(r.code_bytes)};
    for (std::size_t c = 0; c < row.size(); ++c) numbers[c].push_back(row[c]);
    owned.push_back(pack_toolmarks(r));
    const std::array<std::string_view, 8> text = {{{reinterpret_cast<const char*>(r.sha256.bytes.data()), r.sha256.bytes.size()},
                                                   r.member, r.name, r.family, r.actor, r.version, r.first_seen, owned.back()}};
    for (std::size_t c = 0; c < text.size(); ++c) texts[c].push_back(text[c]);
  }
  SqlParameters parameters;
  parameters.add_small(compartment_).add(run);
  for (const auto& column : numbers) parameters.add_all(column);
  for (const auto& column : texts) parameters.add_all_bytes(column);
  PROVA_TRY(done, coordinator_.run(
      "INSERT INTO prova.samples (compartment, run, id, first_function, functions, block, block_bytes, role, format, arch, bits, size, "
      "code_bytes, sha256, member, name, family, actor, version, first_seen, toolmarks) SELECT $1, $2, * FROM "
      "unnest($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21)", parameters));
  return {};
}

Status IndexWriter::add(std::span<const StoredSample> batch) {
  PROVA_TRY(check_batch(batch));
  if (batch.empty()) return {};
  // Only the last of several samples with one identity is kept; all take an id.
  std::map<std::pair<Sha256, std::string_view>, std::size_t> last;
  for (std::size_t i = 0; i < batch.size(); ++i) last[{batch[i].record.sha256, batch[i].record.member}] = i;
  std::vector<const StoredSample*> kept;
  std::vector<std::string> digests;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (last[{batch[i].record.sha256, batch[i].record.member}] != i) continue;
    kept.push_back(&batch[i]);
    digests.push_back(identity_digest({batch[i].record.sha256, batch[i].record.member}));
  }
  PROVA_TRY(rows, build_run(kept));
  PROVA_TRY(run, begin_run());
  PROVA_TRY(insert_rows(StoredTable::kPostings, run, 0, rows.postings));
  PROVA_TRY(insert_rows(StoredTable::kLongPostings, run, 0, rows.long_postings));
  PROVA_TRY(insert_rows(StoredTable::kPrints, run, 0, rows.prints));
  PROVA_TRY(insert_rows(StoredTable::kBlocks, run, 0, rows.blocks));
  PROVA_TRY(all_ids, take_ids(compartment_, batch.size()));
  std::vector<std::int64_t> ids;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (last[{batch[i].record.sha256, batch[i].record.member}] == i) ids.push_back(all_ids[i]);
  }
  PROVA_TRY(replaced, delete_samples(compartment_, std::vector<std::string_view>(digests.begin(), digests.end())));
  static_cast<void>(replaced);
  PROVA_TRY(publish_run(run, {rows.prints.size(), rows.features, rows.long_postings.size(), rows.bytes(), rows.bits}));
  return insert_samples(kept, ids, run, rows);
}

Result<std::uint64_t> IndexWriter::delete_samples(std::int16_t compartment, std::span<const std::string_view> digests) {
  PROVA_TRY(gone, coordinator_.run("DELETE FROM prova.samples WHERE sha256(sha256 || member) = ANY ($1) AND compartment = $2 "
                                   "RETURNING run, block", SqlParameters().add_all_bytes(digests).add_small(compartment)));
  std::set<std::int64_t> runs;
  for (std::size_t i = 0; i < gone.size(); ++i) {
    runs.insert(gone.number(i, 0));
    const std::int64_t block = gone.number(i, 1);
    PROVA_TRY(list_garbage(coordinator_, compartment, run_of(block), kBlockRows, block, block));
  }
  PROVA_TRY(drop_empty_runs(std::vector<std::int64_t>(runs.begin(), runs.end())));
  return gone.size();
}

Status IndexWriter::drop_empty_runs(std::span<const std::int64_t> runs) {
  if (runs.empty()) return {};
  PROVA_TRY(empty, coordinator_.run("DELETE FROM prova.runs WHERE id = ANY ($1) AND NOT EXISTS (SELECT 1 FROM prova.samples WHERE run = runs.id) "
                                    "RETURNING id, compartment", SqlParameters().add_all(runs)));
  for (std::size_t i = 0; i < empty.size(); ++i) {
    const auto run = static_cast<std::int32_t>(empty.number(i, 0));
    PROVA_TRY(list_garbage(coordinator_, static_cast<std::int16_t>(empty.number(i, 1)), run, kIndexRows, row_address(run, 0), row_address(run, kLastNumber)));
  }
  return {};
}

Result<std::uint64_t> IndexWriter::remove(std::span<const SampleIdentity> identities) {
  std::vector<std::string> digests;
  for (const SampleIdentity& identity : identities) digests.push_back(identity_digest(identity));
  const std::vector<std::string_view> views(digests.begin(), digests.end());
  PROVA_TRY(compartments, coordinator_.run("SELECT DISTINCT compartment FROM prova.samples WHERE sha256(sha256 || member) = ANY ($1) "
                                           "AND compartment = ANY (prova.writable()) ORDER BY compartment", SqlParameters().add_all_bytes(views)));
  std::uint64_t removed = 0;
  for (std::size_t i = 0; i < compartments.size(); ++i) {
    const auto compartment = static_cast<std::int16_t>(compartments.number(i, 0));
    PROVA_TRY(ids, take_ids(compartment, 0));  // First, as in `add`: two writers never wait for each other.
    PROVA_TRY(here, delete_samples(compartment, views));
    removed += here;
  }
  return removed;
}

namespace {

/// Deletes the rows of one entry on every server. The entry goes last, so that an interruption leaves it listed.
Status sweep_one(PostgresConnection& coordinator, const Placement& placement, const std::vector<PostgresConnection*>& servers,
                 std::int64_t id, std::int64_t what, std::int64_t first, std::int64_t last) {
  for (std::size_t s = 0; s < servers.size(); ++s) {
    std::string parts;
    for (std::size_t part = 0; part < placement.shard_of.size(); ++part) {
      const auto shard = placement.shard_of[part];
      if ((shard ? *shard + 1 : 0) == s) parts += fmt::format("{}{}", parts.empty() ? "" : ", ", part);
    }
    if (parts.empty()) continue;
    for (const StoredTable table : {StoredTable::kPostings, StoredTable::kLongPostings, StoredTable::kPrints, StoredTable::kBlocks}) {
      if ((table == StoredTable::kBlocks) != (what == kBlockRows)) continue;
      PROVA_TRY(done, servers[s]->run(fmt::format("DELETE FROM prova.{} WHERE part IN ({}) AND address BETWEEN $1 AND $2", name_of(table), parts),
                                      SqlParameters().add(first).add(last)));
    }
  }
  PROVA_TRY(done, coordinator.run("DELETE FROM prova.garbage WHERE id = $1", SqlParameters().add(id)));
  return {};
}

}  // namespace

Status sweep_garbage(PostgresConnection& coordinator) {
  PROVA_TRY(listed, coordinator.run("SELECT id, run, what, first, last FROM prova.garbage WHERE compartment = ANY (prova.writable()) ORDER BY id"));
  std::vector<std::unique_ptr<PostgresConnection>> shards;
  std::optional<Placement> placement;
  for (std::size_t i = 0; i < listed.size(); ++i) {
    PROVA_TRY(transaction, SqlTransaction::start(coordinator));
    PROVA_TRY(stays, try_share_placement(coordinator));
    if (!stays) return {};
    PROVA_TRY(free, coordinator.run(fmt::format("SELECT pg_try_advisory_xact_lock({}, {})", kRunLock, listed.number(i, 1))));
    if (free.number(0, 0) == 0) continue;  // Its writer is at work.
    // Its writer may have come to its end between the two statements.
    PROVA_TRY(still, coordinator.run("SELECT (SELECT moves FROM prova.store) FROM prova.garbage WHERE id = $1", SqlParameters().add(listed.number(i, 0))));
    if (still.size() == 0) continue;
    if (!placement || placement->moves != still.number(0, 0)) {
      PROVA_TRY(now, read_placement(coordinator));
      PROVA_TRY(connections, connect_shards(coordinator, now));
      placement = std::move(now);
      shards = std::move(connections);
    }
    std::vector<PostgresConnection*> servers = {&coordinator};
    for (const auto& shard : shards) servers.push_back(shard.get());
    PROVA_TRY(sweep_one(coordinator, *placement, servers, listed.number(i, 0), listed.number(i, 2), listed.number(i, 3), listed.number(i, 4)));
    PROVA_TRY(transaction.commit());
  }
  return {};
}

}  // namespace prova
