#include "store/segments/segment_store.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/file.h"
#include "store/segments/build_segment.h"
#include "store/segments/find_candidates.h"
#include "store/segments/merge_policy.h"
#include "store/segments/verify_segment.h"

namespace prova {
namespace {

constexpr std::string_view kCatalogueFile = "catalogue.sqlite";
constexpr std::string_view kLockFile = "lock";
constexpr std::string_view kSegmentSuffix = ".segment";
/// Each time a segment's file is gone, a merge was committed since the catalogue was read. Merges take longer than
/// reading the catalogue; losing this race ten times in a row does not happen.
constexpr int kSnapshotAttempts = 10;

tl::unexpected<Error> io_error(std::string_view doing, const std::filesystem::path& path, const std::error_code& reason) {
  return tl::unexpected<Error>(
      Error{ErrorCode::kIo, fmt::format("cannot {}: {}", doing, reason.message()), std::nullopt, path.string()});
}

bool is_ours(std::string_view name) {
  return name == kLockFile || name.starts_with(kCatalogueFile) || name.ends_with(kSegmentSuffix) ||
         name.ends_with(kTemporarySuffix);
}

/// Makes the directory, or sees to it that an existing one holds nothing but an index.
Status prepare_directory(const std::filesystem::path& directory) {
  std::error_code reason;
  if (std::filesystem::create_directories(directory, reason)) {
    return sync_directory(directory.has_parent_path() ? directory.parent_path() : ".");
  }
  if (reason) return io_error("make the directory", directory, reason);
  std::error_code ignored;
  if (std::filesystem::exists(directory / kCatalogueFile, ignored)) return {};
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    if (!is_ours(entry.path().filename().string())) {
      return fail(ErrorCode::kUsage, fmt::format("{} holds other files and no index; give a new directory", directory.string()));
    }
  }
  return {};
}

/// Only the last of several samples with one identity is kept; all take an id. Fills `kept` with the samples meant.
std::vector<NewSample> number_samples(std::span<const StoredSample> batch, std::uint32_t next_id,
                                      std::vector<const StoredSample*>& kept) {
  std::map<std::pair<Sha256, std::string_view>, std::size_t> last;
  for (std::size_t i = 0; i < batch.size(); ++i) last[{batch[i].record.sha256, batch[i].record.member}] = i;
  std::vector<NewSample> samples;
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (last[{batch[i].record.sha256, batch[i].record.member}] != i) continue;
    samples.push_back({static_cast<std::uint32_t>(next_id + i), static_cast<std::uint32_t>(samples.size()),
                       static_cast<std::uint32_t>(batch[i].functions.size()), batch[i].record});
    kept.push_back(&batch[i]);
  }
  return samples;
}

/// The record in a sample's block is the one in the catalogue.
void compare_records(const SnapshotSegment& part, const std::map<std::uint32_t, const SampleRecord*>& records,
                     std::vector<std::string>& problems) {
  for (std::uint32_t position = 0; position < part.sample_ids.size(); ++position) {
    const std::uint32_t id = part.sample_ids[position];
    if (id == SnapshotSegment::kRemoved) continue;
    const auto sample = part.segment->read_sample_block(position);
    const auto record = records.find(id);
    if (!sample || record == records.end() || !(sample->record == *record->second)) {
      problems.push_back(fmt::format("{}: sample {} differs from its record in the catalogue", part.segment->file().name(), id));
    }
  }
}

}  // namespace

Result<std::unique_ptr<FingerprintStore>> SegmentStore::open(const std::filesystem::path& directory, OpenMode mode) {
  if (mode == OpenMode::kRead) {
    PROVA_TRY(catalogue, Catalogue::open(directory / kCatalogueFile, Database::Access::kRead));
    return std::unique_ptr<FingerprintStore>(new SegmentStore(directory, std::nullopt, std::move(catalogue)));
  }
  PROVA_TRY(prepare_directory(directory));
  PROVA_TRY(lock, WriteLock::acquire(directory / kLockFile));
  PROVA_TRY(catalogue, Catalogue::open_or_create(directory / kCatalogueFile));
  std::unique_ptr<SegmentStore> store(new SegmentStore(directory, std::move(lock), std::move(catalogue)));
  store->delete_leftovers();
  return std::unique_ptr<FingerprintStore>(std::move(store));
}

Status SegmentStore::require_writer() const {
  if (lock_) return {};
  return fail(ErrorCode::kUsage, "the index was opened for reading");
}

Result<std::shared_ptr<const Snapshot>> SegmentStore::snapshot() const {
  const std::lock_guard guard(mutex_);
  return take_snapshot();
}

Result<std::shared_ptr<const Snapshot>> SegmentStore::take_snapshot() const {
  for (int attempt = 1;; ++attempt) {
    PROVA_TRY(generation, catalogue_.generation());
    if (last_ && last_->generation == generation) return last_;
    PROVA_TRY(state, catalogue_.read());
    auto fresh = std::make_shared<Snapshot>();
    fresh->generation = state.generation;
    std::optional<Error> error;
    for (const CatalogueSegment& row : state.segments) {
      auto segment = open_segment(row);
      if (!segment) {
        error = std::move(segment).error();
        break;
      }
      fresh->segments.push_back(std::move(*segment));
    }
    if (!error) return last_ = std::move(fresh);
    PROVA_TRY(now, catalogue_.generation());
    if (now == state.generation || attempt == kSnapshotAttempts) return tl::unexpected<Error>(std::move(*error));
  }
}

Result<SnapshotSegment> SegmentStore::open_segment(const CatalogueSegment& row) const {
  SnapshotSegment part;
  part.id = row.id;
  if (last_) {
    for (const SnapshotSegment& known : last_->segments) {
      if (known.id == row.id) part.segment = known.segment;
    }
  }
  const std::string name = segment_file_name(row.id);
  const auto refuse = [&](std::string message) {
    return tl::unexpected<Error>(Error{ErrorCode::kStore, std::move(message), std::nullopt, name});
  };
  if (!part.segment) {
    auto opened = Segment::open(directory_ / name);
    if (!opened) {
      if (opened.error().code == ErrorCode::kIo) return refuse(fmt::format("segment of the index {}", opened.error().message));
      return tl::unexpected<Error>(std::move(opened).error());
    }
    part.segment = std::move(*opened);
  }
  const Segment& segment = *part.segment;
  if (segment.layout().scheme != kFingerprintScheme) {
    return refuse(other_scheme(segment.layout().scheme));
  }
  if (segment.file().size() != row.file.bytes || segment.file().footer_checksum() != row.file.checksum ||
      segment.samples() != row.file.samples || segment.functions() != row.file.functions) {
    return refuse("is not the segment that the catalogue describes: size, checksum or counts differ");
  }
  part.sample_ids.assign(segment.samples(), SnapshotSegment::kRemoved);
  for (const auto& [position, id] : row.live) {
    if (position >= segment.samples()) return refuse(fmt::format("sample {} is at position {} of {}", id, position, segment.samples()));
    part.sample_ids[position] = id;
  }
  part.find_dead();
  return part;
}

Status SegmentStore::add(std::span<const StoredSample> batch) {
  PROVA_TRY(require_writer());
  if (batch.empty()) return {};
  std::vector<NewSegment> segments;
  Status written = write_segment(batch, segments, 0);
  return commit(segments, batch.size(), std::move(written));
}

Status SegmentStore::add_all(const BatchSource& source) {
  PROVA_TRY(require_writer());
  std::vector<NewSegment> segments;
  std::uint64_t ids_used = 0;
  const auto write_all = [&]() -> Status {
    for (;;) {
      PROVA_TRY(batch, source());
      if (batch.empty()) return {};
      PROVA_TRY(write_segment(batch, segments, ids_used));
      ids_used += batch.size();
    }
  };
  return commit(segments, ids_used, write_all());
}

Status SegmentStore::write_segment(std::span<const StoredSample> batch, std::vector<NewSegment>& segments,
                                   std::uint64_t ids_used) const {
  PROVA_TRY(check_batch(batch));
  NewSegment segment;
  std::uint32_t first_sample = 0;
  {
    const std::lock_guard guard(mutex_);
    PROVA_TRY(next_sample, catalogue_.next_sample(ids_used + batch.size()));
    PROVA_TRY(next_segment, catalogue_.next_segment());
    first_sample = static_cast<std::uint32_t>(next_sample + ids_used);
    segment.id = next_segment + segments.size();
  }
  std::vector<const StoredSample*> kept;
  segment.samples = number_samples(batch, first_sample, kept);
  PROVA_TRY(file, build_segment(directory_ / segment_file_name(segment.id), kept));
  segment.file = file;
  segments.push_back(std::move(segment));
  return {};
}

Status SegmentStore::commit(std::span<const NewSegment> segments, std::uint64_t ids_used, Status written) {
  const std::lock_guard guard(mutex_);
  if (written && !segments.empty()) written = catalogue_.add(segments, ids_used);
  if (!written) {
    delete_leftovers();
    return written;
  }
  if (!segments.empty()) static_cast<void>(merge_segments_now());  // See the declaration.
  return {};
}

Result<std::uint64_t> SegmentStore::remove(std::span<const std::pair<Sha256, std::string>> identities) {
  PROVA_TRY(require_writer());
  const std::lock_guard guard(mutex_);
  PROVA_TRY(removed, catalogue_.remove(identities));
  if (removed > 0) static_cast<void>(merge_segments_now());
  return removed;
}

Status SegmentStore::merge_segments_now() {
  for (;;) {
    PROVA_TRY(state, catalogue_.read());
    PROVA_TRY(now, take_snapshot());
    std::vector<SegmentSize> sizes;
    for (const SnapshotSegment& part : now->segments) sizes.push_back({part.segment->functions(), part.dead_functions});
    const auto range = next_merge(sizes);
    if (!range) break;
    PROVA_TRY(merge_range(state, *now, range->first, range->last));
  }
  delete_leftovers();
  return {};
}

Status SegmentStore::merge_range(const CatalogueState& state, const Snapshot& now, std::size_t first, std::size_t last) {
  std::vector<MergeInput> inputs;
  for (std::size_t i = first; i < last; ++i) {
    MergeInput input{now.segments[i].segment, {}};
    for (const std::uint32_t id : now.segments[i].sample_ids) input.live.push_back(id != SnapshotSegment::kRemoved);
    inputs.push_back(std::move(input));
  }
  PROVA_TRY(id, catalogue_.next_segment());
  PROVA_TRY(file, merge_segments(directory_ / segment_file_name(id), inputs));
  return catalogue_.merge(std::span(state.segments).subspan(first, last - first), id, file);
}

void SegmentStore::delete_leftovers() const {
  const auto state = catalogue_.read();
  if (!state) return;  // Nothing is known to be needless.
  std::set<std::string> needed;
  for (const CatalogueSegment& segment : state->segments) needed.insert(segment_file_name(segment.id));
  std::error_code ignored;
  std::vector<std::filesystem::path> leftovers;
  for (const auto& entry : std::filesystem::directory_iterator(directory_, ignored)) {
    const std::string name = entry.path().filename().string();
    if ((name.ends_with(kSegmentSuffix) && !needed.contains(name)) ||
        name.ends_with(std::string(kSegmentSuffix) + std::string(kTemporarySuffix))) {
      leftovers.push_back(entry.path());
    }
  }
  for (const auto& path : leftovers) std::filesystem::remove(path, ignored);
}

Result<std::vector<std::vector<Candidate>>> SegmentStore::candidates(std::span<const Probe> probes,
                                                                     std::size_t limit) const {
  PROVA_TRY(now, snapshot());
  return find_candidates(*now, probes, limit);
}

Result<StoredSample> SegmentStore::sample(SampleId id) const {
  PROVA_TRY(now, snapshot());
  const auto place = now->find(id);
  if (!place) return fail(ErrorCode::kNotFound, fmt::format("no sample has the id {}", raw(id)));
  return place->segment->segment->read_sample(place->position);
}

Result<std::vector<std::pair<SampleId, SampleRecord>>> SegmentStore::samples() const {
  const std::lock_guard guard(mutex_);
  return catalogue_.samples();
}

Result<std::shared_ptr<const std::vector<std::pair<SampleId, SampleRecord>>>> SegmentStore::records() const {
  const std::lock_guard guard(mutex_);
  // Read first: records that are newer than their number are read once more than needed, never too seldom.
  PROVA_TRY(generation, catalogue_.generation());
  if (!records_ || records_generation_ != generation) {
    PROVA_TRY(fresh, catalogue_.samples());
    records_ = std::make_shared<const std::vector<std::pair<SampleId, SampleRecord>>>(std::move(fresh));
    records_generation_ = generation;
  }
  return records_;
}

Result<StoreInfo> SegmentStore::info() const {
  const std::lock_guard guard(mutex_);
  PROVA_TRY(info, catalogue_.count());
  info.location = directory_.string();
  std::error_code reason;
  const std::uint64_t catalogue_bytes = std::filesystem::file_size(directory_ / kCatalogueFile, reason);
  if (!reason) info.bytes_on_disk += catalogue_bytes;
  return info;
}

Result<SegmentStore::Opened> SegmentStore::open_all() const {
  const std::lock_guard guard(mutex_);
  for (int attempt = 1;; ++attempt) {
    Opened opened;
    PROVA_TRY(problems, catalogue_.problems());
    opened.problems = std::move(problems);
    PROVA_TRY(state, catalogue_.read());
    PROVA_TRY(counts, catalogue_.count());
    opened.functions = counts.functions;
    PROVA_TRY(records, catalogue_.samples());
    opened.records = std::move(records);
    for (const CatalogueSegment& row : state.segments) {
      auto part = open_segment(row);
      if (part) {
        opened.segments.push_back(std::move(*part));
      } else {
        opened.problems.push_back(to_string(part.error()));
      }
    }
    PROVA_TRY(now, catalogue_.generation());
    if (now == state.generation || attempt == kSnapshotAttempts) return opened;
  }
}

Result<VerifyReport> SegmentStore::verify() const {
  PROVA_TRY(opened, open_all());
  VerifyReport report;
  report.problems = std::move(opened.problems);
  report.samples = opened.records.size();
  std::map<std::uint32_t, const SampleRecord*> records;
  for (const auto& [id, record] : opened.records) records.emplace(raw(id), &record);
  for (const SnapshotSegment& part : opened.segments) {
    const auto found = verify_segment(*part.segment);
    report.problems.insert(report.problems.end(), found.begin(), found.end());
    report.bytes_read += part.segment->file().size();
    report.functions += part.segment->functions() - part.dead_functions;
    if (found.empty()) compare_records(part, records, report.problems);
  }
  if (report.problems.empty() && report.functions != opened.functions) {
    report.problems.push_back(fmt::format("catalogue.sqlite: {} functions, the segments hold {}", opened.functions, report.functions));
  }
  return report;
}

}  // namespace prova
