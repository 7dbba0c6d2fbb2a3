#include "content/container/extractor.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

#include "content/container/extraction_child.h"
#include "content/container/frames.h"

namespace prova {

/// A running child and the two ends that lead to it.
struct Extractor::Child {
  pid_t pid = -1;
  int requests = -1, frames = -1;

  Child(pid_t p, int r, int f) : pid(p), requests(r), frames(f) {}
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;
  ~Child() { (void)end(); }

  /// Kills it and says how it ended.
  std::string end() {
    if (pid < 0) return "";
    ::close(requests);
    ::close(frames);
    int status = 0;
    // A child that crashed is there already; one that hangs is killed. The short grace tells the two apart.
    for (int waited = 0; ::waitpid(pid, &status, WNOHANG) == 0; ++waited) {
      if (waited == 20) ::kill(pid, SIGKILL);
      ::usleep(waited < 20 ? 1000 : 5000);
    }
    pid = -1;
    if (WIFSIGNALED(status)) return fmt::format("signal {} ({})", WTERMSIG(status), ::strsignal(WTERMSIG(status)));
    return fmt::format("exit code {}", WEXITSTATUS(status));
  }
};

namespace {

tl::unexpected<Error> io_error(std::string_view what) { return fail(ErrorCode::kIo, fmt::format("cannot {}: {}", what, std::strerror(errno))); }

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

enum class ReadOutcome { kComplete, kEnded, kSilent };

/// The child as its reader sees it.
struct Peer {
  pid_t pid = -1;
  int fd = -1;
};

/// Processor time of a process so far, in milliseconds; 0 when it is gone.
std::uint64_t processor_ms(pid_t pid) {
  clockid_t clock{};
  timespec time{};
  if (::clock_getcpuclockid(pid, &clock) != 0 || ::clock_gettime(clock, &time) != 0) return 0;
  return static_cast<std::uint64_t>(time.tv_sec) * 1000 + static_cast<std::uint64_t>(time.tv_nsec) / 1'000'000;
}

/// Waits until the child has written. Its processor time counts, not the clock: on a busy machine an honest parser waits for its turn. One
/// that sleeps for ever is given up by the clock, kSleepFactor times as late.
bool wait_for(const Peer& child, std::uint32_t silence_ms) {
  constexpr int kSlice = 1000;
  const std::uint64_t start = processor_ms(child.pid), patience = kSleepFactor * std::uint64_t{silence_ms};
  for (std::uint64_t waited = 0; waited < patience;) {
    const int slice = static_cast<int>(std::min<std::uint64_t>(kSlice, silence_ms));
    pollfd ready{child.fd, POLLIN, 0};
    const int polled = ::poll(&ready, 1, slice);
    if (polled > 0) return true;
    if (polled < 0 && errno != EINTR) return true;  // What is wrong, read(2) will say.
    if (polled == 0) waited += static_cast<std::uint64_t>(std::max(slice, 1));
    if (processor_ms(child.pid) >= start + silence_ms) return false;
  }
  return false;
}

/// Fills `bytes`, waiting as wait_for() does for each piece.
ReadOutcome read_exactly(const Peer& child, std::string& bytes, std::uint32_t silence_ms) {
  for (std::size_t at = 0; at < bytes.size();) {
    if (!wait_for(child, silence_ms)) return ReadOutcome::kSilent;
    const ssize_t got = ::read(child.fd, bytes.data() + at, bytes.size() - at);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return ReadOutcome::kEnded;
    at += static_cast<std::size_t>(got);
  }
  return ReadOutcome::kComplete;
}

/// One file's conversation with children, crashes included.
class Conversation {
 public:
  Conversation(const ExtractionLimits& limits, const ExtractionSink& sink) : limits_(limits), sink_(sink) {}

  /// Reads frames until the file is done (empty), or the child fails (why).
  std::optional<std::string> read_frames(const Peer& child) {
    entered_.clear();
    for (;;) {
      std::string head(kFrameHeaderBytes, '\0');
      if (const auto failed = failure(read_exactly(child, head, limits_.silence_ms))) return failed;
      const auto header = decode_header(head);
      if (!header) return "sent nonsense: " + header.error().message;
      if (header->size > kMaxFrameBytes) return "sent too much";
      std::string payload(header->size, '\0');
      if (const auto failed = failure(read_exactly(child, payload, limits_.silence_ms))) return failed;
      if (header->kind == FrameKind::kDone) return std::nullopt;
      if (const auto taken = take(header->kind, payload); !taken) return "sent nonsense: " + taken.error().message;
      if (header->kind == FrameKind::kItem && sink_.stop && sink_.stop()) {
        stopped_ = true;
        return "not needed any more";
      }
    }
  }

  /// What the next child must not parse. The item to blame is the innermost that was entered; none: the file itself.
  void blame(const std::string& why) {
    const EnteredItem culprit = entered_.empty() ? EnteredItem{} : entered_.back();
    sink_.defect({culprit.path, "its parser was stopped: " + why});
    skipped_.push_back({culprit.id, next_});
  }
  [[nodiscard]] const std::vector<SkippedItem>& skipped() const { return skipped_; }
  /// The caller has what it wanted: the child is in the middle of the file and of no use.
  [[nodiscard]] bool stopped() const { return stopped_; }

 private:
  std::optional<std::string> failure(ReadOutcome outcome) const {
    if (outcome == ReadOutcome::kEnded) return "crash";
    if (outcome == ReadOutcome::kSilent) return fmt::format("no progress in {} s of processor time", limits_.silence_ms / 1000);
    return std::nullopt;
  }
  Status take(FrameKind kind, std::string_view payload) {
    if (kind == FrameKind::kEnter) {
      PROVA_TRY(entered, decode_entry(payload));
      entered_.push_back(std::move(entered));
    } else if (kind == FrameKind::kLeave) {
      if (entered_.empty()) return fail(ErrorCode::kMalformed, "left an item that it had not entered");
      entered_.pop_back();
    } else if (kind == FrameKind::kItem) {
      PROVA_TRY(item, decode_item(payload));
      if (item.id < next_) return {};  // Seen before the crash.
      next_ = item.id + 1;
      sink_.item(std::move(item));
    } else {
      PROVA_TRY(defect, decode_defect(payload));
      if (defects_.size() < kMaxDefects && std::find(defects_.begin(), defects_.end(), defect) == defects_.end()) {
        defects_.push_back(defect);
        sink_.defect(std::move(defect));
      }
    }
    return {};
  }

  const ExtractionLimits& limits_;
  const ExtractionSink& sink_;
  std::vector<EnteredItem> entered_;
  std::vector<SkippedItem> skipped_;
  std::vector<ExtractionDefect> defects_;
  std::uint32_t next_ = 0;
  bool stopped_ = false;
};

}  // namespace

Extractor::Extractor(ExtractionLimits limits) : limits_(limits) {}
Extractor::Extractor(Extractor&&) noexcept = default;
Extractor& Extractor::operator=(Extractor&&) noexcept = default;
Extractor::~Extractor() = default;

namespace {

struct Pipes {
  int child_in, parent_out, parent_in, child_out;
};

Result<Pipes> open_pipes() {
  std::array<int, 2> requests{}, frames{};
  if (::pipe2(requests.data(), O_CLOEXEC) != 0) return io_error("make a pipe");
  if (::pipe2(frames.data(), O_CLOEXEC) != 0) {
    ::close(requests[0]);
    ::close(requests[1]);
    return io_error("make a pipe");
  }
  constexpr int kPipeBytes = 1 << 20;  // Fewer switches between the two processes; refused above pipe-max-size, which is fine.
  (void)::fcntl(frames[1], F_SETPIPE_SZ, kPipeBytes);
  return Pipes{requests[0], requests[1], frames[0], frames[1]};
}

}  // namespace

Status Extractor::extract(const std::filesystem::path& path, const std::string& name, const ExtractionSink& sink) {
  Conversation talk(limits_, sink);
  for (unsigned crashes = 0; crashes <= limits_.crashes; ++crashes) {
    if (!child_) {
      PROVA_TRY(pipes, open_pipes());
      const pid_t parent = ::getpid();
      const pid_t pid = ::fork();
      if (pid < 0) return io_error("start the extraction process");
      if (pid == 0) {
        ::close(pipes.parent_out);
        ::close(pipes.parent_in);
        run_extraction_child(pipes.child_in, pipes.child_out, parent, limits_);
      }
      ::close(pipes.child_in);
      ::close(pipes.child_out);
      child_ = std::make_unique<Child>(pid, pipes.parent_out, pipes.parent_in);
    }
    const std::string request = encode_request({std::filesystem::absolute(path).string(), name, talk.skipped()});
    const std::uint32_t size = static_cast<std::uint32_t>(request.size());
    const bool asked = write_all(child_->requests, std::string(reinterpret_cast<const char*>(&size), 4) + request);
    const auto failed = asked ? talk.read_frames({child_->pid, child_->frames}) : std::optional<std::string>("it is gone");
    if (!failed) return {};
    const std::string ended = child_->end();
    child_.reset();
    if (talk.stopped()) return {};
    if (ended == fmt::format("exit code {}", kNoSandbox)) return fail(ErrorCode::kIo, "the extraction process cannot give up its rights; nothing untrusted is parsed");
    talk.blame(*failed + ", " + ended);
  }
  sink.defect({name, fmt::format("more than {} parsers crashed in this file; the rest of it is not read", limits_.crashes)});
  return {};
}

Status Extractor::extract(ByteView bytes, const std::string& name, const ExtractionSink& sink) {
  const int file = ::memfd_create("prova-extract", MFD_CLOEXEC);
  if (file < 0) return io_error("make an anonymous file");
  Status done = write_all(file, as_text(bytes)) ? Status{} : io_error("copy the bytes");
  if (done) done = extract(fmt::format("/proc/{}/fd/{}", ::getpid(), file), name, sink);
  ::close(file);
  return done;
}

}  // namespace prova
