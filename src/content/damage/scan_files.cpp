#include "content/damage/scan_files.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <thread>

#include "content/inventory/directory_walk.h"

namespace prova {
namespace {

constexpr std::size_t kPiece = 1U << 18;

struct Listed {
  std::string path;
  std::uint64_t size;
  std::uint32_t stream;
};

Result<std::vector<Listed>> list_files(std::uint32_t ordinal, ScanSource& source, StreamTable& streams, const ContentProgress& progress) {
  std::vector<Listed> files;
  PROVA_TRY(walk_directory(source.path, {[&](std::string path, const struct stat& info) { files.push_back({std::move(path), static_cast<std::uint64_t>(info.st_size), 0}); },
                                         [&](std::string path, std::string reason) { add_problem(source, fmt::format("{}: {}", path, reason)); },
                                         [&] { return progress.stop(); }}));
  // Sorted, so that step numbers, and with them every answer, are the same in every run.
  std::sort(files.begin(), files.end(), [](const Listed& a, const Listed& b) { return a.path < b.path; });
  for (Listed& file : files) {
    PROVA_TRY(stream, streams.add(ordinal, 0, file.size, file.path));
    file.stream = stream;
  }
  return files;
}

/// Reads one file into an examiner. Returns the bytes read, or nothing with errno set.
std::optional<std::uint64_t> examine(int file, std::span<std::byte> buffer, FileExaminer& examiner) {
  std::uint64_t total = 0;
  for (;;) {
    const ssize_t got = ::read(file, buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return std::nullopt;
    if (got == 0) return total;
    examiner.add(buffer.first(static_cast<std::size_t>(got)));
    total += static_cast<std::uint64_t>(got);
  }
}

/// Streamed files become examined files.
class StreamExaminer {
 public:
  StreamExaminer(std::uint32_t ordinal, ScanSource& source, std::int64_t volume, const ScanTargets& targets, FoundFiles& found, const ContentProgress& progress)
      : ordinal_(ordinal), source_(source), volume_(volume), examiner_(targets), found_(found), progress_(progress) {}
  [[nodiscard]] FileReceiver receiver() {
    return {[this](const StreamedFile& file) {
              path_ = file.path;
              size_ = file.size;
              got_ = 0;
              examiner_.begin(ordinal_, file.path, file.size, std::nullopt, volume_);
              return !progress_.stop();
            },
            [this](ByteView bytes) {
              got_ += bytes.size();
              examiner_.add(bytes);
            },
            [this](std::string_view error) {
              examiner_.end(error.empty() && got_ == size_, found_);
              total_ += got_;
              progress_.at("reading files", total_, 0);
              if (!error.empty()) add_problem(source_, fmt::format("{}: {}", path_, error));
            }};
  }
  [[nodiscard]] std::uint64_t total() const { return total_; }

 private:
  std::uint32_t ordinal_;
  ScanSource& source_;
  std::int64_t volume_;
  FileExaminer examiner_;
  FoundFiles& found_;
  const ContentProgress& progress_;
  std::string path_;
  std::uint64_t size_ = 0, got_ = 0, total_ = 0;
};

}  // namespace

void add_problem(ScanSource& source, std::string problem) {
  if (source.problems.size() < kMaxProblems) source.problems.push_back(std::move(problem));
}

Status scan_directory(std::uint32_t ordinal, ScanSource& source, unsigned threads, const ScanTargets& targets, FoundFiles& found, const ContentProgress& progress) {
  PROVA_TRY(files, list_files(ordinal, source, targets.streams, progress));
  // From here on no stream is added.
  std::atomic<std::size_t> next{0};
  std::mutex merging;
  const auto run = [&] {
    FileExaminer examiner(targets);
    FoundFiles mine;
    std::vector<std::byte> buffer(kPiece);
    for (std::size_t i = next++; i < files.size() && !progress.stop(); i = next++) {
      const int file = open_quietly(std::filesystem::path(source.path) / files[i].path);
      std::optional<std::uint64_t> bytes;
      if (file >= 0) {
        examiner.begin(ordinal, files[i].path, files[i].size, files[i].stream);
        bytes = examine(file, buffer, examiner);
        const int reason = errno;
        ::close(file);
        errno = reason;
        examiner.end(bytes.has_value(), mine);
      }
      const std::string reason = bytes ? "" : std::strerror(errno);
      const std::scoped_lock lock(merging);
      source.bytes_read += bytes.value_or(0);
      if (!bytes) {
        source.bytes_unread += files[i].size;
        add_problem(source, fmt::format("{}: {}", files[i].path, reason));
      }
      progress.at("reading files", source.bytes_read, 0);
    }
    const std::scoped_lock lock(merging);
    found.merge(std::move(mine));
  };
  std::vector<std::jthread> others;
  for (unsigned t = 1; t < threads; ++t) others.emplace_back(run);
  run();
  others.clear();
  source.size = source.bytes_read + source.bytes_unread;
  std::sort(source.problems.begin(), source.problems.end());
  return {};
}

void scan_archive(std::uint32_t ordinal, ScanSource& source, const ScanTargets& targets, FoundFiles& found, const ContentProgress& progress) {
  const int file = open_quietly(source.path);
  if (file < 0) return add_problem(source, fmt::format("cannot open: {}", std::strerror(errno)));
  StreamExaminer examiner(ordinal, source, -1, targets, found, progress);
  if (const Status done = run_in_child(archive_files(file), examiner.receiver()); !done) add_problem(source, done.error().message);
  ::close(file);
  source.bytes_read = source.size = examiner.total();
}

bool scan_file_system(std::uint32_t ordinal, ScanSource& source, std::uint64_t volume_offset, const std::vector<ImageOverlay>& overlays, const ScanTargets& targets,
                      FoundFiles& found, const ContentProgress& progress) {
  StreamExaminer examiner(ordinal, source, static_cast<std::int64_t>(volume_offset), targets, found, progress);
  const auto wanted = [&](const StreamedFile& file) { return targets.inventory.has_size(file.size) || match_path(targets.inventory, file.path).has_value(); };
  const std::uint64_t before = found.files;
  const Status done = run_in_child(file_system_files(*source.image, volume_offset, overlays, wanted), examiner.receiver());
  if (!done && done.error().code != ErrorCode::kUnsupported) add_problem(source, fmt::format("file system at {}: {}", volume_offset, done.error().message));
  return done.has_value() || found.files > before;
}

}  // namespace prova
