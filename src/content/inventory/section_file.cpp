#include "content/inventory/section_file.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

#include "base/file.h"
#include "content/inventory/inventory.h"

namespace prova {
namespace {

/// Readable by the owner and the group: names of files are confidential too.
constexpr mode_t kMode = S_IRUSR | S_IWUSR | S_IRGRP;

std::filesystem::path directory_of(const std::filesystem::path& path) {
  return path.parent_path().empty() ? std::filesystem::path(".") : path.parent_path();
}

}  // namespace

Result<SectionFile> SectionFile::create(const std::filesystem::path& path) {
  std::error_code ignored;
  if (std::filesystem::exists(std::filesystem::symlink_status(path, ignored))) {
    return tl::unexpected<Error>(Error{ErrorCode::kUsage, "exists, and an inventory is never replaced; choose another name", std::nullopt, path.string()});
  }
  const int unnamed = ::open(directory_of(path).c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, kMode);
  if (unnamed >= 0) return SectionFile(unnamed, path, {});
  std::filesystem::path temporary = path.string() + fmt::format(".tmp-{}", ::getpid());
  const int named = ::open(temporary.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, kMode);
  if (named < 0) {
    return tl::unexpected<Error>(Error{ErrorCode::kIo, fmt::format("cannot create it: {}", std::strerror(errno)), std::nullopt, path.string()});
  }
  return SectionFile(named, path, std::move(temporary));
}

SectionFile::SectionFile(SectionFile&& other) noexcept
    : file_(std::exchange(other.file_, -1)), size_(other.size_), path_(std::move(other.path_)),
      temporary_(std::exchange(other.temporary_, {})), table_(std::move(other.table_)) {}

SectionFile::~SectionFile() {
  if (file_ >= 0) ::close(file_);
  if (!temporary_.empty()) ::unlink(temporary_.c_str());
}

tl::unexpected<Error> SectionFile::io_error(std::string_view doing) const {
  return tl::unexpected<Error>(Error{ErrorCode::kIo, fmt::format("cannot {} it: {}", doing, std::strerror(errno)), std::nullopt, path_.string()});
}

Status SectionFile::write(std::string_view bytes) {
  size_ += bytes.size();
  while (!bytes.empty()) {
    const ssize_t written = ::write(file_, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return io_error("write");
    bytes.remove_prefix(static_cast<std::size_t>(written));
  }
  return {};
}

Status SectionFile::align() {
  static constexpr char kZeros[kSectionAlignment] = {};
  return write(std::string_view(kZeros, static_cast<std::size_t>((kSectionAlignment - size_ % kSectionAlignment) % kSectionAlignment)));
}

Status SectionFile::begin(const InventoryHeader& header) {
  return write({reinterpret_cast<const char*>(&header), sizeof header});
}

Status SectionFile::add(SectionKind kind, std::string_view bytes) {
  PROVA_TRY(align());
  table_.push_back({static_cast<std::uint32_t>(kind), 0, size_, bytes.size(), sha256(as_bytes(bytes)).bytes});
  return write(bytes);
}

Status SectionFile::name_it() {
  if (temporary_.empty()) {
    const std::string source = fmt::format("/proc/self/fd/{}", file_);
    if (::linkat(AT_FDCWD, source.c_str(), AT_FDCWD, path_.c_str(), AT_SYMLINK_FOLLOW) != 0) return io_error("name");
  } else {
    // link, not rename: a file that appeared meanwhile under this name stays.
    if (::link(temporary_.c_str(), path_.c_str()) != 0) return io_error("name");
    ::unlink(temporary_.c_str());
    temporary_.clear();
  }
  return sync_directory(path_.parent_path());
}

Result<SectionFile::Finished> SectionFile::finish(const InventoryHeader& header, const Bytes32& files_root, const InventoryKey& key) {
  PROVA_TRY(align());
  InventoryTrailer trailer{};
  trailer.table_offset = size_;
  trailer.sections = static_cast<std::uint32_t>(table_.size());
  trailer.format = kInventoryFormat;
  trailer.files_root = files_root;
  trailer.root = inventory_root(header, table_, files_root).bytes;
  trailer.public_key = key.public_key();
  trailer.signature = ed25519_sign(key.signing, as_bytes(signed_message(trailer.root)));
  std::memcpy(trailer.end, kInventoryEnd.data(), sizeof trailer.end);
  PROVA_TRY(write({reinterpret_cast<const char*>(table_.data()), table_.size() * sizeof(SectionEntry)}));
  PROVA_TRY(write({reinterpret_cast<const char*>(&trailer), sizeof trailer}));
  if (::fsync(file_) != 0) return io_error("sync");
  PROVA_TRY(name_it());
  return Finished{Sha256{trailer.root}, size_};
}

}  // namespace prova
