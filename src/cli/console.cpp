#include "cli/console.h"

#include <fmt/format.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <tuple>
#include <utility>

#include "base/escape.h"

namespace prova::cli {
namespace {

std::atomic<bool> interrupt_seen{false};
static_assert(std::atomic<bool>::is_always_lock_free, "set from a signal handler");

void on_interrupt(int signal) {
  if (interrupt_seen.exchange(true)) {
    ::_exit(128 + signal);  // The second time: the user means it. Stores survive that by design.
  }
}

bool wants_no_colour() {
  const char* value = std::getenv("NO_COLOR");
  return value != nullptr && *value != '\0';
}

/// Columns and lines of the terminal; 80 by 40 where there is none.
std::pair<unsigned, unsigned> terminal_size() {
  winsize size{};
  if (::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 || size.ws_col < 40 || size.ws_row < 12) return {80, 40};
  return {std::min<unsigned>(size.ws_col, 160), std::max<unsigned>(size.ws_row - 2U, 20)};
}

/// How fast a stage goes, and how long it will go on at that rate.
class Pace {
 public:
  /// ", 14.2/s, 3:05 left"; nothing in a stage's first seconds, when nobody can tell.
  std::string text(std::string_view stage, std::uint64_t done, std::uint64_t total) {
    const auto now = std::chrono::steady_clock::now();
    if (stage != stage_) {
      stage_ = stage;
      since_ = now;
      before_ = done;
    }
    const double seconds = std::chrono::duration<double>(now - since_).count();
    if (seconds < kQuietSeconds || done <= before_) return {};
    const double rate = static_cast<double>(done - before_) / seconds;
    const auto left = total > done ? static_cast<std::uint64_t>(static_cast<double>(total - done) / rate) : 0;
    return fmt::format(", {:.1f}/s{}", rate, left == 0 ? "" : fmt::format(", {}:{:02} left", left / 60, left % 60));
  }

 private:
  static constexpr double kQuietSeconds = 2;
  std::string stage_;
  std::chrono::steady_clock::time_point since_;
  std::uint64_t before_ = 0;
};

/// Writes progress as lines: the first of each stage, then at most ten a second.
class LineWriter {
 public:
  void operator()(std::string_view stage, std::uint64_t done, std::uint64_t total) {
    const auto now = std::chrono::steady_clock::now();
    if (stage == stage_ && now - written_ < std::chrono::milliseconds(100)) return;
    stage_ = stage;
    written_ = now;
    const std::string line = progress_line({stage_, done, total});
    // Whoever started us is gone when the pipe is closed: then nobody wants the rest.
    if (std::fwrite(line.data(), 1, line.size(), stderr) != line.size() || std::fflush(stderr) != 0) interrupt_seen.store(true);
  }

 private:
  std::string stage_;
  std::chrono::steady_clock::time_point written_;
};

}  // namespace

Console::Console(bool json, bool progress_lines)
    : json_(json),
      colour_(!json && ::isatty(STDOUT_FILENO) == 1 && !wants_no_colour()),
      progress_(!progress_lines && ::isatty(STDERR_FILENO) == 1),
      progress_lines_(progress_lines) {
  std::tie(width_, height_) = terminal_size();
}

int Console::print(std::string_view text) const {
  clear_progress();
  if (std::fwrite(text.data(), 1, text.size(), stdout) != text.size() || std::fflush(stdout) != 0) {
    complain("cannot write to standard output");
    return kFailed;
  }
  return kDone;
}

void Console::complain(std::string_view text) const {
  clear_progress();
  fmt::print(stderr, "prova: {}\n", escape_terminal(text));
}

int Console::fail(const Error& error) const {
  clear_progress();
  fmt::print(stderr, "prova: {}\n", to_string(error));
  return interrupted() ? kInterrupted : exit_code_for(error.code);
}

Progress Console::progress() const {
  Progress progress;
  progress.cancelled = &interrupt_seen;
  if (progress_lines_) progress.report = LineWriter();
  if (progress_) {
    progress.report = [pace = Pace()](std::string_view stage, std::uint64_t done, std::uint64_t total) mutable {
      fmt::print(stderr, "\r\x1b[K{} {}{}{}", escape_terminal(stage).substr(0, 60), done,
                 total == 0 ? "" : fmt::format("/{}", total), pace.text(stage, done, total));
      std::fflush(stderr);
    };
  }
  return progress;
}

void Console::clear_progress() const {
  if (progress_) {
    fmt::print(stderr, "\r\x1b[K");
    std::fflush(stderr);
  }
}

int exit_code_for(ErrorCode code) {
  switch (code) {
    case ErrorCode::kUsage: return kUsage;
    case ErrorCode::kIo:
    case ErrorCode::kStore: return kFailed;
    case ErrorCode::kTruncated:
    case ErrorCode::kMalformed:
    case ErrorCode::kUnsupported:
    case ErrorCode::kLimit:
    case ErrorCode::kNotFound: return kBadInput;
  }
  return kFailed;
}

void watch_for_interrupts() {
  struct sigaction action {};
  action.sa_handler = on_interrupt;
  sigemptyset(&action.sa_mask);
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &action, nullptr);
  ::sigaction(SIGTERM, &action, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

bool interrupted() { return interrupt_seen.load(); }

const std::atomic<bool>& interrupt_flag() { return interrupt_seen; }

}  // namespace prova::cli
