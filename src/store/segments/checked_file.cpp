#include "store/segments/checked_file.h"

#include <fmt/format.h>

#include "base/hash.h"
#include "store/segments/encoding.h"

namespace prova {

CheckedFile::CheckedFile(MappedFile file, SegmentLayout layout, std::string name, Checksums checksums)
    : file_(std::move(file)),
      layout_(layout),
      name_(std::move(name)),
      checksums_(checksums),
      seen_(std::make_unique<std::atomic<std::uint64_t>[]>(static_cast<std::size_t>(layout.blocks() / 64 + 1))) {}

Result<CheckedFile> CheckedFile::open(const std::filesystem::path& path, Checksums checksums) {
  PROVA_TRY(file, MappedFile::open(path));
  auto layout = decode_layout(file.bytes());
  if (!layout) {
    layout.error().file = path.filename().string();
    return tl::unexpected<Error>(std::move(layout).error());
  }
  CheckedFile checked(std::move(file), *layout, path.filename().string(), checksums);
  const ByteView table = clamped(checked.file_.bytes(), layout->table_offset, layout->blocks() * 8);
  if (checksums == Checksums::kCheck && hash64(table) != layout->table_checksum) {
    return checked.error("checksum of the checksum table differs from its content", layout->table_offset);
  }
  return checked;
}

std::uint64_t CheckedFile::footer_checksum() const {
  return load<std::uint64_t>(file_.bytes().data() + file_.bytes().size() - 8);
}

bool CheckedFile::block_matches(std::uint64_t index) const {
  const std::uint64_t begin = index * kBlockBytes;
  const ByteView block = clamped(file_.bytes(), begin, std::min(kBlockBytes, layout_.table_offset - begin));
  return hash64(block) == load<std::uint64_t>(file_.bytes().data() + layout_.table_offset + index * 8);
}

bool CheckedFile::touch(std::uint64_t block) const {
  if (checksums_ == Checksums::kCheck && !block_matches(block)) return false;
  seen_[block / 64].fetch_or(1ULL << (block % 64), std::memory_order_relaxed);
  return true;
}

tl::unexpected<Error> CheckedFile::error(std::string message, std::uint64_t offset) const {
  return tl::unexpected<Error>(Error{ErrorCode::kStore, std::move(message), FileOffset{offset}, name_});
}

tl::unexpected<Error> CheckedFile::error_at(SegmentPart part, std::uint64_t offset, std::uint64_t size,
                                            std::string what) const {
  const Extent& extent = layout_[part];
  if (offset > extent.size || size > extent.size - offset) {
    return error(fmt::format("{} bytes at {} of a part of {}: {}", size, offset, extent.size, what),
                 extent.offset + std::min(offset, extent.size));
  }
  const std::uint64_t begin = extent.offset + offset;
  for (std::uint64_t at = begin / kBlockBytes * kBlockBytes; at < begin + size; at += kBlockBytes) {
    if (!intact(at, 1)) return error("checksum of the block differs from its content", at);
  }
  return error(std::move(what), begin);
}

}  // namespace prova
