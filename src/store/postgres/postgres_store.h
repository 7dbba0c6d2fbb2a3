#pragma once
// The shared store: immutable runs of rows and a catalogue, in PostgreSQL, on one server or over shards.
// docs/formats/postgres.md describes every table and byte.

#include <mutex>

#include "store/open.h"
#include "store/postgres/connection_pool.h"
#include "store/postgres/directory.h"
#include "store/postgres/index_writer.h"

namespace prova {

class PostgresStore final : public FingerprintStore {
 public:
  /// Errors: those of PostgresConnection::open; kNotFound (the database holds no index); kStore (another version or fingerprint
  /// scheme); kUsage (kWrite: the role may not write to the compartment).
  [[nodiscard]] static Result<std::unique_ptr<PostgresStore>> open(const std::string& url, OpenMode mode);

  [[nodiscard]] Status add(std::span<const StoredSample> batch) override;
  [[nodiscard]] Status add_all(const BatchSource& source) override;
  [[nodiscard]] Result<std::uint64_t> remove(std::span<const SampleIdentity> identities) override;
  [[nodiscard]] Result<std::vector<std::vector<Candidate>>> candidates(std::span<const Probe> probes, std::size_t limit) const override;
  [[nodiscard]] Result<StoredSample> sample(SampleId id) const override;
  [[nodiscard]] Result<std::vector<std::pair<SampleId, SampleRecord>>> samples() const override;
  [[nodiscard]] Result<std::shared_ptr<const std::vector<std::pair<SampleId, SampleRecord>>>> records() const override;
  /// `bytes_on_disk` is what coordinator and shards hold, overhead and what waits to be deleted included; 0 unless the role may see all
  /// compartments (owner, prova_curator). Errors then: a shard that cannot be reached, too.
  [[nodiscard]] Result<StoreInfo> info() const override;
  [[nodiscard]] Result<VerifyReport> verify() const override;
  [[nodiscard]] Status note_match(const Sha256& digest) const override;

  /// As `add`, in the transaction that is open on `connection`, which this commits: for work whose own bookkeeping must be in or out with
  /// the samples.
  [[nodiscard]] Status add_within(PostgresConnection& connection, std::span<const StoredSample> batch);
  /// REQUIRES: opened for writing.
  [[nodiscard]] std::int16_t compartment() const { return *compartment_; }

 private:
  PostgresStore(std::string url, Placement placement, std::optional<std::int16_t> compartment)
      : pool_(std::move(url)), compartment_(compartment), last_{nullptr, std::make_shared<const Placement>(std::move(placement))} {}

  using Records = std::vector<std::pair<SampleId, SampleRecord>>;
  /// What readers see, and where it lies.
  struct State {
    std::shared_ptr<const Directory> directory;
    std::shared_ptr<const Placement> placement;
  };
  /// The newest state; read again only when something changed.
  [[nodiscard]] Result<State> state(PostgresConnection& connection) const;
  /// Calls read(connection, state) until it finds all the rows that it expects: rows of a run that was merged away meanwhile are
  /// looked for again in the run that took its place.
  template <typename Read>
  [[nodiscard]] auto with_state(const Read& read) const -> decltype(read(std::declval<PostgresConnection&>(), std::declval<const State&>()));
  [[nodiscard]] Status require_writer() const;
  /// After a commit: merges runs while the policy wants it, and sweeps. Nothing here can undo the commit; the next writer goes on.
  void look_after() const;
  [[nodiscard]] Result<bool> merge_once(PostgresConnection& connection) const;

  mutable ConnectionPool pool_;
  std::optional<std::int16_t> compartment_;  ///< Where a writer writes to.
  mutable std::mutex mutex_;                 ///< Guards what follows.
  mutable State last_;                       ///< `directory` is empty until it is needed.
  mutable std::shared_ptr<const Records> records_;
  mutable std::vector<std::int64_t> records_generations_;
};

}  // namespace prova
