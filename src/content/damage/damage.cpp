#include "content/damage/damage.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "content/damage/decide.h"
#include "content/damage/mft_record.h"
#include "content/damage/sampling.h"
#include "content/damage/scan_files.h"
#include "content/damage/scan_tails.h"
#include "content/image/disk_reader.h"

namespace prova {
namespace {

/// Places looked at for the pattern over a disk; more would not change its name.
constexpr std::size_t kMaxLostPlaces = 1U << 16;

/// Images and directories first: where a block is in several sources, it is named where it can be read again.
Result<std::vector<ScanSource>> open_sources(const std::vector<SourceRequest>& requests) {
  if (requests.empty()) return fail(ErrorCode::kUsage, "no source to scan: name an image, a directory, a backup or a copy");
  std::vector<ScanSource> sources;
  for (const SourceRequest& request : requests) {
    PROVA_TRY(source, open_source(request));
    sources.push_back(std::move(source));
  }
  std::stable_sort(sources.begin(), sources.end(), [](const ScanSource& a, const ScanSource& b) {
    return std::pair(a.form == SourceForm::kArchive, a.role) < std::pair(b.form == SourceForm::kArchive, b.role);
  });
  return sources;
}

/// Everything about one image but its files. No other thread runs while file systems are read.
Status scan_one_image(std::uint32_t ordinal, const DamageOptions& options, const ScanTargets& targets, DamageReport& report, Findings& findings,
                      const ContentProgress& progress, const OnFirstAnswer& on_first_answer) {
  ScanSource& source = report.sources[ordinal];
  ScannedSource& scanned = report.scans[ordinal];
  scanned.structures = check_structures(*source.image);
  std::vector<Volume> volumes;
  for (const ReadableVolume& one : scanned.structures.volumes) volumes.push_back(one.volume);
  report.first_answers.push_back(sample_image(ordinal, *source.image, volumes.empty() ? 0 : volumes.front().offset % kBlockBytes, targets));
  if (on_first_answer) on_first_answer(report.first_answers.back());
  scanned.readable = false;
  const std::uint64_t before = findings.found.files;
  for (const ReadableVolume& one : scanned.structures.volumes) {
    if (options.raw_only || progress.stop()) break;
    scanned.readable |= scan_file_system(ordinal, source, one.volume.offset, one.overlays, targets, findings.found, progress);
  }
  scanned.files = findings.found.files - before;
  // Without a file system nothing says which sectors its blocks start at: in a tar every file begins at another one.
  const bool every_sector = options.every_sector || (volumes.empty() && source.role != SourceRole::kImage);
  PROVA_TRY(scan, scan_image(ordinal, *source.image, volumes, {options.threads, every_sector}, targets, progress));
  for (const std::uint64_t offset : scan.mft_records) {
    const auto data = resident_data(as_bytes(bytes_at(*source.image, offset, kMftRecordBytes)));
    if (!data || data->empty() || !targets.inventory.has_size(data->size())) continue;
    const Sha256 digest = sha256(as_bytes(*data));
    if (!targets.inventory.with_digest(digest).empty()) findings.resident.push_back({digest, {ordinal, offset}});
  }
  source.bytes_read = source.size - std::min(source.size, scan.unread * kBlockBytes);
  source.bytes_unread = source.size - source.bytes_read;
  scanned.scan = std::move(scan);
  return {};
}

Status scan_files_of(std::uint32_t ordinal, const DamageOptions& options, const ScanTargets& targets, DamageReport& report, Findings& findings, const ContentProgress& progress) {
  ScanSource& source = report.sources[ordinal];
  const std::uint64_t before = findings.found.files;
  if (source.form == SourceForm::kDirectory) {
    PROVA_TRY(scan_directory(ordinal, source, options.threads, targets, findings.found, progress));
  } else {
    scan_archive(ordinal, source, targets, findings.found, progress);
  }
  report.scans[ordinal].files = findings.found.files - before;
  return {};
}

/// Whether a backup may hold more than its reader gave: it broke off, or a plain tar ended long before its file does (zeros end a tar).
bool may_hold_more(const ScanSource& source, std::uint64_t members) {
  // A member takes a header, padding, and with long names two more headers.
  constexpr std::uint64_t kPerMember = 4096, kTrailer = 64 * 1024;
  std::error_code error;
  const std::uint64_t size = std::filesystem::file_size(source.path, error);
  return !source.problems.empty() || (!error && is_plain_tar(source.path) && source.bytes_read + members * kPerMember + kTrailer < size);
}

/// A damaged archive is searched as it lies as well: in tar and other uncompressed ones, files lie in one piece at multiples of 512 bytes.
/// It becomes a source of its own, behind the others, under the same name.
void search_as_it_lies(std::uint32_t ordinal, DamageReport& report) {
  if (!may_hold_more(report.sources[ordinal], report.scans[ordinal].files)) return;
  auto image = open_image(report.sources[ordinal].path);
  if (!image) return add_problem(report.sources[ordinal], fmt::format("not searched as it lies: {}", image.error().message));
  ScanSource raw;
  raw.role = report.sources[ordinal].role;
  raw.path = report.sources[ordinal].path;
  raw.size = (*image)->size();
  raw.image = *std::move(image);
  report.sources.push_back(std::move(raw));
  report.scans.emplace_back();
}

/// Where a block is lost and the one before it survives on an image, what stands behind that one? Until the file's next
/// surviving block, for files lie in one piece more often than not.
std::vector<LostPlace> lost_places(std::uint32_t ordinal, const ScanTargets& targets, const DamageReport& report) {
  std::vector<LostPlace> places;
  std::vector<std::byte> block(kBlockBytes);
  for (const FileVerdict& verdict : report.files) {
    if (verdict.verdict != Survival::kPartial) continue;
    for (std::size_t i = 0; i + 1 < verdict.extents.size() && places.size() < kMaxLostPlaces; ++i) {
      const FileExtent &before = verdict.extents[i], &after = verdict.extents[i + 1];
      const std::uint64_t gap = after.file_offset - before.file_offset;
      // The gap in the file is the gap on the disk: whatever lies between stood in between.
      if (before.source != ordinal || after.source != ordinal || after.offset - before.offset != gap) continue;
      for (std::uint64_t at = before.length; at < gap && places.size() < kMaxLostPlaces; at += kBlockBytes) {
        const auto blocks = targets.inventory.blocks(verdict.file);
        if (blocks[static_cast<std::size_t>((before.file_offset + at) / kBlockBytes)] >= kConstantBlock) continue;
        const auto got = report.sources[ordinal].image->read(before.offset + at, block);
        if (got && *got == kBlockBytes) places.push_back({before.offset + at, classify_block(block)});
      }
    }
  }
  std::sort(places.begin(), places.end(), [](const LostPlace& a, const LostPlace& b) { return a.offset < b.offset; });
  return places;
}

/// Files that were not met whole and whose tail is nowhere padded with zeros.
std::vector<std::uint32_t> wanted_tails(const Findings& findings, const ScanTargets& targets) {
  std::vector<std::uint32_t> wanted;
  const auto files = targets.inventory.files();
  for (std::uint32_t file = 0; file < files.size(); ++file) {
    if (files[file].size % kBlockBytes == 0 || targets.tails.contains(file)) continue;
    const std::uint32_t last = targets.inventory.blocks(file).back();
    if (last >= kConstantBlock || targets.locations.found(last)) continue;
    const Sha256 digest = targets.inventory.digest(file);
    const auto met = std::lower_bound(findings.found.contents.begin(), findings.found.contents.end(), digest, [](const FoundContent& one, const Sha256& sought) { return one.digest < sought; });
    if (met == findings.found.contents.end() || met->digest != digest) wanted.push_back(file);
  }
  return wanted;
}

void sum_up(const Inventory& inventory, DamageReport& report) {
  std::map<std::string, std::uint64_t> patterns;
  for (const FileVerdict& verdict : report.files) {
    const std::uint64_t size = inventory.files()[verdict.file].size;
    VerdictTotal& total = report.totals[static_cast<std::size_t>(verdict.verdict)];
    ++total.files;
    total.bytes += size;
    if (verdict.verdict == Survival::kPartial) report.partial_bytes += verdict.survived_bytes;
    if (verdict.in_inventory) {
      ++report.in_inventory_files;
      report.in_inventory_bytes += size;
    }
    if (verdict.pattern) ++patterns[verdict.pattern->name];
  }
  report.patterns.assign(patterns.begin(), patterns.end());
  std::stable_sort(report.patterns.begin(), report.patterns.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
}

}  // namespace

Result<DamageReport> assess_damage(const Inventory& inventory, const DamageOptions& options, const ContentProgress& progress, const OnFirstAnswer& on_first_answer) {
  DamageReport report;
  PROVA_TRY(sources, open_sources(options.sources));
  report.sources = std::move(sources);
  report.scans.resize(report.sources.size());
  const BlockHasher hasher(inventory.keys_of().blocks);
  const BlockLookup lookup(inventory.keys());
  BlockLocations locations(inventory.keys().size());
  TailPlaces tails;
  const ScanTargets targets{inventory, hasher, lookup, locations, report.streams, tails};
  Findings findings;
  for (std::uint32_t i = 0; i < report.sources.size() && !progress.stop(); ++i) {
    if (report.sources[i].form == SourceForm::kImage) {
      PROVA_TRY(scan_one_image(i, options, targets, report, findings, progress, on_first_answer));
    } else {
      PROVA_TRY(scan_files_of(i, options, targets, report, findings, progress));
      if (report.sources[i].form == SourceForm::kArchive) search_as_it_lies(i, report);
    }
  }
  if (progress.stop()) return fail(ErrorCode::kIo, "interrupted");
  // From here on what is known of every whole block is fixed; only tails in small blocks are still looked for.
  findings.found.sort();
  for (std::uint32_t i = 0; i < report.sources.size() && !progress.stop(); ++i) {
    if (report.sources[i].image == nullptr) continue;
    scan_tails(i, *report.sources[i].image, wanted_tails(findings, targets), options.threads, targets, progress);
  }
  std::sort(findings.resident.begin(), findings.resident.end());
  decide_verdicts(findings, targets, options, report, progress);
  for (std::uint32_t i = 0; i < report.sources.size(); ++i) {
    if (report.sources[i].image != nullptr) report.scans[i].pattern = name_disk_pattern(lost_places(i, targets, report), report.sources[i].size);
  }
  if (progress.stop()) return fail(ErrorCode::kIo, "interrupted");
  sum_up(inventory, report);
  return report;
}

std::string national_sentence(const Inventory& inventory, const DamageReport& report) {
  VerdictTotal all, whole;
  for (std::size_t i = 0; i < kVerdicts; ++i) {
    all.files += report.totals[i].files;
    all.bytes += report.totals[i].bytes;
    if (!is_whole(static_cast<Survival>(i))) continue;
    whole.files += report.totals[i].files;
    whole.bytes += report.totals[i].bytes;
  }
  const VerdictTotal& partial = report.totals[static_cast<std::size_t>(Survival::kPartial)];
  const VerdictTotal& lost = report.totals[static_cast<std::size_t>(Survival::kNotFound)];
  const std::string head = fmt::format("Of {} files ({} bytes) inventoried on {}, ", all.files, all.bytes, inventory.meta().created.substr(0, 10));
  std::uint64_t unread = 0;
  for (const ScanSource& source : report.sources) unread += source.bytes_unread;
  std::string tail;
  if (unread != 0) tail += fmt::format(" {} bytes of the sources could not be read.", unread);
  if (!inventory.unread().empty()) tail += fmt::format(" {} files could not be read when the inventory was made; nothing is known of them.", inventory.unread().size());
  tail += " Files made or changed after that day are not covered.";
  if (whole.files == all.files) return head + "none is lost: each was found whole in what was scanned, by its SHA-256." + tail;
  std::string kept;
  if (report.in_inventory_files != 0) kept = fmt::format(" Of those, {} files ({} bytes) can be restored from the inventory itself.", report.in_inventory_files, report.in_inventory_bytes);
  return head + fmt::format("{} ({} bytes) were found whole by their SHA-256, {} ({} bytes, of which {} survive) in part, and {} ({} bytes) not at all in what was scanned.", whole.files,
                            whole.bytes, partial.files, partial.bytes, report.partial_bytes, lost.files, lost.bytes) + kept + tail;
}

}  // namespace prova
