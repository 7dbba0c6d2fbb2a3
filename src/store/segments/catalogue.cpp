#include "store/segments/catalogue.h"

#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "store/segments/schema.h"

namespace prova {
namespace {

/// "prva": marks the file as a catalogue of ours.
constexpr std::uint32_t kApplicationId = 0x7072'7661;

std::string_view text_of(const Sha256& digest) {
  return {reinterpret_cast<const char*>(digest.bytes.data()), digest.bytes.size()};
}

tl::unexpected<Error> refuse(std::string message) {
  return tl::unexpected<Error>(Error{ErrorCode::kStore, std::move(message), std::nullopt, "catalogue.sqlite"});
}

/// A row of the query in Catalogue::samples.
Result<SampleRecord> record_of(const SqlStatement& row) {
  SampleRecord record;
  const std::string digest = row.bytes(1);
  if (digest.size() != record.sha256.bytes.size()) {
    return refuse(fmt::format("sample {} has a SHA-256 of {} bytes, expected 32", row.number(0), digest.size()));
  }
  std::copy(digest.begin(), digest.end(), record.sha256.bytes.begin());
  record.member = row.bytes(2);
  record.name = row.bytes(3);
  record.family = row.bytes(4);
  record.actor = row.bytes(5);
  record.role = static_cast<SampleRole>(row.number(6));
  record.version = row.bytes(7);
  record.first_seen = row.bytes(8);
  record.format = static_cast<Format>(row.number(9));
  record.arch = static_cast<Arch>(row.number(10));
  record.bits = static_cast<std::uint32_t>(row.number(11));
  record.size = row.number(12);
  record.code_bytes = row.number(13);
  if (row.number(6) > static_cast<std::uint64_t>(SampleRole::kGoodware) ||
      row.number(9) > static_cast<std::uint64_t>(Format::kRaw) || row.number(10) > static_cast<std::uint64_t>(Arch::kArm64)) {
    return refuse(fmt::format("sample {} has an unknown role, format or machine", row.number(0)));
  }
  return record;
}

}  // namespace

std::string other_scheme(std::uint64_t scheme) {
  return fmt::format("fingerprint scheme {}, this version of prova uses {}: learn the samples into a new index with "
                     "`prova learn FILES --family NAME --index NEW`", scheme, kFingerprintScheme);
}

std::string segment_file_name(std::uint64_t id) { return fmt::format("{:08}.segment", id); }

Result<Catalogue> Catalogue::open(const std::filesystem::path& path, Database::Access access) {
  std::error_code ignored;
  if (!std::filesystem::exists(path, ignored)) {
    return fail(ErrorCode::kNotFound, fmt::format("no index at {}", path.parent_path().string()));
  }
  PROVA_TRY(database, Database::open(path, access));
  Catalogue catalogue(std::move(database));
  PROVA_TRY(catalogue.check_version());
  return catalogue;
}

Result<Catalogue> Catalogue::open_or_create(const std::filesystem::path& path) {
  PROVA_TRY(database, Database::open(path, Database::Access::kCreate));
  Catalogue catalogue(std::move(database));
  PROVA_TRY(tables, catalogue.database_.number("SELECT count(*) FROM sqlite_schema"));
  if (tables == 0) PROVA_TRY(catalogue.migrate());
  PROVA_TRY(catalogue.check_version());
  PROVA_TRY(catalogue.database_.execute("PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON"));
  return catalogue;
}

/// Runs the schema files that the catalogue has not seen.
Status Catalogue::migrate() {
  PROVA_TRY(database_.execute("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL"));
  PROVA_TRY(transaction, Transaction::start(database_, "BEGIN IMMEDIATE"));
  PROVA_TRY(version, database_.number("PRAGMA user_version"));
  const auto schema = catalogue_schema();
  for (std::size_t i = static_cast<std::size_t>(version); i < schema.size(); ++i) {
    PROVA_TRY(database_.execute(std::string(schema[i])));
  }
  PROVA_TRY(database_.execute(fmt::format("PRAGMA application_id={}; PRAGMA user_version={}", kApplicationId, kCatalogueVersion)));
  if (version == 0) {
    PROVA_TRY(database_.execute(fmt::format("INSERT INTO store VALUES (1, {}, 1, 1, 1)", kFingerprintScheme)));
  }
  return transaction.commit();
}

Status Catalogue::check_version() const {
  PROVA_TRY(application, database_.number("PRAGMA application_id"));
  PROVA_TRY(version, database_.number("PRAGMA user_version"));
  PROVA_TRY(tables, database_.number("SELECT count(*) FROM sqlite_schema"));
  if (tables == 0) return fail(ErrorCode::kNotFound, "the index is empty: making it was interrupted");
  if (application != kApplicationId) return refuse("is a database of another program, expected a catalogue of prova");
  if (version > kCatalogueVersion) {
    return refuse(fmt::format("catalogue version {}, this version of prova reads up to {}: use a newer prova", version,
                              kCatalogueVersion));
  }
  if (version == 0) return refuse("catalogue version 0, expected 1 or more");
  PROVA_TRY(scheme, database_.number("SELECT scheme FROM store"));
  if (scheme != kFingerprintScheme) {
    return refuse(other_scheme(scheme));
  }
  return {};
}

Result<CatalogueState> Catalogue::read() const {
  PROVA_TRY(transaction, Transaction::start(database_, "BEGIN"));
  CatalogueState state;
  PROVA_TRY(generation_now, generation());
  state.generation = generation_now;
  PROVA_TRY(rows, database_.prepare("SELECT id, bytes, checksum, samples, functions, (SELECT count(*) FROM tombstones "
                                    "WHERE segment = segments.id) FROM segments ORDER BY first_sample"));
  std::unordered_map<std::uint64_t, std::size_t> index;
  for (;;) {
    PROVA_TRY(more, rows.step());
    if (!more) break;
    CatalogueSegment segment;
    segment.id = rows.number(0);
    segment.file = {rows.number(1), rows.number(2), static_cast<std::uint32_t>(rows.number(3)),
                    static_cast<std::uint32_t>(rows.number(4))};
    segment.tombstones = rows.number(5);
    index.emplace(segment.id, state.segments.size());
    state.segments.push_back(std::move(segment));
  }
  PROVA_TRY(samples, database_.prepare("SELECT segment, position, id FROM samples ORDER BY segment, position"));
  for (;;) {
    PROVA_TRY(more, samples.step());
    if (!more) break;
    const auto found = index.find(samples.number(0));
    if (found == index.end()) return refuse(fmt::format("sample {} is in segment {}, which does not exist", samples.number(2), samples.number(0)));
    state.segments[found->second].live.emplace_back(static_cast<std::uint32_t>(samples.number(1)),
                                                    static_cast<std::uint32_t>(samples.number(2)));
  }
  return state;
}

Result<std::vector<std::pair<SampleId, SampleRecord>>> Catalogue::samples() const {
  PROVA_TRY(transaction, Transaction::start(database_, "BEGIN"));
  PROVA_TRY(rows, database_.prepare("SELECT id, sha256, member, name, family, actor, role, version, first_seen, format, "
                                    "arch, bits, size, code_bytes FROM samples ORDER BY id"));
  PROVA_TRY(marks, database_.prepare("SELECT sample, kind, value FROM toolmarks ORDER BY sample, number"));
  PROVA_TRY(more_marks, marks.step());
  std::vector<std::pair<SampleId, SampleRecord>> records;
  for (;;) {
    PROVA_TRY(more, rows.step());
    if (!more) return records;
    PROVA_TRY(record, record_of(rows));
    while (more_marks && marks.number(0) <= rows.number(0)) {
      if (marks.number(0) == rows.number(0) && marks.number(1) <= static_cast<std::uint64_t>(Toolmark::Kind::kMachOUuid)) {
        record.toolmarks.emplace_back(static_cast<Toolmark::Kind>(marks.number(1)), marks.bytes(2));
      }
      PROVA_TRY(another, marks.step());
      more_marks = another;
    }
    records.emplace_back(SampleId{static_cast<std::uint32_t>(rows.number(0))}, std::move(record));
  }
}

Result<StoreInfo> Catalogue::count() const {
  PROVA_TRY(row, database_.prepare("SELECT count(*), coalesce(sum(functions), 0), count(DISTINCT family), "
                                   "(SELECT count(*) FROM segments), (SELECT coalesce(sum(bytes), 0) FROM segments) FROM samples"));
  PROVA_TRY(any, row.step());
  StoreInfo info;
  if (!any) return info;
  info.samples = row.number(0);
  info.functions = row.number(1);
  info.families = row.number(2);
  info.segments = row.number(3);
  info.bytes_on_disk = row.number(4);
  return info;
}

Result<std::vector<std::string>> Catalogue::problems() const {
  std::vector<std::string> found;
  PROVA_TRY(rows, database_.prepare("PRAGMA integrity_check(20)"));
  for (;;) {
    PROVA_TRY(more, rows.step());
    if (!more) break;
    if (rows.bytes(0) != "ok") found.push_back(fmt::format("catalogue.sqlite: {}", rows.bytes(0)));
  }
  PROVA_TRY(foreign, database_.number("SELECT count(*) FROM pragma_foreign_key_check"));
  if (foreign != 0) found.push_back(fmt::format("catalogue.sqlite: {} rows refer to rows that do not exist", foreign));
  PROVA_TRY(uncounted, database_.number(
      "SELECT count(*) FROM segments WHERE samples != (SELECT count(*) FROM samples WHERE segment = segments.id) + "
      "(SELECT count(*) FROM tombstones WHERE segment = segments.id)"));
  if (uncounted != 0) found.push_back(fmt::format("catalogue.sqlite: samples and tombstones of {} segments do not add up", uncounted));
  PROVA_TRY(empty, database_.number(
      "SELECT count(*) FROM segments WHERE NOT EXISTS (SELECT 1 FROM samples WHERE segment = segments.id)"));
  if (empty != 0) found.push_back(fmt::format("catalogue.sqlite: {} segments have no sample", empty));
  PROVA_TRY(disordered, database_.number(
      "SELECT count(*) FROM (SELECT samples.id AS id, lag(samples.id) OVER (ORDER BY first_sample, position) AS before "
      "FROM samples JOIN segments ON segments.id = samples.segment) WHERE before > id"));
  if (disordered != 0) found.push_back(fmt::format("catalogue.sqlite: {} samples are not in the order of their ids", disordered));
  return found;
}

Result<std::uint32_t> Catalogue::next_sample(std::uint64_t count) const {
  PROVA_TRY(next, database_.number("SELECT next_sample FROM store"));
  if (next == 0 || next > 0xffff'ffff || count > 0xffff'ffff - next) {
    return fail(ErrorCode::kLimit, "no sample ids are left in this store");
  }
  return static_cast<std::uint32_t>(next);
}

Result<std::uint64_t> Catalogue::next_segment() const { return database_.number("SELECT next_segment FROM store"); }

Status Catalogue::insert_segment(std::uint64_t id, std::uint32_t first_sample, const SegmentFile& file) const {
  PROVA_TRY(insert, database_.prepare("INSERT INTO segments VALUES (?, ?, ?, ?, ?, ?)"));
  insert.bind(1, id).bind(2, std::uint64_t{first_sample}).bind(3, file.bytes).bind(4, file.checksum);
  insert.bind(5, std::uint64_t{file.samples}).bind(6, std::uint64_t{file.functions});
  PROVA_TRY(insert.run());
  return database_.execute(fmt::format("UPDATE store SET next_segment = {}", id + 1));
}

Status Catalogue::insert_sample(std::uint64_t segment, const NewSample& added) const {
  const SampleRecord& record = added.record;
  PROVA_TRY(insert, database_.prepare("INSERT INTO samples VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"));
  insert.bind(1, std::uint64_t{added.id}).bind(2, segment).bind(3, std::uint64_t{added.position});
  insert.bind(4, std::uint64_t{added.functions});
  insert.bind(5, text_of(record.sha256)).bind(6, record.member).bind(7, record.name).bind(8, record.family);
  insert.bind(9, record.actor).bind(10, static_cast<std::uint64_t>(record.role)).bind(11, record.version);
  insert.bind(12, record.first_seen).bind(13, static_cast<std::uint64_t>(record.format));
  insert.bind(14, static_cast<std::uint64_t>(record.arch)).bind(15, std::uint64_t{record.bits});
  insert.bind(16, record.size).bind(17, record.code_bytes);
  PROVA_TRY(insert.run());
  PROVA_TRY(mark, database_.prepare("INSERT INTO toolmarks VALUES (?, ?, ?, ?)"));
  for (std::size_t i = 0; i < record.toolmarks.size(); ++i) {
    mark.bind(1, std::uint64_t{added.id}).bind(2, std::uint64_t{i});
    mark.bind(3, static_cast<std::uint64_t>(record.toolmarks[i].first)).bind(4, record.toolmarks[i].second);
    PROVA_TRY(mark.run());
  }
  return {};
}

/// Leaves a tombstone where the sample was. False when there is no such sample.
Result<bool> Catalogue::bury(const SampleIdentity& identity) const {
  PROVA_TRY(find, database_.prepare("SELECT id, segment, position FROM samples WHERE sha256 = ? AND member = ?"));
  PROVA_TRY(found, find.bind(1, text_of(identity.first)).bind(2, identity.second).step());
  if (!found) return false;
  const std::uint64_t id = find.number(0);
  PROVA_TRY(database_.execute(fmt::format("INSERT INTO tombstones VALUES ({}, {}); DELETE FROM toolmarks WHERE sample = {}; "
                                          "DELETE FROM samples WHERE id = {}",
                                          find.number(1), find.number(2), id, id)));
  return true;
}

/// Segments without a live sample leave at once.
Status Catalogue::drop_dead_segments() const {
  return database_.execute(
      "CREATE TEMP TABLE IF NOT EXISTS dead (id INTEGER); DELETE FROM dead; "
      "INSERT INTO dead SELECT id FROM segments WHERE NOT EXISTS (SELECT 1 FROM samples WHERE segment = segments.id); "
      "DELETE FROM tombstones WHERE segment IN (SELECT id FROM dead); DELETE FROM segments WHERE id IN (SELECT id FROM dead)");
}

Status Catalogue::finish(Transaction transaction) const {
  PROVA_TRY(drop_dead_segments());
  PROVA_TRY(database_.execute("UPDATE store SET generation = generation + 1"));
  return transaction.commit();
}

Status Catalogue::add(std::span<const NewSegment> segments, std::uint64_t ids_used) {
  PROVA_TRY(transaction, Transaction::start(database_, "BEGIN IMMEDIATE"));
  for (const NewSegment& segment : segments) {
    for (const NewSample& added : segment.samples) PROVA_TRY(bury({added.record.sha256, added.record.member}));
    PROVA_TRY(insert_segment(segment.id, segment.samples.front().id, segment.file));
    for (const NewSample& added : segment.samples) PROVA_TRY(insert_sample(segment.id, added));
  }
  PROVA_TRY(database_.execute(fmt::format("UPDATE store SET next_sample = next_sample + {}", ids_used)));
  return finish(std::move(transaction));
}

Result<std::uint64_t> Catalogue::remove(std::span<const SampleIdentity> identities) {
  PROVA_TRY(transaction, Transaction::start(database_, "BEGIN IMMEDIATE"));
  std::uint64_t removed = 0;
  for (const SampleIdentity& identity : identities) {
    PROVA_TRY(known, bury(identity));
    removed += known ? 1 : 0;
  }
  if (removed > 0) PROVA_TRY(finish(std::move(transaction)));
  return removed;
}

Status Catalogue::merge(std::span<const CatalogueSegment> merged, std::uint64_t segment, const SegmentFile& file) {
  PROVA_TRY(transaction, Transaction::start(database_, "BEGIN IMMEDIATE"));
  PROVA_TRY(first, database_.number(fmt::format("SELECT first_sample FROM segments WHERE id = {}", merged.front().id)));
  for (const CatalogueSegment& old : merged) {
    PROVA_TRY(database_.execute(fmt::format("UPDATE segments SET first_sample = -id WHERE id = {}; "
                                            "DELETE FROM tombstones WHERE segment = {}", old.id, old.id)));
  }
  PROVA_TRY(insert_segment(segment, static_cast<std::uint32_t>(first), file));
  PROVA_TRY(move, database_.prepare("UPDATE samples SET segment = ?, position = ? WHERE id = ?"));
  std::uint64_t position = 0;
  for (const CatalogueSegment& old : merged) {
    for (const auto& [old_position, id] : old.live) {
      PROVA_TRY(move.bind(1, segment).bind(2, position++).bind(3, std::uint64_t{id}).run());
    }
  }
  return finish(std::move(transaction));
}

}  // namespace prova
