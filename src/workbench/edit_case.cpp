#include "workbench/edit_case.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstring>
#include <thread>
#include <utility>

#include "base/file.h"
#include "evidence/custody.h"

namespace prova {
namespace {

namespace fs = std::filesystem;

/// An edit takes milliseconds: whoever holds the lock longer than this is stuck.
constexpr std::chrono::seconds kLockPatience{5};

/// The case directory, locked for as long as this lives. A directory can be locked (flock(2)), and needs no file beside it.
class DirectoryLock {
 public:
  [[nodiscard]] static Result<DirectoryLock> take(const fs::path& directory) {
    const int fd = ::open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) return fail(ErrorCode::kIo, fmt::format("cannot open the case directory: {}", std::strerror(errno)));
    DirectoryLock lock(fd);
    const auto until = std::chrono::steady_clock::now() + kLockPatience;
    while (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
      if (errno != EWOULDBLOCK && errno != EINTR) return fail(ErrorCode::kIo, fmt::format("cannot lock the case directory: {}", std::strerror(errno)));
      if (std::chrono::steady_clock::now() > until) return fail(ErrorCode::kIo, "another program has been writing this case for seconds; try again");
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return lock;
  }
  DirectoryLock(DirectoryLock&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  DirectoryLock& operator=(DirectoryLock&&) = delete;
  ~DirectoryLock() {
    if (fd_ >= 0) ::close(fd_);  // Also releases the lock.
  }

 private:
  explicit DirectoryLock(int fd) : fd_(fd) {}
  int fd_;
};

std::string revision_of(const std::string& text) { return to_hex(sha256(as_bytes(text))); }

Status record(const fs::path& directory, const EditRequest& request, const std::string& text, std::string note) {
  CustodyEvent event;
  event.time = request.time;
  event.who = request.who;
  event.action = custody_action::kEdited;
  event.path = "case.yaml";
  event.sha256 = sha256(as_bytes(text));
  event.size = text.size();
  event.note = note.substr(0, kMaxCustodyField / 2);
  PROVA_TRY(appended, append_custody(directory, std::span(&event, 1)));
  (void)appended;
  return {};
}

/// Recorded first, then written: a change without an entry cannot be.
Status record_and_write(const fs::path& directory, const fs::path& file, const EditRequest& request, const std::string& before, const std::string& after) {
  PROVA_TRY(record(directory, request, after, describe(request.edit)));
  if (auto written = write_file_atomically(file, after); !written) {
    PROVA_TRY(record(directory, request, before, "the last edit could not be written"));
    return written;
  }
  return {};
}

}  // namespace

Result<EditOutcome> edit_case(const fs::path& directory, const EditRequest& request) {
  PROVA_TRY(lock, DirectoryLock::take(directory));
  (void)lock;
  const fs::path file = directory / "case.yaml";
  std::error_code ignored;
  if (fs::is_symlink(fs::symlink_status(file, ignored))) {
    return fail(ErrorCode::kUnsupported, "case.yaml is a symbolic link; edit the file that it points at");
  }
  PROVA_TRY(before, read_file(file, kMaxCaseBytes));
  const std::string revision = revision_of(before);
  if (revision != request.revision) return EditOutcome{EditOutcome::Kind::kConflict, revision, {}};
  PROVA_TRY(after, apply_edit(before, request.edit));
  if (after == before) return EditOutcome{EditOutcome::Kind::kSaved, revision, {}};
  CaseReading reading = parse_case(after);
  if (!reading.parsed) return EditOutcome{EditOutcome::Kind::kRefused, revision, std::move(reading.errors)};
  // An editor does not take our lock: look once more, right before it would be overwritten.
  PROVA_TRY(now, read_file(file, kMaxCaseBytes));
  if (now != before) return EditOutcome{EditOutcome::Kind::kConflict, revision_of(now), {}};
  PROVA_TRY(record_and_write(directory, file, request, before, after));
  return EditOutcome{EditOutcome::Kind::kSaved, revision_of(after), {}};
}

}  // namespace prova
