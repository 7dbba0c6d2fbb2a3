#include "workbench/isolated_work.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <map>
#include <memory>
#include <new>
#include <optional>
#include <utility>
#include <vector>

namespace prova {
namespace {

using Clock = std::chrono::steady_clock;
using Work = std::function<std::string(std::size_t)>;

/// Exit code of a child whose memory did not suffice.
constexpr int kOutOfMemory = 77;
/// Results held per process while an earlier one is awaited.
constexpr std::size_t kWaitingPerProcess = 4;
constexpr int kPollMilliseconds = 500;
constexpr std::size_t kPieceBytes = 1 << 20;

/// False at the end of the pipe.
bool read_all(int fd, void* to, std::size_t size) {
  auto* at = static_cast<char*>(to);
  while (size > 0) {
    const ssize_t got = ::read(fd, at, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

bool write_all(int fd, const void* from, std::size_t size) {
  const auto* at = static_cast<const char*>(from);
  while (size > 0) {
    const ssize_t put = ::write(fd, at, size);
    if (put < 0 && errno == EINTR) continue;
    if (put <= 0) return false;
    at += put;
    size -= static_cast<std::size_t>(put);
  }
  return true;
}

/// The child: indices come in on `in`, lengths and results go out on `out`.
[[noreturn]] void serve(int in, int out, const IsolationLimits& limits, const Work& work) {
  constexpr int kIn = 3, kOut = 4;
  const int spare = ::fcntl(out, F_DUPFD, kOut + 1);  // `out` may be where `in` goes.
  if (spare < 0 || ::dup2(in, kIn) < 0 || ::dup2(spare, kOut) < 0) ::_exit(1);
  ::close_range(kOut + 1, ~0U, 0);
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::signal(SIGINT, SIG_IGN);
  ::signal(SIGTERM, SIG_DFL);
  [[maybe_unused]] const struct rlimit memory {limits.memory_bytes, limits.memory_bytes};
  const struct rlimit no_core {0, 0};
#ifndef __SANITIZE_ADDRESS__  // Its shadow memory alone needs terabytes of addresses.
  ::setrlimit(RLIMIT_AS, &memory);
#endif
  ::setrlimit(RLIMIT_CORE, &no_core);
  std::uint64_t index = 0;
  while (read_all(kIn, &index, sizeof index)) {
    try {
      const std::string result = work(static_cast<std::size_t>(index));
      const std::uint64_t size = result.size();
      if (!write_all(kOut, &size, sizeof size) || !write_all(kOut, result.data(), result.size())) break;
    } catch (const std::bad_alloc&) {
      ::_exit(kOutOfMemory);
    }
  }
  ::_exit(0);
}

/// One child process and the piece that it works on.
class Child {
 public:
  static Result<std::unique_ptr<Child>> start(const IsolationLimits& limits, const Work& work) {
    int to[2], from[2];
    if (::pipe2(to, O_CLOEXEC) != 0) return no_process("make a pipe");
    if (::pipe2(from, O_CLOEXEC) != 0) {
      ::close(to[0]);
      ::close(to[1]);
      return no_process("make a pipe");
    }
    const pid_t pid = ::fork();
    if (pid == 0) serve(to[0], from[1], limits, work);
    ::close(to[0]);
    ::close(from[1]);
    std::unique_ptr<Child> child(new Child(pid, to[1], from[0]));
    if (pid < 0) return no_process("start a process");
    return child;
  }
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() {
    ::close(in_);
    ::close(out_);
    if (pid_ > 0) static_cast<void>(end());
  }

  [[nodiscard]] bool idle() const { return !index_; }
  [[nodiscard]] std::size_t index() const { return *index_; }
  [[nodiscard]] int output() const { return out_; }
  [[nodiscard]] bool late(unsigned seconds) const { return index_ && Clock::now() - since_ > std::chrono::seconds(seconds); }

  /// A child that is gone shows when its answer is read.
  void give(std::size_t index) {
    const std::uint64_t number = index;
    static_cast<void>(write_all(in_, &number, sizeof number));
    index_ = index;
    since_ = Clock::now();
  }

  /// The answer, or nothing when the child ended instead.
  std::optional<std::string> take(std::uint64_t limit) {
    std::uint64_t size = 0;
    if (!read_all(out_, &size, sizeof size) || size > limit) return std::nullopt;
    std::string result;
    while (result.size() < size) {
      const std::size_t had = result.size();
      result.resize(static_cast<std::size_t>(std::min<std::uint64_t>(size, had + kPieceBytes)));
      if (!read_all(out_, result.data() + had, result.size() - had)) return std::nullopt;
    }
    index_.reset();
    return result;
  }

  /// Ends the process if it has not ended itself; says how it ended.
  std::string end() {
    ::kill(pid_, SIGKILL);
    int status = 0;
    while (::waitpid(pid_, &status, 0) < 0 && errno == EINTR) {}
    pid_ = -1;
    if (WIFEXITED(status) && WEXITSTATUS(status) == kOutOfMemory) return "ran out of memory";
    if (WIFSIGNALED(status)) return fmt::format("was ended by signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
    return fmt::format("ended with code {}", WEXITSTATUS(status));
  }

 private:
  Child(pid_t pid, int in, int out) : pid_(pid), in_(in), out_(out) {}
  static tl::unexpected<Error> no_process(std::string_view doing) {
    return fail(ErrorCode::kIo, fmt::format("cannot {}: {}", doing, std::strerror(errno)));
  }

  pid_t pid_;
  int in_, out_;
  std::optional<std::size_t> index_;
  Clock::time_point since_;
};

/// Hands out work and brings the results into order.
class Pool {
 public:
  Pool(std::size_t count, unsigned processes, const IsolationLimits& limits, const Work& work)
      : count_(count), processes_(std::max(1U, processes)), limits_(limits), work_(work) {}

  Status run(const std::function<bool(std::size_t, Result<std::string>)>& done) {
    for (std::size_t due = 0; due < count_;) {
      PROVA_TRY(hand_out(due));
      wait();
      for (auto at = results_.find(due); at != results_.end(); at = results_.find(due)) {
        Result<std::string> result = std::move(at->second);
        results_.erase(at);
        if (!done(due++, std::move(result))) return {};
      }
    }
    return {};
  }

 private:
  Status hand_out(std::size_t due) {
    const std::size_t end = std::min(count_, due + processes_ * kWaitingPerProcess);
    while (children_.size() < std::min<std::size_t>(processes_, count_ - due) && next_ < end) {
      PROVA_TRY(child, Child::start(limits_, work_));
      child->give(next_++);
      children_.push_back(std::move(child));
    }
    for (auto& child : children_) {
      if (child->idle() && next_ < end) child->give(next_++);
    }
    return {};
  }

  void wait() {
    std::vector<struct pollfd> fds;
    for (const auto& child : children_) fds.push_back({child->idle() ? -1 : child->output(), POLLIN, 0});
    ::poll(fds.data(), fds.size(), kPollMilliseconds);
    for (std::size_t i = children_.size(); i-- > 0;) {
      if (fds[i].revents != 0) {
        receive(i);
      } else if (children_[i]->late(limits_.seconds)) {
        results_.emplace(children_[i]->index(), fail(ErrorCode::kLimit, fmt::format("analysis took more than {} s", limits_.seconds)));
        static_cast<void>(children_[i]->end());
        drop(i);
      }
    }
  }

  void receive(std::size_t i) {
    const std::size_t index = children_[i]->index();
    if (auto result = children_[i]->take(limits_.result_bytes)) {
      results_.emplace(index, *std::move(result));
      return;
    }
    results_.emplace(index, fail(ErrorCode::kLimit, fmt::format("the process that analysed it {}", children_[i]->end())));
    drop(i);
  }

  void drop(std::size_t i) { children_.erase(children_.begin() + static_cast<std::ptrdiff_t>(i)); }

  std::size_t count_, processes_;
  const IsolationLimits& limits_;
  const Work& work_;
  std::size_t next_ = 0;
  std::vector<std::unique_ptr<Child>> children_;
  std::map<std::size_t, Result<std::string>> results_;
};

/// A child that is gone must not end us when we write to it.
class IgnoredPipeSignal {
 public:
  IgnoredPipeSignal() : before_(::signal(SIGPIPE, SIG_IGN)) {}
  IgnoredPipeSignal(const IgnoredPipeSignal&) = delete;
  IgnoredPipeSignal& operator=(const IgnoredPipeSignal&) = delete;
  ~IgnoredPipeSignal() { ::signal(SIGPIPE, before_); }

 private:
  sighandler_t before_;
};

}  // namespace

Status run_isolated(std::size_t count, unsigned processes, const IsolationLimits& limits, const Work& work,
                    const std::function<bool(std::size_t, Result<std::string>)>& done) {
  const IgnoredPipeSignal ignored;
  return Pool(count, processes, limits, work).run(done);
}

}  // namespace prova
