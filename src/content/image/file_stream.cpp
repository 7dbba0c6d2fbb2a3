#include "content/image/file_stream.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <vector>

namespace prova {
namespace {

enum class Frame : std::uint32_t { kBegin = 1, kContent = 2, kEnd = 3, kDone = 4, kFailed = 5 };

struct FrameHeader {
  Frame kind;
  std::uint32_t size;
};

/// Content travels in pieces of this size: what a pipe of the size below holds four times.
constexpr std::size_t kPiece = 1U << 18;
constexpr int kPipeBytes = 1 << 20;

struct BeginFields {
  std::uint64_t size;
  std::int64_t mtime_ns, ctime_ns;
  std::uint64_t inode;
  std::uint32_t mode, owner;
};

bool write_fully(int pipe, const void* bytes, std::size_t size) {
  const char* at = static_cast<const char*>(bytes);
  while (size > 0) {
    const ssize_t written = ::write(pipe, at, size);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    at += written;
    size -= static_cast<std::size_t>(written);
  }
  return true;
}

bool read_fully(int pipe, void* bytes, std::size_t size) {
  char* at = static_cast<char*>(bytes);
  while (size > 0) {
    const ssize_t got = ::read(pipe, at, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    at += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

/// The child's end: turns calls into frames. When the parent is gone there is nobody to tell: the child ends.
class FrameWriter {
 public:
  explicit FrameWriter(int pipe) : pipe_(pipe) {}
  void frame(Frame kind, std::string_view bytes) const {
    const FrameHeader header{kind, static_cast<std::uint32_t>(bytes.size())};
    if (!write_fully(pipe_, &header, sizeof header) || !write_fully(pipe_, bytes.data(), bytes.size())) ::_exit(0);
  }
  void begin(const StreamedFile& file) const {
    const BeginFields fields{file.size, file.mtime_ns, file.ctime_ns, file.inode, file.mode, file.owner};
    std::string bytes(reinterpret_cast<const char*>(&fields), sizeof fields);
    bytes += file.path.substr(0, kMaxStreamedPath);
    frame(Frame::kBegin, bytes);
  }
  void content(ByteView bytes) const {
    for (; bytes.size() > kPiece; bytes = bytes.subspan(kPiece)) frame(Frame::kContent, as_text(bytes.first(kPiece)));
    frame(Frame::kContent, as_text(bytes));
  }

 private:
  int pipe_;
};

/// Limits of the child: memory, no core file, no new files of any size, no network where the kernel lets us.
void limit_child() {
  struct rlimit now {};
  ::getrlimit(RLIMIT_AS, &now);
  const struct rlimit none { 0, 0 };
  ::setrlimit(RLIMIT_CORE, &none);
  ::setrlimit(RLIMIT_FSIZE, &none);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)  // Shadow memory needs terabytes of addresses.
  std::uint64_t mapped_pages = 0;
  if (std::FILE* statm = std::fopen("/proc/self/statm", "re"); statm != nullptr) {
    unsigned long long pages = 0;
    if (std::fscanf(statm, "%llu", &pages) == 1) mapped_pages = pages;
    std::fclose(statm);
  }
  const std::uint64_t allowed = mapped_pages * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE)) + kChildMemory;
  const struct rlimit memory { allowed, allowed };
  ::setrlimit(RLIMIT_AS, &memory);
#endif
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  (void)::unshare(CLONE_NEWNET);  // Refused without privileges; then nothing but our own code opens sockets anyway.
}

[[noreturn]] void be_child(int pipe, const FileProducer& producer) {
  limit_child();
  const FrameWriter out(pipe);
  const FileReceiver into{[&](const StreamedFile& file) {
                            out.begin(file);
                            return true;
                          },
                          [&](ByteView bytes) { out.content(bytes); },
                          [&](std::string_view error) { out.frame(Frame::kEnd, error); }};
  const Status done = producer(into);
  if (done) {
    out.frame(Frame::kDone, {});
  } else {
    out.frame(Frame::kFailed, static_cast<char>(done.error().code) + done.error().message);
  }
  ::_exit(0);
}

/// The parent's end. Trusts nothing: the child may be running somebody else's code by now.
class FrameReader {
 public:
  FrameReader(int pipe, const FileReceiver& receiver) : pipe_(pipe), receiver_(receiver) {}
  /// True when the stream came to its end; `failure` is what the producer said then: its code as one byte, its message.
  bool run(std::string& failure) {
    for (FrameHeader header; read_fully(pipe_, &header, sizeof header);) {
      if (header.size > kPiece + kMaxStreamedPath) return false;
      buffer_.resize(header.size);
      if (!read_fully(pipe_, buffer_.data(), header.size)) return false;
      const std::string_view bytes(buffer_.data(), buffer_.size());
      if (header.kind == Frame::kDone || header.kind == Frame::kFailed) {
        if (header.kind == Frame::kFailed) failure = bytes.empty() ? std::string("\0failed", 7) : std::string(bytes);
        return true;
      }
      if (!take(header.kind, bytes)) return false;
    }
    return false;
  }
  [[nodiscard]] bool inside_file() const { return inside_; }

 private:
  bool take(Frame kind, std::string_view bytes) {
    if (kind == Frame::kBegin) return begin(bytes);
    if (!inside_) return false;
    if (kind == Frame::kContent) {
      if (wanted_) receiver_.content(as_bytes(bytes));
      return true;
    }
    if (kind != Frame::kEnd) return false;
    inside_ = false;
    receiver_.end(bytes);
    return true;
  }
  bool begin(std::string_view bytes) {
    if (inside_ || bytes.size() < sizeof(BeginFields)) return false;
    BeginFields fields;
    std::memcpy(&fields, bytes.data(), sizeof fields);
    inside_ = true;
    wanted_ = receiver_.begin({std::string(bytes.substr(sizeof fields)), fields.size, fields.mtime_ns, fields.ctime_ns, fields.inode, fields.mode, fields.owner});
    return true;
  }

  int pipe_;
  const FileReceiver& receiver_;
  std::vector<char> buffer_;
  bool inside_ = false, wanted_ = false;
};

Status how_it_ended(pid_t child, bool complete, const std::string& failure) {
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (complete && failure.empty()) return {};
  if (complete) {
    const bool unsupported = failure.front() == static_cast<char>(ErrorCode::kUnsupported);
    return fail(unsupported ? ErrorCode::kUnsupported : ErrorCode::kMalformed, failure.substr(1));
  }
  if (WIFSIGNALED(status)) return fail(ErrorCode::kMalformed, fmt::format("its parser crashed (signal {}); what came before stands", WTERMSIG(status)));
  return fail(ErrorCode::kMalformed, "its parser ended early; what came before stands");
}

}  // namespace

Status run_in_child(const FileProducer& producer, const FileReceiver& receiver) {
  int pipe[2];
  if (::pipe2(pipe, O_CLOEXEC) != 0) return fail(ErrorCode::kIo, fmt::format("cannot open a pipe: {}", std::strerror(errno)));
  (void)::fcntl(pipe[1], F_SETPIPE_SZ, kPipeBytes);
  const pid_t child = ::fork();
  if (child < 0) {
    ::close(pipe[0]);
    ::close(pipe[1]);
    return fail(ErrorCode::kIo, fmt::format("cannot start a child process: {}", std::strerror(errno)));
  }
  if (child == 0) {
    ::close(pipe[0]);
    be_child(pipe[1], producer);
  }
  ::close(pipe[1]);
  std::string failure;
  FrameReader reader(pipe[0], receiver);
  const bool complete = reader.run(failure);
  if (reader.inside_file()) receiver.end("the stream ended inside this file");
  ::close(pipe[0]);
  if (!complete) ::kill(child, SIGKILL);
  return how_it_ended(child, complete, failure);
}

std::string harmless_path(std::string_view path) {
  std::string out;
  while (!path.empty()) {
    const std::size_t slash = path.find('/');
    const std::string_view part = path.substr(0, slash);
    path.remove_prefix(slash == std::string_view::npos ? path.size() : slash + 1);
    if (part.empty() || part == "." || part == "..") continue;
    if (!out.empty()) out += '/';
    for (const char c : part) out += c == '\0' ? '_' : c;
  }
  return out;
}

}  // namespace prova
