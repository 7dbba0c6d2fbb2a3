#include "content/damage/decide.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <thread>

namespace prova {
namespace {

/// Files decided by a thread between two looks at the counter.
constexpr std::size_t kBatch = 256;

/// The prefix that most files of a source have before the inventory's paths: "srv/share/" on an image of the whole disk.
std::vector<std::string> usual_prefixes(const Findings& findings, const ScanTargets& targets, std::size_t sources) {
  std::vector<std::map<std::string, std::uint64_t>> votes(sources);
  for (const FoundContent& one : findings.found.contents) {
    if (const auto match = match_path(targets.inventory, one.path); match && targets.inventory.digest(match->file) == one.digest) ++votes[one.source][match->prefix];
  }
  for (const InPlace& one : findings.found.in_place) ++votes[one.source][one.prefix];
  std::vector<std::string> usual(sources);
  for (std::size_t i = 0; i < sources; ++i) {
    const auto best = std::max_element(votes[i].begin(), votes[i].end(), [](const auto& a, const auto& b) { return a.second < b.second; });
    if (best != votes[i].end()) usual[i] = best->first;
  }
  return usual;
}

Survival verdict_of_copy(SourceRole role, bool at_its_path) {
  if (role == SourceRole::kBackup) return Survival::kInBackup;
  if (role == SourceRole::kCopy) return Survival::kInCopy;
  return at_its_path ? Survival::kIntact : Survival::kMoved;
}

/// Blocks from an image prove survival on disk; if any had to come from elsewhere, the weakest role names the verdict.
Survival verdict_of_extents(const std::vector<FileExtent>& extents, const std::vector<ScanSource>& sources) {
  Survival verdict = Survival::kOnDisk;
  for (const FileExtent& extent : extents) {
    if (extent.kind == ExtentKind::kConstant) continue;
    const SourceRole role = sources[extent.source].role;
    if (role == SourceRole::kBackup) verdict = std::max(verdict, Survival::kInBackup);
    if (role == SourceRole::kCopy) verdict = std::max(verdict, Survival::kInCopy);
  }
  return verdict;
}

class Decider {
 public:
  Decider(const Findings& findings, const ScanTargets& targets, const DamageOptions& options, const DamageReport& report, const std::vector<std::string>& prefixes)
      : findings_(findings), targets_(targets), options_(options), report_(report), prefixes_(prefixes), reader_(report.sources) {}

  FileVerdict decide(std::uint32_t file) {
    FileVerdict verdict;
    verdict.file = file;
    const FileRecord& record = targets_.inventory.files()[file];
    find_copies(verdict);
    if (verdict.copies.empty() && !find_resident(verdict)) find_blocks(verdict, record);
    if (is_whole(verdict.verdict)) verdict.survived_bytes = record.size;
    verdict.in_inventory = !is_whole(verdict.verdict) && (record.size <= kTinyFileBytes || all_constant(file));
    if (verdict.verdict != Survival::kIntact) name_loss(verdict, record);
    return verdict;
  }

 private:
  bool all_constant(std::uint32_t file) const {
    const auto blocks = targets_.inventory.blocks(file);
    return std::all_of(blocks.begin(), blocks.end(), [](std::uint32_t block) { return block >= kConstantBlock; });
  }

  void find_copies(FileVerdict& verdict) const {
    const Sha256 digest = targets_.inventory.digest(verdict.file);
    const std::string path = targets_.inventory.path(verdict.file);
    const auto& contents = findings_.found.contents;
    auto one = std::lower_bound(contents.begin(), contents.end(), digest, [](const FoundContent& content, const Sha256& wanted) { return content.digest < wanted; });
    std::vector<std::pair<Survival, WholeCopy>> copies;
    for (; one != contents.end() && one->digest == digest; ++one) {
      const bool at_its_path = one->path == prefixes_[one->source] + path;
      copies.emplace_back(verdict_of_copy(report_.sources[one->source].role, at_its_path), WholeCopy{one->source, one->path, one->volume, at_its_path});
    }
    if (copies.empty()) return;
    std::stable_sort(copies.begin(), copies.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
    verdict.verdict = copies.front().first;
    for (std::size_t i = 0; i < copies.size() && i < kMaxCopies; ++i) verdict.copies.push_back(std::move(copies[i].second));
  }

  bool find_resident(FileVerdict& verdict) const {
    const Sha256 digest = targets_.inventory.digest(verdict.file);
    const auto one = std::lower_bound(findings_.resident.begin(), findings_.resident.end(), digest, [](const auto& entry, const Sha256& wanted) { return entry.first < wanted; });
    if (one == findings_.resident.end() || one->first != digest) return false;
    const auto [source, offset] = one->second;
    verdict.extents = {{0, targets_.inventory.files()[verdict.file].size, ExtentKind::kMftRecord, source, offset, 0, {}}};
    verdict.verdict = verdict_of_extents(verdict.extents, report_.sources);
    verdict.note = "inside its NTFS file record";
    return true;
  }

  void find_blocks(FileVerdict& verdict, const FileRecord& record) {
    LocatedBlocks located = locate_blocks(verdict.file, targets_, reader_);
    const bool proven = located.found_bytes != 0 || (record.size != 0 && constants_seen(verdict.file));
    if (record.size == 0) {
      verdict.verdict = Survival::kOnDisk;
      verdict.note = "empty: there is nothing to lose but its name";
      return;
    }
    if (located.complete() && proven) {
      if (!options_.confirm || confirm(located.extents, targets_.inventory.digest(verdict.file), reader_)) {
        verdict.verdict = verdict_of_extents(located.extents, report_.sources);
        verdict.extents = std::move(located.extents);
        return;
      }
      verdict.note = "all blocks were found, but read again they do not have its SHA-256";
    }
    verdict.constant_bytes = located.constant_bytes;
    if (located.found_bytes == 0) return;
    verdict.verdict = Survival::kPartial;
    verdict.survived_bytes = located.found_bytes;
    std::erase_if(located.extents, [](const FileExtent& extent) { return extent.kind == ExtentKind::kConstant; });
    verdict.extents = std::move(located.extents);
  }

  /// A file of constant blocks only is on a disk when such blocks are: there is no other way to tell.
  bool constants_seen(std::uint32_t file) const {
    const auto blocks = targets_.inventory.blocks(file);
    return std::any_of(report_.scans.begin(), report_.scans.end(), [&](const ScannedSource& scanned) {
      return scanned.scan && std::all_of(blocks.begin(), blocks.end(), [&](std::uint32_t block) { return block >= kConstantBlock && scanned.scan->constants[block & 0xff]; });
    });
  }

  /// What stands at its path now says most; else the blocks that are found and those that are not.
  void name_loss(FileVerdict& verdict, const FileRecord& record) const {
    const auto& places = findings_.found.in_place;
    const auto first = std::lower_bound(places.begin(), places.end(), verdict.file, [](const InPlace& place, std::uint32_t wanted) { return place.file < wanted; });
    const InPlace* best = nullptr;
    for (auto place = first; place != places.end() && place->file == verdict.file; ++place) {
      if (place->prefix != prefixes_[place->source]) continue;
      if (best == nullptr || rank(*place) < rank(*best)) best = &*place;
    }
    if (best != nullptr) {
      verdict.pattern = name_pattern(best->blocks, best->size, record.size);
      if (verdict.pattern && !best->added_extension.empty()) verdict.pattern->renamed_to = best->path;
      return;
    }
    if (!verdict.copies.empty() && verdict.verdict == Survival::kMoved) {
      verdict.pattern = LossPattern{"renamed", BlockState::kSame, 0, blocks_of(record.size), 0, 0, verdict.copies.front().path};
      return;
    }
    if (is_whole(verdict.verdict)) {
      if (verdict.verdict == Survival::kOnDisk) verdict.pattern = LossPattern{"name_lost", BlockState::kSame, 0, blocks_of(record.size), 0, 0, {}};
      return;
    }
    std::vector<BlockState> states;
    const auto blocks = targets_.inventory.blocks(verdict.file);
    for (const std::uint32_t block : blocks) states.push_back(block >= kConstantBlock || targets_.locations.found(block) ? BlockState::kSame : BlockState::kMissing);
    verdict.pattern = name_pattern(states, record.size, record.size);
    if (verdict.pattern && verdict.verdict == Survival::kNotFound) verdict.pattern->name = "whole_file";
  }

  /// Images and directories before backups and copies, the same name before an extended one.
  std::pair<int, bool> rank(const InPlace& place) const { return {static_cast<int>(report_.sources[place.source].role), !place.added_extension.empty()}; }

  const Findings& findings_;
  const ScanTargets& targets_;
  const DamageOptions& options_;
  const DamageReport& report_;
  const std::vector<std::string>& prefixes_;
  SourceReader reader_;
};

}  // namespace

void decide_verdicts(const Findings& findings, const ScanTargets& targets, const DamageOptions& options, DamageReport& report, const ContentProgress& progress) {
  const std::size_t count = targets.inventory.files().size();
  report.files.resize(count);
  const auto prefixes = usual_prefixes(findings, targets, report.sources.size());
  std::atomic<std::size_t> next{0};
  std::mutex progressing;
  std::size_t done = 0;
  const auto run = [&] {
    Decider decider(findings, targets, options, report, prefixes);
    for (std::size_t first = next.fetch_add(kBatch); first < count && !progress.stop(); first = next.fetch_add(kBatch)) {
      const std::size_t last = std::min(first + kBatch, count);
      for (std::size_t i = first; i < last; ++i) report.files[i] = decider.decide(static_cast<std::uint32_t>(i));
      const std::scoped_lock lock(progressing);
      progress.at("confirming files", done += last - first, count);
    }
  };
  std::vector<std::jthread> others;
  for (unsigned t = 1; t < options.threads; ++t) others.emplace_back(run);
  run();
}

}  // namespace prova
