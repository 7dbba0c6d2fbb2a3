#include "store/postgres/postgres_store.h"

#include <fmt/format.h>

#include <algorithm>

#include "store/postgres/fetch_rows.h"
#include "store/postgres/find_candidates.h"
#include "store/postgres/merge_runs.h"
#include "store/postgres/sample_rows.h"
#include "store/postgres/verify_rows.h"
#include "store/segments/merge_policy.h"

namespace prova {
namespace {

/// Each time rows are missing, a merge was committed and swept since the directory was read; losing that race ten times in a row does
/// not happen.
constexpr int kReadAttempts = 10;

tl::unexpected<Error> at_server(const PostgresConnection& connection, ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::nullopt, connection.server()});
}

/// The compartment that the session writes to: the setting prova.compartment, else `shared`.
Result<std::int16_t> writing_compartment(PostgresConnection& connection) {
  PROVA_TRY(rows, connection.run("SELECT c.wanted, k.id, k.id = ANY (prova.writable()), session_user::text FROM (SELECT coalesce(nullif("
                                 "current_setting('prova.compartment', true), ''), 'shared') AS wanted) AS c "
                                 "LEFT JOIN prova.compartments k ON k.name = c.wanted"));
  const std::string wanted(rows.bytes(0, 0)), role(rows.bytes(0, 3));
  if (rows.is_null(0, 1)) return at_server(connection, ErrorCode::kUsage, fmt::format("role {} sees no compartment {}; who may is set with `prova index grant`", role, wanted));
  if (rows.number(0, 2) == 0) return at_server(connection, ErrorCode::kUsage, fmt::format("role {} may not write to the compartment {}; who may is set with `prova index grant`", role, wanted));
  return static_cast<std::int16_t>(rows.number(0, 1));
}

/// Reads a block and the prints of its functions.
Result<StoredSample> read_sample(PostgresConnection& connection, const Placement& placement, const Directory& directory, const DirectorySample& place) {
  const std::array<std::int64_t, 1> block_address = {place.block};
  PROVA_TRY(block, fetch_rows(connection, placement, StoredTable::kBlocks, block_address));
  auto sample = unpack_block(block.packed(0), place.functions);
  if (!sample) return at_server(connection, ErrorCode::kStore, fmt::format("sample {}: {}", place.id, sample.error().message));
  std::vector<std::int64_t> addresses;
  for (std::uint32_t i = 0; i < place.functions; ++i) addresses.push_back(row_address(directory.runs[place.run].id, place.first_function + i));
  PROVA_TRY(prints, fetch_rows(connection, placement, StoredTable::kPrints, addresses));
  UnpackedPrint print;
  for (std::uint32_t i = 0; i < place.functions; ++i) {
    if (!unpack_print(prints.packed(i), print)) {
      return at_server(connection, ErrorCode::kStore, fmt::format("sample {}: the print of function {} is damaged", place.id, i));
    }
    Fingerprint& fingerprint = sample->functions[i].fingerprint;
    fingerprint.exact = print.exact;
    for (std::size_t k = 0; k < print.keys.size(); ++k) {
      if ((print.lists[k] & 1) != 0) fingerprint.own.push_back(print.keys[k]);
      if ((print.lists[k] & 2) != 0) fingerprint.with_callees.push_back(print.keys[k]);
    }
  }
  return sample;
}

}  // namespace

Result<std::unique_ptr<PostgresStore>> PostgresStore::open(const std::string& url, OpenMode mode) {
  PROVA_TRY(connection, PostgresConnection::open(url));
  PROVA_TRY(placement, read_placement(*connection));
  std::optional<std::int16_t> compartment;
  if (mode == OpenMode::kWrite) {
    PROVA_TRY(writing, writing_compartment(*connection));
    compartment = writing;
    // What a killed writer left. That a shard is down is said when it is needed.
    static_cast<void>(sweep_garbage(*connection));
  }
  return std::unique_ptr<PostgresStore>(new PostgresStore(url, std::move(placement), compartment));
}

Status PostgresStore::require_writer() const {
  if (compartment_) return {};
  return fail(ErrorCode::kUsage, "the index was opened for reading");
}

Result<PostgresStore::State> PostgresStore::state(PostgresConnection& connection) const {
  PROVA_TRY(generations, read_generations(connection));
  State now;
  {
    const std::lock_guard guard(mutex_);
    now = last_;
  }
  if (!now.directory || now.directory->generations != generations.compartments) {
    PROVA_TRY(fresh, read_directory(connection));
    now.directory = std::move(fresh);
  }
  if (now.placement->moves != generations.moves) {
    PROVA_TRY(fresh, read_placement(connection));
    now.placement = std::make_shared<const Placement>(std::move(fresh));
  }
  const std::lock_guard guard(mutex_);
  return last_ = std::move(now);
}

template <typename Read>
auto PostgresStore::with_state(const Read& read) const -> decltype(read(std::declval<PostgresConnection&>(), std::declval<const State&>())) {
  PROVA_TRY(connection, pool_.lease());
  for (int attempt = 1;; ++attempt) {
    PROVA_TRY(now, state(*connection));
    auto result = read(*connection, now);
    if (result || result.error().code != ErrorCode::kNotFound) return result;
    PROVA_TRY(generations, read_generations(*connection));
    if (generations.compartments == now.directory->generations || attempt == kReadAttempts) {
      Error error = std::move(result).error();
      error.code = ErrorCode::kStore;
      return tl::unexpected<Error>(std::move(error));
    }
  }
}

Result<std::vector<std::vector<Candidate>>> PostgresStore::candidates(std::span<const Probe> probes, std::size_t limit) const {
  return with_state([&](PostgresConnection& connection, const State& now) {
    return find_in_postgres(connection, *now.placement, *now.directory, probes, limit);
  });
}

Result<StoredSample> PostgresStore::sample(SampleId id) const {
  State known;
  {
    const std::lock_guard guard(mutex_);
    known = last_;
  }
  // A sample that was there a moment ago is most probably still there: asking costs a round trip, and ids are never reused.
  if (const DirectorySample* place = known.directory ? known.directory->find(id) : nullptr; place != nullptr) {
    PROVA_TRY(connection, pool_.lease());
    auto sample = read_sample(*connection, *known.placement, *known.directory, *place);
    if (sample || sample.error().code != ErrorCode::kNotFound) return sample;
  }
  bool exists = true;
  auto sample = with_state([&](PostgresConnection& connection, const State& now) -> Result<StoredSample> {
    const DirectorySample* place = now.directory->find(id);
    exists = place != nullptr;
    if (!exists) return fail(ErrorCode::kNotFound, fmt::format("no sample has the id {}", raw(id)));
    return read_sample(connection, *now.placement, *now.directory, *place);
  });
  if (!sample && !exists) return fail(ErrorCode::kNotFound, fmt::format("no sample has the id {}", raw(id)));
  return sample;
}

Result<PostgresStore::Records> PostgresStore::samples() const {
  PROVA_TRY(connection, pool_.lease());
  return read_records(*connection);
}

Result<std::shared_ptr<const PostgresStore::Records>> PostgresStore::records() const {
  PROVA_TRY(connection, pool_.lease());
  // Read first: records that are newer than their number are read once more than needed, never too seldom.
  PROVA_TRY(generations, read_generations(*connection));
  {
    const std::lock_guard guard(mutex_);
    if (records_ && records_generations_ == generations.compartments) return records_;
  }
  PROVA_TRY(fresh, read_records(*connection));
  const std::lock_guard guard(mutex_);
  records_ = std::make_shared<const Records>(std::move(fresh));
  records_generations_ = std::move(generations.compartments);
  return records_;
}

Result<StoreInfo> PostgresStore::info() const {
  PROVA_TRY(connection, pool_.lease());
  PROVA_TRY(samples, connection->run("SELECT count(*), coalesce(sum(functions), 0)::bigint, count(DISTINCT family) FROM prova.samples"));
  PROVA_TRY(runs, connection->run("SELECT count(*) FROM prova.runs"));
  StoreInfo info;
  info.location = pool_.url();
  info.samples = static_cast<std::uint64_t>(samples.number(0, 0));
  info.functions = static_cast<std::uint64_t>(samples.number(0, 1));
  info.families = static_cast<std::uint64_t>(samples.number(0, 2));
  info.segments = static_cast<std::uint64_t>(runs.number(0, 0));
  // How much there is on the disks tells how much others have.
  PROVA_TRY(allowed, connection->run("SELECT has_table_privilege('prova.disk_size', 'SELECT')"));
  if (allowed.number(0, 0) == 0) return info;
  PROVA_TRY(now, state(*connection));
  std::string sizes = "SELECT bytes FROM prova.disk_size";
  for (const Placement::Shard& shard : now.placement->shards) sizes += fmt::format(" UNION ALL SELECT bytes FROM prova.disk_size_{}", shard.id);
  PROVA_TRY(bytes, connection->run(fmt::format("SELECT sum(bytes)::bigint FROM ({}) AS sizes", sizes)));
  info.bytes_on_disk = static_cast<std::uint64_t>(bytes.number(0, 0));
  return info;
}

Result<VerifyReport> PostgresStore::verify() const {
  PROVA_TRY(connection, pool_.lease());
  for (int attempt = 1;; ++attempt) {
    PROVA_TRY(now, state(*connection));
    PROVA_TRY(records, read_records(*connection));
    PROVA_TRY(report, verify_rows(*connection, *now.placement, *now.directory, records));
    PROVA_TRY(generations, read_generations(*connection));
    // What changed while it was read need not be damage.
    if (report.problems.empty() || generations.compartments == now.directory->generations || attempt == kReadAttempts) return report;
  }
}

Status PostgresStore::note_match(const Sha256& digest) const {
  PROVA_TRY(connection, pool_.lease());
  PROVA_TRY(noted, connection->run("SELECT prova.note_match($1)", SqlParameters().add_bytes(
      {reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size()})));
  return {};
}

Status PostgresStore::add(std::span<const StoredSample> batch) {
  PROVA_TRY(require_writer());
  if (batch.empty()) return {};
  PROVA_TRY(connection, pool_.lease());
  return add_within(*connection, batch);
}

Status PostgresStore::add_all(const BatchSource& source) {
  PROVA_TRY(require_writer());
  {
    PROVA_TRY(connection, pool_.lease());
    std::unique_ptr<IndexWriter> writer;  // Not before there is something to write: an empty source needs no shard.
    for (;;) {
      PROVA_TRY(batch, source());
      if (batch.empty()) break;
      if (!writer) {
        PROVA_TRY(started, IndexWriter::start(*connection, pool_.url(), *compartment_));
        writer = std::move(started);
      }
      PROVA_TRY(writer->add(batch));
    }
    if (!writer) return {};
    PROVA_TRY(writer->commit());
  }
  look_after();
  return {};
}

Status PostgresStore::add_within(PostgresConnection& connection, std::span<const StoredSample> batch) {
  PROVA_TRY(require_writer());
  PROVA_TRY(writer, IndexWriter::start(connection, pool_.url(), *compartment_));
  PROVA_TRY(writer->add(batch));
  PROVA_TRY(writer->commit());
  look_after();
  return {};
}

Result<std::uint64_t> PostgresStore::remove(std::span<const SampleIdentity> identities) {
  PROVA_TRY(require_writer());
  std::uint64_t removed = 0;
  {
    PROVA_TRY(connection, pool_.lease());
    PROVA_TRY(writer, IndexWriter::start(*connection, pool_.url(), *compartment_));
    PROVA_TRY(count, writer->remove(identities));
    PROVA_TRY(writer->commit());
    removed = count;
  }
  if (removed > 0) look_after();
  return removed;
}

void PostgresStore::look_after() const {
  auto connection = pool_.lease();
  if (!connection) return;
  for (bool merged = true; merged;) merged = merge_once(**connection).value_or(false);
  static_cast<void>(sweep_garbage(**connection));
}

/// True when something was merged, so that there may be more to do.
Result<bool> PostgresStore::merge_once(PostgresConnection& connection) const {
  std::vector<std::uint32_t> runs;
  const auto wanted = [&](const Directory& now) {
    runs = runs_in_order(now, *compartment_);
    std::vector<SegmentSize> sizes;
    for (const std::uint32_t run : runs) sizes.push_back({now.runs[run].functions, now.runs[run].dead});
    return next_merge(sizes);
  };
  PROVA_TRY(before, state(connection));
  if (!wanted(*before.directory)) return false;
  PROVA_TRY(reader, pool_.lease());
  PROVA_TRY(writer, IndexWriter::start(connection, pool_.url(), *compartment_));
  PROVA_TRY(free, connection.run(fmt::format("SELECT pg_try_advisory_xact_lock({}, {})", kMergeLock, *compartment_)));
  if (free.number(0, 0) == 0) return false;  // Another writer is merging.
  PROVA_TRY(now, state(*reader));
  const auto range = wanted(*now.directory);
  if (!range) return false;
  PROVA_TRY(merge_runs(*writer, *reader, *now.directory, std::span(runs).subspan(range->first, range->last - range->first)));
  PROVA_TRY(writer->commit());
  return true;
}

}  // namespace prova
