#pragma once
// catalogue.sqlite: which segments and samples there are. What is not in it does not exist.

#include <filesystem>
#include <functional>
#include <map>
#include <span>
#include <vector>

#include "kinship/fingerprint_store.h"
#include "store/check_batch.h"
#include "store/segments/segment_writer.h"
#include "store/segments/sqlite.h"

namespace prova {

/// A row of `segments`, with its live samples.
struct CatalogueSegment {
  std::uint64_t id = 0;
  SegmentFile file;
  std::vector<std::pair<std::uint32_t, std::uint32_t>> live;  ///< (position, sample id), ascending.
  std::uint64_t tombstones = 0;
};

/// One consistent state of the catalogue.
struct CatalogueState {
  std::uint64_t generation = 0;
  std::vector<CatalogueSegment> segments;  ///< Ascending by their samples' ids.
};

/// A sample to record, at its place in a new segment.
struct NewSample {
  std::uint32_t id = 0;
  std::uint32_t position = 0;
  std::uint32_t functions = 0;
  SampleRecord record;
};

/// A segment to record, with its samples: not empty.
struct NewSegment {
  std::uint64_t id = 0;
  SegmentFile file;
  std::vector<NewSample> samples;  ///< Ascending by id and position.
};

/// What a store says of another fingerprint scheme, with the command that makes a new index.
[[nodiscard]] std::string other_scheme(std::uint64_t scheme);

/// "00000007.segment"
[[nodiscard]] std::string segment_file_name(std::uint64_t id);

/// Write-ahead log, so that readers are never blocked; synchronous=FULL, so that what was added stays after a power
/// cut. Every member is one transaction. Thread safety: one thread at a time.
class Catalogue {
 public:
  /// Opens an existing catalogue. Errors: kNotFound (none there); kStore (not a catalogue, of a newer version, or of
  /// another fingerprint scheme); kIo.
  [[nodiscard]] static Result<Catalogue> open(const std::filesystem::path& path, Database::Access access);
  /// Opens or makes one.
  [[nodiscard]] static Result<Catalogue> open_or_create(const std::filesystem::path& path);

  [[nodiscard]] Result<std::uint64_t> generation() const { return database_.number("SELECT generation FROM store"); }
  [[nodiscard]] Result<CatalogueState> read() const;
  [[nodiscard]] Result<std::vector<std::pair<SampleId, SampleRecord>>> samples() const;
  /// Counts samples, functions, families and segments and the segments' bytes.
  [[nodiscard]] Result<StoreInfo> count() const;
  /// What SQLite's integrity check and the catalogue's own cross-references find.
  [[nodiscard]] Result<std::vector<std::string>> problems() const;

  /// Ids for the next samples and segment. Errors: kLimit (no ids are left).
  [[nodiscard]] Result<std::uint32_t> next_sample(std::uint64_t count) const;
  [[nodiscard]] Result<std::uint64_t> next_segment() const;

  /// Records new segments and their samples, in this order; older samples with the same identities go, also those of
  /// segments before. `ids_used` counts ids that are spent, samples that were replaced within a batch included.
  [[nodiscard]] Status add(std::span<const NewSegment> segments, std::uint64_t ids_used);
  [[nodiscard]] Result<std::uint64_t> remove(std::span<const SampleIdentity> identities);
  /// Replaces segments by one that holds their live samples in the same order.
  [[nodiscard]] Status merge(std::span<const CatalogueSegment> merged, std::uint64_t segment, const SegmentFile& file);

 private:
  explicit Catalogue(Database database) : database_(std::move(database)) {}
  [[nodiscard]] Status migrate();
  [[nodiscard]] Status check_version() const;
  [[nodiscard]] Result<bool> bury(const SampleIdentity& identity) const;
  [[nodiscard]] Status insert_segment(std::uint64_t id, std::uint32_t first_sample, const SegmentFile& file) const;
  [[nodiscard]] Status insert_sample(std::uint64_t segment, const NewSample& sample) const;
  [[nodiscard]] Status drop_dead_segments() const;
  [[nodiscard]] Status finish(Transaction transaction) const;

  Database database_;
};

}  // namespace prova
