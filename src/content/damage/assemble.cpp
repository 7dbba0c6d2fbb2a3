#include "content/damage/assemble.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>

#include "content/damage/mft_record.h"
#include "content/inventory/directory_walk.h"

namespace prova {
namespace {

constexpr std::size_t kPiece = 1U << 18;

/// Adds a piece to the extents, joined with the last one where both lie side by side.
void add_extent(std::vector<FileExtent>& extents, FileExtent piece) {
  if (!extents.empty()) {
    FileExtent& last = extents.back();
    const bool follows = last.kind == piece.kind && last.file_offset + last.length == piece.file_offset;
    const bool stored = piece.kind == ExtentKind::kStored && last.source == piece.source && last.offset + last.length == piece.offset && last.path == piece.path;
    const bool constant = piece.kind == ExtentKind::kConstant && last.value == piece.value;
    if (follows && (stored || constant)) {
      last.length += piece.length;
      return;
    }
  }
  extents.push_back(std::move(piece));
}

FileExtent stored_at(const StreamTable& streams, std::uint32_t step, std::uint64_t file_offset, std::uint64_t length) {
  const Stream& stream = streams.at_step(step);
  return {file_offset, length, ExtentKind::kStored, stream.source, stream.phase + std::uint64_t{step - stream.first_step} * kBlockBytes, 0, stream.path};
}

/// The tail of a file right behind its last whole block, by its exact hash.
std::optional<FileExtent> tail_behind(const FileRecord& record, const std::vector<FileExtent>& extents, const ScanTargets& targets, SourceReader& reader) {
  const std::uint64_t length = record.size % kBlockBytes, start = record.size - length;
  if (extents.empty() || extents.back().kind != ExtentKind::kStored || extents.back().file_offset + extents.back().length != start) return std::nullopt;
  FileExtent tail = extents.back();
  tail.offset += tail.length;
  tail.file_offset = start;
  tail.length = length;
  std::vector<std::byte> bytes(static_cast<std::size_t>(length));
  if (!reader.read(tail.source, tail.path, tail.offset, bytes) || targets.hasher.exact(bytes) != record.tail_exact) return std::nullopt;
  return tail;
}

}  // namespace

SourceReader::~SourceReader() {
  if (file_ >= 0) ::close(file_);
}

int SourceReader::open(std::uint32_t source, const std::string& path) {
  if (file_ >= 0 && source == open_source_ && path == open_path_) return file_;
  if (file_ >= 0) ::close(file_);
  file_ = open_quietly(std::filesystem::path(sources_[source].path) / path);
  open_source_ = source;
  open_path_ = path;
  return file_;
}

bool SourceReader::read(std::uint32_t source, const std::string& path, std::uint64_t offset, std::span<std::byte> into) {
  if (sources_[source].image != nullptr) {
    const auto got = sources_[source].image->read(offset, into);
    return got && *got == into.size();
  }
  const int file = open(source, path);
  std::size_t done = 0;
  while (file >= 0 && done < into.size()) {
    const ssize_t got = ::pread(file, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) return false;
    done += static_cast<std::size_t>(got);
  }
  return file >= 0;
}

LocatedBlocks locate_blocks(std::size_t file, const ScanTargets& targets, SourceReader& reader) {
  const FileRecord& record = targets.inventory.files()[file];
  const auto blocks = targets.inventory.blocks(file);
  LocatedBlocks located;
  located.lost.resize(blocks.size());
  for (std::size_t i = 0; i < blocks.size(); ++i) {
    const std::uint64_t offset = i * kBlockBytes;
    const std::uint64_t length = std::min<std::uint64_t>(kBlockBytes, record.size - offset);
    if (blocks[i] >= kConstantBlock) {
      located.constant_bytes += length;
      add_extent(located.extents, {offset, length, ExtentKind::kConstant, 0, 0, static_cast<std::uint8_t>(blocks[i] & 0xff), {}});
      continue;
    }
    std::optional<FileExtent> place;
    if (targets.locations.found(blocks[i])) {
      place = stored_at(targets.streams, targets.locations.of(blocks[i]), offset, length);
    } else if (length < kBlockBytes) {
      place = tail_behind(record, located.extents, targets, reader);
      const auto alone = targets.tails.find(static_cast<std::uint32_t>(file));
      if (!place && alone != targets.tails.end()) place = FileExtent{offset, length, ExtentKind::kStored, alone->second.source, alone->second.offset, 0, {}};
    }
    if (!place) {
      located.lost[i] = true;
      ++located.lost_blocks;
      continue;
    }
    located.found_bytes += length;
    add_extent(located.extents, *std::move(place));
  }
  return located;
}

bool read_extents(const std::vector<FileExtent>& extents, SourceReader& reader, const std::function<bool(ByteView)>& sink) {
  std::vector<std::byte> buffer(kPiece);
  for (const FileExtent& extent : extents) {
    if (extent.kind == ExtentKind::kMftRecord) {
      if (!reader.read(extent.source, extent.path, extent.offset, std::span(buffer).first(kMftRecordBytes))) return false;
      const auto data = resident_data(ByteView(buffer).first(kMftRecordBytes));
      if (!data || !sink(as_bytes(*data))) return false;
      continue;
    }
    if (extent.kind == ExtentKind::kConstant) std::fill(buffer.begin(), buffer.end(), static_cast<std::byte>(extent.value));
    for (std::uint64_t done = 0; done < extent.length;) {
      const auto piece = std::span(buffer).first(static_cast<std::size_t>(std::min<std::uint64_t>(kPiece, extent.length - done)));
      if (extent.kind == ExtentKind::kStored && !reader.read(extent.source, extent.path, extent.offset + done, piece)) return false;
      if (!sink(piece)) return false;
      done += piece.size();
    }
  }
  return true;
}

bool confirm(const std::vector<FileExtent>& extents, const Sha256& digest, SourceReader& reader) {
  Sha256Stream hash;
  const bool read = read_extents(extents, reader, [&](ByteView bytes) {
    hash.add(bytes);
    return true;
  });
  return hash.finish() == digest && read;
}

}  // namespace prova
