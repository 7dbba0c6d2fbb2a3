#include "base/file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

namespace prova {
namespace {

/// Owns a file descriptor.
class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] bool open() const { return fd_ >= 0; }

 private:
  int fd_;
};

tl::unexpected<Error> io_error(std::string_view doing, const std::filesystem::path& path) {
  const int reason = errno;
  Error error{ErrorCode::kIo, fmt::format("cannot {}: {}", doing, std::strerror(reason)), std::nullopt, path.string()};
  return tl::unexpected<Error>(std::move(error));
}

Result<std::uint64_t> regular_size(const Descriptor& file, const std::filesystem::path& path) {
  struct stat info {};
  if (::fstat(file.get(), &info) != 0) return io_error("look at it", path);
  if (!S_ISREG(info.st_mode)) {
    return tl::unexpected<Error>(
        Error{ErrorCode::kIo, S_ISDIR(info.st_mode) ? "is a directory, a file is expected" : "is not a regular file",
              std::nullopt, path.string()});
  }
  return static_cast<std::uint64_t>(info.st_size);
}

Status write_all(const Descriptor& file, std::string_view content, const std::filesystem::path& path) {
  while (!content.empty()) {
    const ssize_t written = ::write(file.get(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return io_error("write", path);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

}  // namespace

Result<MappedFile> MappedFile::open(const std::filesystem::path& path) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.open()) return io_error("open", path);
  PROVA_TRY(size, regular_size(file, path));
  if (size == 0) return MappedFile(ByteView{});
  void* address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, file.get(), 0);
  if (address == MAP_FAILED) return io_error("map", path);
  return MappedFile(ByteView(static_cast<const std::byte*>(address), size));
}

MappedFile::MappedFile(MappedFile&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
  std::swap(bytes_, other.bytes_);
  return *this;
}

MappedFile::~MappedFile() {
  if (!bytes_.empty()) ::munmap(const_cast<std::byte*>(bytes_.data()), bytes_.size());
}

Result<std::string> read_file(const std::filesystem::path& path, std::uint64_t limit) {
  const Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
  if (!file.open()) return io_error("open", path);
  PROVA_TRY(size, regular_size(file, path));
  std::string content;
  content.reserve(static_cast<std::size_t>(size < limit ? size : limit));
  char buffer[1 << 16];
  for (;;) {
    const ssize_t got = ::read(file.get(), buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error("read", path);
    if (got == 0) return content;
    if (content.size() + static_cast<std::size_t>(got) > limit) {
      return tl::unexpected<Error>(
          Error{ErrorCode::kLimit, fmt::format("more than {} bytes, the limit here", limit), std::nullopt, path.string()});
    }
    content.append(buffer, static_cast<std::size_t>(got));
  }
}

Status sync_directory(const std::filesystem::path& directory) {
  const std::filesystem::path where = directory.empty() ? std::filesystem::path(".") : directory;
  const Descriptor folder(::open(where.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder.open()) return io_error("open the directory", where);
  if (::fsync(folder.get()) != 0) return io_error("sync the directory", where);
  return {};
}

Status write_file_atomically(const std::filesystem::path& path, std::string_view content) {
  const std::filesystem::path temporary = path.string() + fmt::format(".tmp-{}", ::getpid());
  const auto give_up = [&](tl::unexpected<Error> error) -> Status {
    ::unlink(temporary.c_str());
    return error;
  };
  {
    struct stat old {};
    const bool replaces = ::stat(path.c_str(), &old) == 0 && S_ISREG(old.st_mode);
    const mode_t mode = replaces ? old.st_mode & 0777U : 0644U;
    const Descriptor file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode));
    if (!file.open()) return io_error("create", temporary);
    if (replaces && ::fchmod(file.get(), mode) != 0) return give_up(io_error("set the permissions of", temporary));
    if (auto written = write_all(file, content, path); !written) return give_up(tl::unexpected<Error>(written.error()));
    if (::fsync(file.get()) != 0) return give_up(io_error("sync", path));
  }
  if (::rename(temporary.c_str(), path.c_str()) != 0) return give_up(io_error("rename into place", path));
  return sync_directory(path.parent_path());
}

}  // namespace prova
