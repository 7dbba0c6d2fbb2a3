#include "content/inventory/read_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "content/inventory/directory_walk.h"

namespace prova {
namespace {

/// Without fingerprints for leaks, bytes are needed only once: a piece stays in the second-level cache.
constexpr std::size_t kPiece = 1U << 18;

constexpr std::int64_t kNanoseconds = 1'000'000'000;
std::int64_t nanoseconds(const struct timespec& time) { return time.tv_sec * kNanoseconds + time.tv_nsec; }

tl::unexpected<Error> failed(std::string_view doing) { return fail(ErrorCode::kIo, fmt::format("cannot {}: {}", doing, std::strerror(errno))); }

/// Fills `into` or stops at the end of the file.
Result<std::size_t> read_some(int file, std::span<std::byte> into) {
  std::size_t done = 0;
  while (done < into.size()) {
    const ssize_t got = ::read(file, into.data() + done, into.size() - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return failed("read");
    if (got == 0) break;
    done += static_cast<std::size_t>(got);
  }
  return done;
}

}  // namespace

void take_fingerprint(FileFingerprint fingerprint, InventoriedFile& file) {
  file.record.size = fingerprint.size;
  file.record.tail_exact = fingerprint.tail_exact;
  file.record.tail_head = fingerprint.tail_head;
  file.digest = fingerprint.digest;
  file.blocks = std::move(fingerprint.blocks);
  file.constants = std::move(fingerprint.constants);
  file.tiny = std::move(fingerprint.tiny);
}

void take_stat(const struct stat& info, InventoriedFile& file) {
  file.record.mtime_ns = nanoseconds(info.st_mtim);
  file.record.ctime_ns = nanoseconds(info.st_ctim);
  file.record.inode = info.st_ino;
  file.record.mode = info.st_mode;
  file.record.owner = info.st_uid;
  file.record.device = static_cast<std::uint32_t>(info.st_dev);
}

std::span<std::byte> FileReader::buffer(std::size_t size) {
  if (capacity_ < size) {
    bytes_ = std::make_unique_for_overwrite<std::byte[]>(size);
    capacity_ = size;
  }
  return {bytes_.get(), size};
}

Status FileReader::read_content(int file, std::uint64_t expected, InventoriedFile& into) {
  const bool marks = settings_.marks.any();
  const std::uint64_t window = marks ? kMarkWindow : kPiece;
  // One byte more than expected: a file that did not grow is read to its end by one call.
  const auto piece = buffer(static_cast<std::size_t>(std::min<std::uint64_t>(window, expected + 1)));
  fingerprinter_.begin(true);
  for (std::uint64_t offset = 0;;) {
    PROVA_TRY(got, read_some(file, piece));
    if (got == 0) break;
    const ByteView content = piece.first(got);
    fingerprinter_.add(content);
    if (marks) {
      PROVA_TRY(add_content_marks({content, offset, std::max(expected, offset + got)}, settings_.keys_of_marks, settings_.marks, extractor_, into));
    }
    offset += got;
    if (got < piece.size()) break;
  }
  return {};
}

Result<InventoriedFile> FileReader::read(const std::filesystem::path& path) {
  const int file = open_quietly(path);
  if (file < 0) return failed("open");
  InventoriedFile made;
  made.path = path.filename().string();
  struct stat before {}, after {};
  Status done = ::fstat(file, &before) == 0 ? Status{} : Status(failed("look at it"));
  if (done && !S_ISREG(before.st_mode)) done = fail(ErrorCode::kIo, "is no longer a regular file");
  if (done) done = read_content(file, static_cast<std::uint64_t>(before.st_size), made);
  const bool large = static_cast<std::uint64_t>(before.st_size) > kMarkWindow;
  if (done && large) done = add_large_file_marks(path, settings_.keys_of_marks, settings_.marks, extractor_, made);
  FileFingerprint fingerprint = fingerprinter_.finish();
  if (done && ::fstat(file, &after) != 0) done = failed("look at it");
  ::close(file);
  if (!done) return tl::unexpected<Error>(done.error());
  take_stat(before, made);
  take_fingerprint(std::move(fingerprint), made);
  const bool same = nanoseconds(before.st_mtim) == nanoseconds(after.st_mtim) && nanoseconds(before.st_ctim) == nanoseconds(after.st_ctim) &&
                    made.record.size == static_cast<std::uint64_t>(after.st_size);
  if (!same) made.record.flags |= kChangedWhileRead;
  return made;
}

}  // namespace prova
