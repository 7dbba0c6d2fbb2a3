#include "content/leak/scan_dump.h"

#include <fmt/format.h>
#include <sys/stat.h>

#include <algorithm>
#include <atomic>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "base/hash.h"
#include "content/leak/dump_file.h"
#include "content/leak/signature_totals.h"

namespace prova {
namespace {

struct DumpFile {
  std::filesystem::path path;
  std::string name;
  std::uint64_t size = 0;
};

/// Regular files under the dumps by name; what cannot be listed goes to `unread`.
Result<std::vector<DumpFile>> list_files(std::span<const std::filesystem::path> dumps, std::vector<ExtractionDefect>& unread) {
  std::vector<DumpFile> files;
  for (const std::filesystem::path& dump : dumps) {
    struct stat info {};
    if (::stat(dump.c_str(), &info) != 0) return tl::unexpected<Error>(Error{ErrorCode::kIo, "cannot open: no such file or directory", {}, dump.string()});
    if (!S_ISDIR(info.st_mode)) {
      files.push_back({dump, dump.string(), static_cast<std::uint64_t>(info.st_size)});
      continue;
    }
    std::error_code error;
    for (std::filesystem::recursive_directory_iterator at(dump, std::filesystem::directory_options::none, error), end; at != end; at.increment(error)) {
      if (error) break;
      std::error_code ignored;
      const auto status = at->symlink_status(ignored);
      if (std::filesystem::is_regular_file(status)) files.push_back({at->path(), at->path().string(), at->file_size(ignored)});
    }
    if (error) unread.push_back({dump.string(), error.message()});
  }
  std::sort(files.begin(), files.end(), [](const DumpFile& a, const DumpFile& b) { return a.name < b.name; });
  files.erase(std::unique(files.begin(), files.end(), [](const DumpFile& a, const DumpFile& b) { return a.name == b.name; }), files.end());
  return files;
}

void add_coverage(const LeakCoverage& one, LeakCoverage& all) {
  all.files += one.files;
  all.bytes += one.bytes;
  all.containers += one.containers;
  all.unread.insert(all.unread.end(), one.unread.begin(), one.unread.end());
}

/// Counts documents per system, and owners within it.
std::vector<LeakSystem> systems_of(std::span<const LeakDocument> documents) {
  struct Count {
    LeakSystem system;
    std::map<std::string, std::size_t> owners;
  };
  std::map<std::string, Count> counts;
  for (const LeakDocument& document : documents) {
    std::set<std::pair<std::string, std::string>> places;
    std::set<std::string> systems, canaries;
    for (const LeakMatch& match : document.matches) {
      places.insert(match.places.begin(), match.places.end());
      for (const LeakSource& source : match.sources) {
        if (source.canary) canaries.insert(source.system);
      }
    }
    for (const auto& [system, owner] : places) {
      systems.insert(system);
      ++counts[system].owners[owner];
    }
    for (const std::string& system : systems) {
      Count& count = counts[system];
      ++count.system.documents;
      count.system.only_here += systems.size() == 1 ? 1 : 0;
      count.system.canaries += canaries.contains(system) ? 1 : 0;
    }
  }
  std::vector<LeakSystem> result;
  for (auto& [name, count] : counts) {
    count.system.system = name;
    count.system.owners.assign(count.owners.begin(), count.owners.end());
    std::stable_sort(count.system.owners.begin(), count.system.owners.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
    result.push_back(std::move(count.system));
  }
  std::stable_sort(result.begin(), result.end(), [](const LeakSystem& a, const LeakSystem& b) {
    return a.only_here != b.only_here ? a.only_here > b.only_here : a.documents > b.documents;
  });
  return result;
}

/// Hands out files to threads and keeps what each gave in its place, so that the order of work does not show.
class DumpScan {
 public:
  DumpScan(const std::vector<DumpFile>& files, std::span<const KnownContent* const> inventories, const LeakOptions& options,
           const ContentProgress& progress)
      : files_(files), inventories_(inventories), options_(options), progress_(progress), found_(files.size()) {}

  void run() {
    std::vector<std::jthread> others;
    for (unsigned i = 1; i < options_.threads; ++i) others.emplace_back([this] { work(); });
    work();
  }
  [[nodiscard]] std::optional<Error> failure() const { return failure_; }
  std::vector<DumpFileFindings>& found() { return found_; }

 private:
  void work() {
    Extractor extractor(options_.limits);
    for (;;) {
      const std::size_t i = next_.fetch_add(1);
      if (i >= files_.size() || progress_.stop()) return;
      auto findings = judge_dump_file(files_[i].path, files_[i].name, inventories_, options_.dkim_keys, extractor);
      const std::scoped_lock lock(mutex_);
      bytes_ += files_[i].size;
      progress_.at("Reading the dump", bytes_, 0);
      if (findings) {
        found_[i] = *std::move(findings);
      } else if (!failure_) {
        failure_ = std::move(findings).error();
      }
    }
  }

  const std::vector<DumpFile>& files_;
  std::span<const KnownContent* const> inventories_;
  const LeakOptions& options_;
  const ContentProgress& progress_;
  std::vector<DumpFileFindings> found_;
  std::atomic<std::size_t> next_ = 0;
  std::mutex mutex_;
  std::uint64_t bytes_ = 0;
  std::optional<Error> failure_;
};

}  // namespace

void count_systems(LeakReport& report) { report.systems = systems_of(report.documents); }

Result<LeakReport> scan_dump(std::span<const std::filesystem::path> dumps, std::span<const KnownContent* const> inventories, const LeakOptions& options,
                             const ContentProgress& progress) {
  LeakReport report;
  PROVA_TRY(files, list_files(dumps, report.coverage.unread));
  DumpScan scan(files, inventories, options, progress);
  scan.run();
  if (scan.failure()) return tl::unexpected<Error>(*scan.failure());
  report.interrupted = progress.stop();
  SignatureTotals signatures;
  for (DumpFileFindings& found : scan.found()) {
    add_coverage(found.coverage, report.coverage);
    for (LeakDocument& document : found.documents) {
      ++report.totals[static_cast<std::size_t>(document.verdict)];
      signatures.add(document);
      if (document.verdict != LeakVerdict::kNoTrace || options.keep_no_trace || document.is_signed_genuine()) report.documents.push_back(std::move(document));
    }
  }
  count_systems(report);
  report.signatures = signatures.finish(options.dkim_keys.size());
  for (const KnownContent* known : inventories) {
    const Inventory& inventory = known->inventory();
    report.inventories.push_back({inventory.meta().created, to_hex(std::as_bytes(std::span(inventory.trailer().root))), inventory.files().size(), inventory.meta().copied_run,
                                  known->chunks().one_in(), known->marks().one_in()});
  }
  return report;
}

}  // namespace prova
