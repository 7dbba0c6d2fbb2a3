#include "content/recover/exact_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <cstring>
#include <utility>

namespace prova {
namespace {

tl::unexpected<Error> failed(std::string_view doing, std::string_view path) {
  return tl::unexpected<Error>(Error{ErrorCode::kIo, fmt::format("cannot {}: {}", doing, std::strerror(errno)), std::nullopt, std::string(path)});
}

/// Temporary names of one process never meet.
std::atomic<unsigned> writers{0};

}  // namespace

Result<ExactWriter> ExactWriter::open(const std::filesystem::path& root) {
  std::error_code error;
  std::filesystem::create_directories(root, error);
  const int directory = ::open(root.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (directory < 0) return failed("open the output directory", root.string());
  ExactWriter writer(directory);
  writer.counter_ = writers.fetch_add(1);
  return writer;
}

ExactWriter::ExactWriter(ExactWriter&& other) noexcept
    : root_(std::exchange(other.root_, -1)), directory_(std::exchange(other.directory_, -1)), file_(std::exchange(other.file_, -1)),
      counter_(other.counter_), temporary_(std::move(other.temporary_)), name_(std::move(other.name_)), failed_(other.failed_), hash_(std::move(other.hash_)) {}

ExactWriter::~ExactWriter() {
  abandon();
  if (root_ >= 0) ::close(root_);
}

void ExactWriter::abandon() {
  if (file_ >= 0) {
    ::close(file_);
    ::unlinkat(directory_, temporary_.c_str(), 0);
  }
  if (directory_ >= 0) ::close(directory_);
  file_ = directory_ = -1;
}

Status ExactWriter::open_directory(std::string_view path, std::string& name) {
  int at = ::dup(root_);
  std::string_view rest = path;
  name.clear();
  while (!rest.empty()) {
    const std::string part(rest.substr(0, rest.find('/')));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    if (part.empty() || part == "." || part == "..") continue;
    if (!name.empty()) {  // The part before this one turns out to be a directory.
      const bool made = ::mkdirat(at, name.c_str(), 0755) == 0 || errno == EEXIST;
      const int next = made ? ::openat(at, name.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC) : -1;
      const int reason = errno;
      ::close(at);
      errno = reason;
      if (next < 0) return failed("make its directory", path);
      at = next;
    }
    name = part;
  }
  directory_ = at;
  return {};
}

Status ExactWriter::begin(std::string_view path) {
  abandon();
  (void)hash_.finish();
  failed_ = false;
  PROVA_TRY(open_directory(path, name_));
  if (name_.empty()) return fail(ErrorCode::kUsage, "the path names no file");
  struct stat info {};
  if (::fstatat(directory_, name_.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0) {
    return tl::unexpected<Error>(Error{ErrorCode::kUsage, "is there already and is never overwritten", std::nullopt, std::string(path)});
  }
  temporary_ = fmt::format(".prova-{}-{}", ::getpid(), counter_);
  file_ = ::openat(directory_, temporary_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file_ < 0) return failed("create it", path);
  return {};
}

void ExactWriter::write(ByteView bytes) {
  if (file_ < 0 || failed_) return;
  hash_.add(bytes);
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      failed_ = true;
      return;
    }
    bytes = bytes.subspan(static_cast<std::size_t>(written));
  }
}

Status ExactWriter::name_it() {
  if (failed_) return failed("write", name_);
  // link fails where a name exists: nothing is overwritten even if it appeared just now.
  if (::linkat(directory_, temporary_.c_str(), directory_, name_.c_str(), 0) != 0) return failed("name it", name_);
  return {};
}

Result<bool> ExactWriter::finish(const Sha256& wanted) {
  const bool exact = hash_.finish() == wanted && !failed_;
  const Status named = exact || failed_ ? name_it() : Status{};
  abandon();
  if (!named) return tl::unexpected<Error>(named.error());
  return exact;
}

Status ExactWriter::finish_unchecked() {
  const Status named = name_it();
  abandon();
  return named;
}

}  // namespace prova
