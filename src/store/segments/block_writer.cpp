#include "store/segments/block_writer.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "base/file.h"
#include "base/hash.h"
#include "store/segments/encoding.h"

namespace prova {
namespace {

/// Bytes gathered before they are written: a multiple of kBlockBytes.
constexpr std::size_t kBufferBytes = 64 * kBlockBytes;

tl::unexpected<Error> io_error(std::string_view doing, const std::filesystem::path& path, int reason) {
  return tl::unexpected<Error>(
      Error{ErrorCode::kIo, fmt::format("cannot {}: {}", doing, std::strerror(reason)), std::nullopt, path.string()});
}

}  // namespace

Result<BlockWriter> BlockWriter::create(const std::filesystem::path& final_path) {
  std::filesystem::path temporary = final_path;
  temporary += kTemporarySuffix;
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return io_error("create", temporary, errno);
  return BlockWriter(final_path, std::move(temporary), fd);
}

BlockWriter::BlockWriter(BlockWriter&& other) noexcept
    : final_path_(std::move(other.final_path_)),
      temporary_(std::move(other.temporary_)),
      fd_(std::exchange(other.fd_, -1)),
      buffer_(std::move(other.buffer_)),
      offset_(other.offset_),
      checksums_(std::move(other.checksums_)),
      status_(std::move(other.status_)) {}

BlockWriter::~BlockWriter() {
  if (fd_ < 0) return;
  ::close(fd_);
  ::unlink(temporary_.c_str());
}

void BlockWriter::remember_error(std::string_view doing) {
  if (status_) status_ = io_error(doing, final_path_, errno);
}

void BlockWriter::append(std::string_view bytes) {
  buffer_ += bytes;
  offset_ += bytes.size();
  if (buffer_.size() >= kBufferBytes) flush();
}

/// Hashes and writes the full blocks of the buffer.
void BlockWriter::flush() {
  const std::size_t full = buffer_.size() / kBlockBytes * kBlockBytes;
  for (std::size_t at = 0; at < full; at += kBlockBytes) {
    checksums_.push_back(hash64(std::string_view(buffer_).substr(at, kBlockBytes)));
  }
  write(std::string_view(buffer_).substr(0, full));
  buffer_.erase(0, full);
}

void BlockWriter::write(std::string_view bytes) {
  while (status_ && !bytes.empty()) {
    const ssize_t written = ::write(fd_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return remember_error("write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
}

Result<std::uint64_t> BlockWriter::finish(SegmentLayout layout) {
  flush();
  if (!buffer_.empty()) checksums_.push_back(hash64(buffer_));
  layout.table_offset = offset_;
  std::string table;
  for (const std::uint64_t checksum : checksums_) append_fixed(table, checksum);
  layout.table_checksum = hash64(table);
  const std::string footer = encode_footer(layout);
  write(buffer_);
  write(table);
  write(footer);
  if (status_ && ::fsync(fd_) != 0) remember_error("sync");
  if (status_ && ::rename(temporary_.c_str(), final_path_.c_str()) != 0) remember_error("rename into place");
  PROVA_TRY(std::move(status_));
  ::close(std::exchange(fd_, -1));
  PROVA_TRY(sync_directory(final_path_.parent_path()));
  return load<std::uint64_t>(as_bytes(footer).data() + kSegmentFooterBytes - 8);
}

}  // namespace prova
