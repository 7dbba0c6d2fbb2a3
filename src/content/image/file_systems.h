#pragma once
// The files of a file system inside an image (ext2/3/4, NTFS, FAT, exFAT), by The Sleuth Kit.

#include <vector>

#include "content/image/file_stream.h"
#include "content/image/image_reader.h"

namespace prova {

/// Bytes that replace what the image holds: a boot sector from its copy, say. The image itself is never changed.
struct ImageOverlay {
  std::uint64_t offset = 0;
  std::string bytes;
};

/// Directories below this depth and files beyond this number are not followed: a damaged file system can hold loops.
constexpr unsigned kMaxStreamedFiles = 200'000'000;

/// Whether the content of a file is to be read; asked inside the child.
using WantContent = std::function<bool(const StreamedFile& file)>;

/// A producer of all allocated regular files of the file system at `offset` of `image`. Files whose content is not wanted
/// come without. The producer reports kUnsupported when no known file system lies there.
/// REQUIRES: `image` outlives the producer.
[[nodiscard]] FileProducer file_system_files(const ImageReader& image, std::uint64_t offset, std::vector<ImageOverlay> overlays, WantContent wanted);

/// A producer of the regular files of an archive (tar, cpio, zip, 7z ...; compressed or not) read from a file descriptor,
/// which may be a pipe. REQUIRES: `descriptor` stays open.
[[nodiscard]] FileProducer archive_files(int descriptor);

}  // namespace prova
