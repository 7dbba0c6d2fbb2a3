#include "evidence/custody.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <set>
#include <utility>

#include "base/escape.h"
#include "base/file.h"
#include "evidence/custody_line.h"

namespace prova {
namespace {

tl::unexpected<Error> io_error(std::string_view doing, const std::filesystem::path& path) {
  const int reason = errno;
  return tl::unexpected<Error>(
      Error{ErrorCode::kIo, fmt::format("cannot {}: {}", doing, std::strerror(reason)), std::nullopt, path.string()});
}

/// The log, open and locked for as long as this lives.
class LockedLog {
 public:
  [[nodiscard]] static Result<LockedLog> open(const std::filesystem::path& path) {
    const int fd = ::open(path.c_str(), O_RDWR | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0644);
    if (fd < 0) return io_error("open", path);
    LockedLog log(fd, path);
    int locked = 0;
    do locked = ::flock(fd, LOCK_EX);
    while (locked != 0 && errno == EINTR);
    if (locked != 0) return io_error("lock", path);
    return log;
  }
  LockedLog(LockedLog&& other) noexcept : fd_(std::exchange(other.fd_, -1)), path_(std::move(other.path_)) {}
  LockedLog& operator=(LockedLog&&) = delete;
  ~LockedLog() {
    if (fd_ >= 0) ::close(fd_);  // Also releases the lock.
  }

  /// Everything that is in the log now. Read through the path: the lock keeps other writers out.
  [[nodiscard]] Result<std::string> content() const { return read_file(path_, kMaxCustodyBytes); }

  /// Appends in one write where the system allows it, and waits for the disk. What a failure leaves behind is an
  /// unfinished line, which the next append deals with.
  [[nodiscard]] Status append(std::string_view bytes) {
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) return io_error("append", path_);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    if (::fsync(fd_) != 0) return io_error("sync", path_);
    return sync_directory(path_.parent_path());
  }

 private:
  LockedLog(int fd, std::filesystem::path path) : fd_(fd), path_(std::move(path)) {}
  int fd_;
  std::filesystem::path path_;
};

/// Where the next entry continues, and what must be written before it.
struct Continuation {
  std::uint64_t sequence = 0;  ///< Of the last entry.
  Sha256 previous;             ///< Of the last line's bytes.
  std::string first;           ///< "", "\n", or a newline and the entry `repaired` with its newline.
  std::vector<CustodyEntry> repairs;
};

std::string_view last_line(std::string_view content) {
  const std::size_t newline = content.rfind('\n');
  return newline == std::string_view::npos ? content : content.substr(newline + 1);
}

/// The last entry of lines that all end in a newline. Errors: kStore when it is not one that we wrote.
Result<Continuation> after_whole_lines(std::string_view content) {
  if (content.empty()) return Continuation{};
  const std::string_view line = last_line(content.substr(0, content.size() - 1));
  const auto entry = custody::read_line(line);
  if (!entry || !custody::hash_holds(*entry)) {
    return fail(ErrorCode::kStore, "the last line of the chain of custody was changed, expected one whose hash holds");
  }
  return Continuation{entry->sequence, sha256(as_bytes(line)), "", {}};
}

/// Continues a log whose last line may have been cut short. Only ever adds bytes.
Result<Continuation> continue_log(std::string_view content, const CustodyEvent& next) {
  const std::string_view tail = last_line(content);
  if (tail.empty()) return after_whole_lines(content);
  if (const auto entry = custody::read_line(tail); entry && custody::hash_holds(*entry)) {
    return Continuation{entry->sequence, sha256(as_bytes(tail)), "\n", {}};  // Only the newline is missing.
  }
  PROVA_TRY(before, after_whole_lines(content.substr(0, content.size() - tail.size())));
  CustodyEvent repair{next.time,
                      next.who,
                      std::string(custody_action::kRepaired),
                      "",
                      std::nullopt,
                      0,
                      fmt::format("the line before was cut short after {} bytes", tail.size())};
  CustodyEntry entry = custody::seal(before.sequence + 1, std::move(repair), sha256(as_bytes(tail)));
  const std::string line = custody::write_line(entry);
  return Continuation{entry.sequence, sha256(as_bytes(line)), "\n" + line + "\n", {std::move(entry)}};
}

/// `append_custody` with the log locked and read.
Result<std::vector<CustodyEntry>> append_locked(LockedLog& log, std::string_view content,
                                                std::span<const CustodyEvent> events) {
  if (events.empty()) return std::vector<CustodyEntry>();
  for (const CustodyEvent& event : events) PROVA_TRY(custody::check_event(event));
  PROVA_TRY(at, continue_log(content, events.front()));
  std::vector<CustodyEntry> entries = std::move(at.repairs);
  std::string bytes = std::move(at.first);
  for (const CustodyEvent& event : events) {
    entries.push_back(custody::seal(++at.sequence, event, at.previous));
    const std::string line = custody::write_line(entries.back());
    at.previous = sha256(as_bytes(line));
    bytes += line + "\n";
  }
  if (content.size() + bytes.size() > kMaxCustodyBytes) {
    return fail(ErrorCode::kLimit, fmt::format("the log would pass {} bytes, the limit here", kMaxCustodyBytes));
  }
  PROVA_TRY(log.append(bytes));
  return entries;
}

std::set<std::string> recorded_paths(std::string_view content) {
  std::set<std::string> paths;
  while (!content.empty()) {
    const std::string_view line = content.substr(0, content.find('\n'));
    if (auto entry = custody::read_line(line)) paths.insert(entry->event.path);
    content.remove_prefix(std::min(content.size(), line.size() + 1));
  }
  return paths;
}

}  // namespace

Result<std::vector<CustodyEntry>> append_custody(const std::filesystem::path& case_directory,
                                                 std::span<const CustodyEvent> events) {
  PROVA_TRY(log, LockedLog::open(case_directory / kCustodyFile));
  PROVA_TRY(content, log.content());
  return append_locked(log, content, events);
}

Result<std::vector<CustodyEntry>> record_new_artifacts(const std::filesystem::path& case_directory,
                                                       std::string_view who, std::string_view time) {
  PROVA_TRY(files, custody::list_artifacts(case_directory));
  PROVA_TRY(log, LockedLog::open(case_directory / kCustodyFile));
  PROVA_TRY(content, log.content());
  const std::set<std::string> known = recorded_paths(content);
  std::vector<CustodyEvent> events;
  for (const custody::ArtifactFile& file : files) {
    if (!file.regular || known.contains(file.path)) continue;
    PROVA_TRY(mapped, MappedFile::open(file.absolute));
    events.push_back({std::string(time), std::string(who), std::string(custody_action::kAdded), file.path,
                      sha256(mapped.bytes()), mapped.bytes().size(), ""});
  }
  return append_locked(log, content, events);
}

}  // namespace prova
