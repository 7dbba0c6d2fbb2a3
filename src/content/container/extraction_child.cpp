#include "content/container/extraction_child.h"

#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <clocale>
#include <string>

#include "base/file.h"
#include "content/container/frames.h"
#include "content/container/sandbox.h"
#include "content/container/walk.h"

namespace prova {
namespace {

/// Writes frames. What cannot be written ends the child: the parent is gone.
class FrameWriter {
 public:
  explicit FrameWriter(int fd) : fd_(fd) {}

  void write(FrameKind kind, std::string_view payload, ByteView more = {}) {
    const std::size_t size = payload.size() + more.size();
    if (size > kMaxFrameBytes) ::_exit(1);
    buffer_ += encode_header({kind, static_cast<std::uint32_t>(size)});
    buffer_ += payload;
    if (more.size() > kBuffered) {
      flush();
      write_through(as_text(more));
    } else {
      buffer_ += as_text(more);
    }
    if (buffer_.size() > kBuffered) flush();
  }
  void flush() {
    write_through(buffer_);
    buffer_.clear();
  }

 private:
  static constexpr std::size_t kBuffered = 1 << 18;
  void write_through(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
      if (written < 0 && errno == EINTR) continue;
      if (written <= 0) ::_exit(1);
      bytes.remove_prefix(static_cast<std::size_t>(written));
    }
  }
  int fd_;
  std::string buffer_;
};

bool read_all(int fd, char* bytes, std::size_t size) {
  while (size > 0) {
    const ssize_t got = ::read(fd, bytes, size);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    bytes += got;
    size -= static_cast<std::size_t>(got);
  }
  return true;
}

void answer(const ExtractionRequest& request, const ExtractionLimits& limits, FrameWriter& out) {
  const auto file = MappedFile::open(request.path);
  if (!file) {
    out.write(FrameKind::kDefect, encode_defect({request.name, file.error().message}));
    return;
  }
  WalkEvents on;
  on.entering = [&](std::uint32_t id, const std::string& path) {
    out.write(FrameKind::kEnter, encode_entry(id, path));
    out.flush();  // A crash may follow: the parent must know whom to blame.
  };
  on.leaving = [&] { out.write(FrameKind::kLeave, {}); };
  on.item = [&](const ExtractedItem& item, ByteView bytes) {
    out.write(FrameKind::kItem, encode_item(item), item.kind == ItemKind::kFile ? ByteView{} : bytes);
  };
  on.defect = [&](const ExtractionDefect& defect) { out.write(FrameKind::kDefect, encode_defect(defect)); };
  walk_file(file->bytes(), request.name, limits, request.skipped, on);
}

/// Closes what the parent has open: inventories, keys, other files under analysis.
void close_all_but(int in, int out) {
  const auto low = static_cast<unsigned>(std::min(in, out)), high = static_cast<unsigned>(std::max(in, out));
  if (low > 3) (void)::close_range(3, low - 1, 0);
  if (high > low + 1) (void)::close_range(low + 1, high - 1, 0);
  (void)::close_range(high + 1, ~0U, 0);
}

/// Standard output and error belong to the parent; what parsers print goes nowhere.
void detach_output() {
  const int nowhere = ::open("/dev/null", O_RDWR | O_CLOEXEC);
  for (const int fd : {0, 1, 2}) {
    if (nowhere >= 0) (void)::dup2(nowhere, fd);
  }
}

}  // namespace

void run_extraction_child(int in, int out, pid_t parent, const ExtractionLimits& limits) noexcept {
  for (const int caught : {SIGINT, SIGTERM, SIGSEGV, SIGBUS, SIGABRT, SIGFPE}) ::signal(caught, SIG_DFL);
  ::signal(SIGINT, SIG_IGN);  // Ctrl-C reaches the whole group; the parent decides.
  close_all_but(in, out);
  detach_output();
  // Names in archives are UTF-8 or code pages; without a UTF-8 locale libarchive refuses the former.
  if (std::setlocale(LC_CTYPE, "C.UTF-8") == nullptr) ::_exit(kNoSandbox);
  if (!enter_sandbox(limits.memory) || ::getppid() != parent) ::_exit(kNoSandbox);
  FrameWriter frames(out);
  // A request is a path and a few numbers.
  constexpr std::uint32_t kMaxRequest = 1 << 20;
  for (std::uint32_t size = 0; read_all(in, reinterpret_cast<char*>(&size), sizeof size) && size <= kMaxRequest;) {
    std::string payload(size, '\0');
    if (!read_all(in, payload.data(), size)) break;
    const auto request = decode_request(payload);
    if (!request) break;
    answer(*request, limits, frames);
    frames.write(FrameKind::kDone, {});
    frames.flush();
  }
  ::_exit(0);
}

}  // namespace prova
