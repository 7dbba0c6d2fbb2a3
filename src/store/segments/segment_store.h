#pragma once
// The embedded store: a directory of immutable segments and a SQLite catalogue that says which of them count.

#include <filesystem>
#include <mutex>
#include <optional>

#include "kinship/fingerprint_store.h"
#include "store/open.h"
#include "store/segments/catalogue.h"
#include "store/segments/snapshot.h"
#include "store/segments/write_lock.h"

namespace prova {

/// A batch becomes one segment, written and synced before one transaction of the catalogue makes it visible; small
/// segments are merged the same way afterwards. A crash leaves files that no catalogue names: readers do not see
/// them, the next writer deletes them.
/// Readers work on a snapshot and never wait for a writer; segments that were merged away stay mapped as long as
/// somebody reads them.
class SegmentStore final : public FingerprintStore {
 public:
  /// Errors: see open_store.
  [[nodiscard]] static Result<std::unique_ptr<FingerprintStore>> open(const std::filesystem::path& directory, OpenMode mode);

  /// Also kUsage: opened for reading. A merge that fails (a full disk, for example) is left to the next writer: the
  /// batch is in.
  [[nodiscard]] Status add(std::span<const StoredSample> batch) override;
  [[nodiscard]] Status add_all(const BatchSource& source) override;
  [[nodiscard]] Result<std::uint64_t> remove(std::span<const std::pair<Sha256, std::string>> identities) override;
  [[nodiscard]] Result<std::vector<std::vector<Candidate>>> candidates(std::span<const Probe> probes,
                                                                       std::size_t limit) const override;
  [[nodiscard]] Result<StoredSample> sample(SampleId id) const override;
  [[nodiscard]] Result<std::vector<std::pair<SampleId, SampleRecord>>> samples() const override;
  [[nodiscard]] Result<std::shared_ptr<const std::vector<std::pair<SampleId, SampleRecord>>>> records() const override;
  [[nodiscard]] Result<StoreInfo> info() const override;
  [[nodiscard]] Result<VerifyReport> verify() const override;

 private:
  SegmentStore(std::filesystem::path directory, std::optional<WriteLock> lock, Catalogue catalogue)
      : directory_(std::move(directory)), lock_(std::move(lock)), catalogue_(std::move(catalogue)) {}

  /// The newest state. Opens only segments that the last snapshot did not have.
  [[nodiscard]] Result<std::shared_ptr<const Snapshot>> snapshot() const;
  /// Requires mutex_. kNotFound when a segment's file is gone: merged away meanwhile, or lost.
  [[nodiscard]] Result<std::shared_ptr<const Snapshot>> take_snapshot() const;
  [[nodiscard]] Result<SnapshotSegment> open_segment(const CatalogueSegment& row) const;
  /// What `verify` looks at: one state of the catalogue, with those of its segments that can be opened.
  struct Opened {
    std::vector<std::pair<SampleId, SampleRecord>> records;
    std::vector<SnapshotSegment> segments;
    std::vector<std::string> problems;
    std::uint64_t functions = 0;  ///< Live ones, by the catalogue.
  };
  [[nodiscard]] Result<Opened> open_all() const;
  [[nodiscard]] Status require_writer() const;
  /// Writes one more segment, which the catalogue does not know yet. `ids_used` counts the samples of those before.
  [[nodiscard]] Status write_segment(std::span<const StoredSample> batch, std::vector<NewSegment>& segments,
                                     std::uint64_t ids_used) const;
  /// Makes segments visible in one transaction, or, when `written` is an error, deletes them and returns it.
  [[nodiscard]] Status commit(std::span<const NewSegment> segments, std::uint64_t ids_used, Status written);
  /// Requires mutex_. Merges while the policy wants it.
  [[nodiscard]] Status merge_segments_now();
  [[nodiscard]] Status merge_range(const CatalogueState& state, const Snapshot& snapshot, std::size_t first, std::size_t last);
  /// Deletes segments that the catalogue does not name.
  void delete_leftovers() const;

  std::filesystem::path directory_;
  std::optional<WriteLock> lock_;
  mutable std::mutex mutex_;  ///< Guards what follows.
  Catalogue catalogue_;
  mutable std::shared_ptr<const Snapshot> last_;
  mutable std::shared_ptr<const std::vector<std::pair<SampleId, SampleRecord>>> records_;
  mutable std::uint64_t records_generation_ = 0;  ///< Of records_.
};

}  // namespace prova
