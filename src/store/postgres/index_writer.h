#pragma once
// One transaction that changes an index in PostgreSQL, over the coordinator and all shards.

#include <memory>
#include <span>
#include <string>
#include <vector>

#include "store/check_batch.h"
#include "store/postgres/addresses.h"
#include "store/postgres/build_run.h"
#include "store/postgres/directory.h"
#include "store/postgres/placement_lock.h"

namespace prova {

/// Adds and removes samples of one compartment. Rows go straight to the servers that keep them; what makes them visible is one
/// transaction on the coordinator, committed last. Without shards that is the only transaction. With shards, rows of a run that
/// was never published are listed as garbage before the first is written, and swept by whoever comes next.
/// On destruction without `commit` everything is rolled back.
class IndexWriter {
 public:
  /// `coordinator` must outlive the writer and is in a transaction until `commit` or the end, in which partitions stay where they are. When it
  /// is in one already, the caller commits or rolls back with this writer. Errors: those of connecting to a shard; of share_placement.
  [[nodiscard]] static Result<std::unique_ptr<IndexWriter>> start(PostgresConnection& coordinator, const std::string& coordinator_url,
                                                                  std::int16_t compartment);
  ~IndexWriter();
  IndexWriter(const IndexWriter&) = delete;
  IndexWriter& operator=(const IndexWriter&) = delete;

  /// As FingerprintStore::add, but for the commit. Holds other writers of the compartment up from the moment when rows are written.
  [[nodiscard]] Status add(std::span<const StoredSample> batch);
  /// As FingerprintStore::remove, but for the commit; from all compartments that the role may write to.
  [[nodiscard]] Result<std::uint64_t> remove(std::span<const SampleIdentity> identities);
  /// Numbers a new run. It is not visible before `publish_run`.
  [[nodiscard]] Result<std::int32_t> begin_run();
  /// Writes rows numbered from `first_number` on to the servers that keep them.
  [[nodiscard]] Status insert_rows(StoredTable table, std::int32_t run, std::uint32_t first_number, std::span<const std::string> rows);
  /// What the catalogue says about a run.
  struct RunSummary {
    std::uint64_t functions = 0, postings = 0, long_lists = 0, bytes = 0;
    unsigned bits = 0;
  };
  [[nodiscard]] Status publish_run(std::int32_t run, const RunSummary& summary);
  /// Makes the rows of runs that hold no sample any more garbage, and the runs invisible.
  [[nodiscard]] Status drop_empty_runs(std::span<const std::int64_t> runs);
  /// Readers of the compartment have something new to see; `samples` ids for new samples.
  [[nodiscard]] Result<std::vector<std::int64_t>> take_ids(std::int16_t compartment, std::uint64_t samples);
  /// Commits the shards one after the other, then the coordinator.
  [[nodiscard]] Status commit();
  [[nodiscard]] PostgresConnection& coordinator() const { return coordinator_; }
  [[nodiscard]] const Placement& placement() const { return placement_; }

 private:
  IndexWriter(PostgresConnection& coordinator, std::int16_t compartment) : coordinator_(coordinator), compartment_(compartment) {}
  [[nodiscard]] Status connect(const std::string& coordinator_url);
  [[nodiscard]] Status announce(std::int32_t run);
  [[nodiscard]] Status insert_samples(std::span<const StoredSample* const> samples, std::span<const std::int64_t> ids, std::int32_t run,
                                      const RunRows& rows);
  /// By identity_digest. REQUIRES: take_ids was called.
  [[nodiscard]] Result<std::uint64_t> delete_samples(std::int16_t compartment, std::span<const std::string_view> digests);

  PostgresConnection& coordinator_;
  std::int16_t compartment_;
  Placement placement_;
  std::vector<std::unique_ptr<PostgresConnection>> shards_;  ///< As in placement_; each in a transaction; none where no partition lies.
  std::unique_ptr<PostgresConnection> aside_;                ///< Writes down what is garbage unless we commit; with shards only.
  std::vector<std::int32_t> announced_;
};

/// Deletes rows that are garbage, in the compartments that the role may write to, unless their writer is still at work. Also what
/// writers left that were killed. Leaves it to the next one while a partition changes its place. Errors: those of the connections; what
/// could not be deleted stays listed.
[[nodiscard]] Status sweep_garbage(PostgresConnection& coordinator);

}  // namespace prova
