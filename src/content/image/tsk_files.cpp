#include <fmt/format.h>
#include <tsk/libtsk.h>

#include <algorithm>
#include <cstring>
#include <memory>

#include "content/image/file_systems.h"

namespace prova {
namespace {

/// TSK's idea of an image that somebody else reads; TSK_IMG_INFO must come first.
struct ExternalImage {
  TSK_IMG_INFO info;
  const ImageReader* reader;
  const std::vector<ImageOverlay>* overlays;
};

void lay_over(const ImageOverlay& overlay, std::uint64_t offset, std::span<std::byte> into) {
  const std::uint64_t first = std::max(offset, overlay.offset);
  const std::uint64_t last = std::min(offset + into.size(), overlay.offset + overlay.bytes.size());
  if (first < last) std::memcpy(into.data() + (first - offset), overlay.bytes.data() + (first - overlay.offset), last - first);
}

ssize_t read_external(TSK_IMG_INFO* info, TSK_OFF_T offset, char* buffer, size_t size) {
  const auto* image = reinterpret_cast<const ExternalImage*>(info);
  if (offset < 0) return -1;
  const std::span into(reinterpret_cast<std::byte*>(buffer), size);
  const auto got = image->reader->read(static_cast<std::uint64_t>(offset), into);
  if (!got) return -1;
  for (const ImageOverlay& overlay : *image->overlays) lay_over(overlay, static_cast<std::uint64_t>(offset), into.first(*got));
  return static_cast<ssize_t>(*got);
}

void close_external(TSK_IMG_INFO*) {}  // The memory is ours, on the stack.
void describe_external(TSK_IMG_INFO*, FILE*) {}

constexpr std::size_t kReadBytes = 1U << 18;

struct Walk {
  const FileReceiver& into;
  const WantContent& wanted;
  std::vector<char> buffer;
  std::uint64_t files = 0;
};

/// NTFS shows its own tables as files named $MFT, $Bitmap ... in the root.
bool is_metadata_file(const TSK_FS_FILE* file, const char* path) {
  return TSK_FS_TYPE_ISNTFS(file->fs_info->ftype) && (path == nullptr || *path == '\0') && file->name->name[0] == '$';
}

void send_content(TSK_FS_FILE* file, Walk& walk) {
  const TSK_OFF_T size = file->meta->size;
  for (TSK_OFF_T at = 0; at < size;) {
    const std::size_t piece = static_cast<std::size_t>(std::min<TSK_OFF_T>(static_cast<TSK_OFF_T>(walk.buffer.size()), size - at));
    const ssize_t got = tsk_fs_file_read(file, at, walk.buffer.data(), piece, TSK_FS_FILE_READ_FLAG_NONE);
    if (got <= 0) {
      const char* reason = tsk_error_get();
      walk.into.end(reason != nullptr ? reason : "cannot be read");
      tsk_error_reset();
      return;
    }
    walk.into.content({reinterpret_cast<const std::byte*>(walk.buffer.data()), static_cast<std::size_t>(got)});
    at += got;
  }
  walk.into.end({});
}

TSK_WALK_RET_ENUM visit(TSK_FS_FILE* file, const char* path, void* context) {
  Walk& walk = *static_cast<Walk*>(context);
  if (file->name == nullptr || file->name->name == nullptr || file->meta == nullptr) return TSK_WALK_CONT;
  if (file->meta->type != TSK_FS_META_TYPE_REG || (file->name->flags & TSK_FS_NAME_FLAG_ALLOC) == 0) return TSK_WALK_CONT;
  if (is_metadata_file(file, path)) return TSK_WALK_CONT;
  if (++walk.files > kMaxStreamedFiles) return TSK_WALK_STOP;
  const TSK_FS_META& meta = *file->meta;
  StreamedFile found;
  found.path = harmless_path(std::string(path == nullptr ? "" : path) + file->name->name);
  found.size = meta.size < 0 ? 0 : static_cast<std::uint64_t>(meta.size);
  found.mtime_ns = meta.mtime * 1'000'000'000LL + meta.mtime_nano;
  found.ctime_ns = meta.ctime * 1'000'000'000LL + meta.ctime_nano;
  found.inode = meta.addr;
  found.mode = static_cast<std::uint32_t>(meta.mode);
  found.owner = meta.uid;
  if (found.path.empty()) return TSK_WALK_CONT;
  (void)walk.into.begin(found);
  if (!walk.wanted(found)) {
    walk.into.end({});
    return TSK_WALK_CONT;
  }
  send_content(file, walk);
  return TSK_WALK_CONT;
}

struct CloseImage {
  void operator()(TSK_IMG_INFO* info) const { tsk_img_close(info); }
};
struct CloseFileSystem {
  void operator()(TSK_FS_INFO* info) const { tsk_fs_close(info); }
};

Status produce(const ImageReader& image, std::uint64_t offset, const std::vector<ImageOverlay>& overlays, const WantContent& wanted,
               const FileReceiver& into) {
  ExternalImage external{};
  external.reader = &image;
  external.overlays = &overlays;
  const std::unique_ptr<TSK_IMG_INFO, CloseImage> opened(tsk_img_open_external(&external.info, static_cast<TSK_OFF_T>(image.size()), 512,
                                                                               read_external, close_external, describe_external));
  if (opened == nullptr) return fail(ErrorCode::kIo, "the image cannot be handed to the file system reader");
  const std::unique_ptr<TSK_FS_INFO, CloseFileSystem> system(tsk_fs_open_img(opened.get(), static_cast<TSK_OFF_T>(offset), TSK_FS_TYPE_DETECT));
  if (system == nullptr) return fail(ErrorCode::kUnsupported, "no file system that can be read", FileOffset{offset});
  Walk walk{into, wanted, std::vector<char>(kReadBytes)};
  const auto flags = static_cast<TSK_FS_DIR_WALK_FLAG_ENUM>(TSK_FS_DIR_WALK_FLAG_ALLOC | TSK_FS_DIR_WALK_FLAG_RECURSE | TSK_FS_DIR_WALK_FLAG_NOORPHAN);
  if (tsk_fs_dir_walk(system.get(), system->root_inum, flags, visit, &walk) != 0) {
    const char* reason = tsk_error_get();
    return fail(ErrorCode::kMalformed, fmt::format("the file system is damaged after {} files: {}", walk.files, reason != nullptr ? reason : "cannot be read"));
  }
  return {};
}

}  // namespace

FileProducer file_system_files(const ImageReader& image, std::uint64_t offset, std::vector<ImageOverlay> overlays, WantContent wanted) {
  return [&image, offset, overlays = std::move(overlays), wanted = std::move(wanted)](const FileReceiver& into) {
    return produce(image, offset, overlays, wanted, into);
  };
}

}  // namespace prova
