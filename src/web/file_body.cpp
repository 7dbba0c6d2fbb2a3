#include "web/file_body.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

namespace prova::web {
namespace {

/// Read and sent at once. Unit: bytes.
constexpr std::size_t kPieceBytes = 256U << 10;

/// Owns the descriptor for as long as the answer is being sent: a report that is replaced meanwhile is sent to its end.
class OpenFile {
 public:
  explicit OpenFile(int fd) : fd_(fd) {}
  OpenFile(const OpenFile&) = delete;
  OpenFile& operator=(const OpenFile&) = delete;
  ~OpenFile() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

/// The next piece; false at the end, or when it cannot be read.
bool read_piece(int fd, std::string& piece) {
  piece.resize(kPieceBytes);
  ssize_t got = 0;
  do got = ::read(fd, piece.data(), piece.size());
  while (got < 0 && errno == EINTR);
  piece.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
  return got > 0;
}

}  // namespace

Response stored_document(const std::filesystem::path& path, const std::string& remedy) {
  auto file = std::make_shared<OpenFile>(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK));
  if (file->get() < 0) return errno == ENOENT ? refusal(404, remedy) : refusal(500, fmt::format("cannot open {}: {}", path.filename().string(), std::strerror(errno)));
  struct stat info {};
  if (::fstat(file->get(), &info) != 0 || !S_ISREG(info.st_mode)) return refusal(500, path.filename().string() + " is not a regular file");
  Response response;
  response.etag = fmt::format("\"{:x}-{:x}-{:x}-{:x}\"", static_cast<std::uint64_t>(info.st_ino), static_cast<std::uint64_t>(info.st_size),
                              static_cast<std::uint64_t>(info.st_mtim.tv_sec), static_cast<std::uint64_t>(info.st_mtim.tv_nsec));
  response.stream = [file](std::string& piece) { return read_piece(file->get(), piece); };
  return response;
}

}  // namespace prova::web
