#include "store/segments/write_lock.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <string>

#include "base/file.h"

namespace prova {
namespace {

/// A command line is cut here: the message is for one line of a terminal.
constexpr std::size_t kMaxCommand = 200;

std::string command_line() {
  auto text = read_file("/proc/self/cmdline", 1 << 20);
  if (!text) return "unknown command";
  std::replace(text->begin(), text->end(), '\0', ' ');
  if (!text->empty() && text->back() == ' ') text->pop_back();
  return text->substr(0, kMaxCommand);
}

std::string describe_self() {
  char host[256] = "";
  if (::gethostname(host, sizeof host - 1) != 0) host[0] = '\0';
  return fmt::format("process {} on {}: {}", ::getpid(), host, command_line());
}

std::string who_holds(int fd) {
  char text[kMaxCommand + 512];
  const ssize_t size = ::pread(fd, text, sizeof text, 0);
  return size > 0 ? std::string(text, static_cast<std::size_t>(size)) : "a process that has not said who it is";
}

tl::unexpected<Error> lock_error(const char* doing, const std::filesystem::path& path) {
  return tl::unexpected<Error>(
      Error{ErrorCode::kIo, fmt::format("cannot {}: {}", doing, std::strerror(errno)), std::nullopt, path.string()});
}

}  // namespace

Result<WriteLock> WriteLock::acquire(const std::filesystem::path& path) {
  const int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
  if (fd < 0) return lock_error("open the lock", path);
  WriteLock lock(fd);
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    if (errno != EWOULDBLOCK) return lock_error("lock", path);
    return fail(ErrorCode::kStore, fmt::format("the index is being written by {}", who_holds(fd)));
  }
  const std::string self = describe_self();
  // Only a courtesy to the others: a full disk must not keep us from removing samples.
  if (::ftruncate(fd, 0) == 0) static_cast<void>(::pwrite(fd, self.data(), self.size(), 0) == 0);
  return lock;
}

WriteLock::~WriteLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace prova
