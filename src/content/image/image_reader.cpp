#include "content/image/image_reader.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <libewf.h>
#include <libqcow.h>
#include <libvhdi.h>
#include <libvmdk.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <mutex>
#include <string>

#include "base/bytes.h"

namespace prova {
namespace {

tl::unexpected<Error> image_error(ErrorCode code, std::string message, const std::filesystem::path& path,
                                  std::optional<FileOffset> offset = std::nullopt) {
  return tl::unexpected<Error>(Error{code, std::move(message), offset, path.string()});
}

/// A file or block device, byte for byte.
class RawImage final : public ImageReader {
 public:
  RawImage(int file, std::uint64_t size, std::filesystem::path path) : file_(file), size_(size), path_(std::move(path)) {}
  RawImage(const RawImage&) = delete;
  RawImage& operator=(const RawImage&) = delete;
  ~RawImage() override { ::close(file_); }
  std::uint64_t size() const override { return size_; }
  std::string_view format() const override { return "raw"; }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const override {
    std::size_t done = 0;
    while (done < into.size()) {
      const ssize_t got = ::pread(file_, into.data() + done, into.size() - done, static_cast<off_t>(offset + done));
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return image_error(ErrorCode::kIo, fmt::format("cannot read: {}", std::strerror(errno)), path_, FileOffset{offset + done});
      if (got == 0) break;
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

 private:
  int file_;
  std::uint64_t size_;
  std::filesystem::path path_;
};

/// What differs between the libyal libraries, one struct each: they share the shape of their calls.
struct Ewf {
  using Handle = libewf_handle_t;
  static constexpr std::string_view kFormat = "ewf";
  static int open(Handle*& handle, const char* path) {
    char** names = nullptr;
    int count = 0;
    if (libewf_glob(path, std::strlen(path), LIBEWF_FORMAT_UNKNOWN, &names, &count, nullptr) != 1) return -1;
    int opened = libewf_handle_initialize(&handle, nullptr);
    if (opened == 1) opened = libewf_handle_open(handle, names, count, LIBEWF_OPEN_READ, nullptr);
    libewf_glob_free(names, count, nullptr);
    return opened;
  }
  static int media_size(Handle* handle, std::uint64_t* size) { return libewf_handle_get_media_size(handle, size, nullptr); }
  static ssize_t read(Handle* handle, std::byte* into, std::size_t size, std::uint64_t offset) {
    return libewf_handle_read_random(handle, into, size, static_cast<off64_t>(offset), nullptr);
  }
  static void close(Handle* handle) { libewf_handle_free(&handle, nullptr); }
};

struct Qcow {
  using Handle = libqcow_file_t;
  static constexpr std::string_view kFormat = "qcow2";
  static int open(Handle*& handle, const char* path) {
    const int made = libqcow_file_initialize(&handle, nullptr);
    return made != 1 ? made : libqcow_file_open(handle, path, LIBQCOW_OPEN_READ, nullptr);
  }
  static int media_size(Handle* handle, std::uint64_t* size) { return libqcow_file_get_media_size(handle, size, nullptr); }
  static ssize_t read(Handle* handle, std::byte* into, std::size_t size, std::uint64_t offset) {
    return libqcow_file_read_buffer_at_offset(handle, into, size, static_cast<off64_t>(offset), nullptr);
  }
  static void close(Handle* handle) { libqcow_file_free(&handle, nullptr); }
};

struct Vmdk {
  using Handle = libvmdk_handle_t;
  static constexpr std::string_view kFormat = "vmdk";
  static int open(Handle*& handle, const char* path) {
    const int made = libvmdk_handle_initialize(&handle, nullptr);
    if (made != 1 || libvmdk_handle_open(handle, path, LIBVMDK_OPEN_READ, nullptr) != 1) return -1;
    return libvmdk_handle_open_extent_data_files(handle, nullptr);
  }
  static int media_size(Handle* handle, std::uint64_t* size) { return libvmdk_handle_get_media_size(handle, size, nullptr); }
  static ssize_t read(Handle* handle, std::byte* into, std::size_t size, std::uint64_t offset) {
    return libvmdk_handle_read_buffer_at_offset(handle, into, size, static_cast<off64_t>(offset), nullptr);
  }
  static void close(Handle* handle) { libvmdk_handle_free(&handle, nullptr); }
};

struct Vhd {
  using Handle = libvhdi_file_t;
  static constexpr std::string_view kFormat = "vhd";
  static int open(Handle*& handle, const char* path) {
    const int made = libvhdi_file_initialize(&handle, nullptr);
    return made != 1 ? made : libvhdi_file_open(handle, path, LIBVHDI_OPEN_READ, nullptr);
  }
  static int media_size(Handle* handle, std::uint64_t* size) { return libvhdi_file_get_media_size(handle, size, nullptr); }
  static ssize_t read(Handle* handle, std::byte* into, std::size_t size, std::uint64_t offset) {
    return libvhdi_file_read_buffer_at_offset(handle, into, size, static_cast<off64_t>(offset), nullptr);
  }
  static void close(Handle* handle) { libvhdi_file_free(&handle, nullptr); }
};

/// An image in a container that one of the libraries reads. The libraries keep a position, hence the lock.
template <typename Library>
class PackedImage final : public ImageReader {
 public:
  PackedImage(typename Library::Handle* handle, std::uint64_t size, std::filesystem::path path)
      : handle_(handle), size_(size), path_(std::move(path)) {}
  PackedImage(const PackedImage&) = delete;
  PackedImage& operator=(const PackedImage&) = delete;
  ~PackedImage() override { Library::close(handle_); }
  std::uint64_t size() const override { return size_; }
  std::string_view format() const override { return Library::kFormat; }
  Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const override {
    const std::scoped_lock lock(one_at_a_time_);
    if (offset >= size_) return std::size_t{0};
    const std::size_t wanted = static_cast<std::size_t>(std::min<std::uint64_t>(into.size(), size_ - offset));
    std::size_t done = 0;
    while (done < wanted) {
      const ssize_t got = Library::read(handle_, into.data() + done, wanted - done, offset + done);
      if (got <= 0) return image_error(ErrorCode::kIo, fmt::format("the {} container cannot be read here", Library::kFormat), path_, FileOffset{offset + done});
      done += static_cast<std::size_t>(got);
    }
    return done;
  }

 private:
  typename Library::Handle* handle_;
  std::uint64_t size_;
  std::filesystem::path path_;
  mutable std::mutex one_at_a_time_;
};

template <typename Library>
Result<std::unique_ptr<ImageReader>> open_packed(const std::filesystem::path& path) {
  typename Library::Handle* handle = nullptr;
  std::uint64_t size = 0;
  if (Library::open(handle, path.c_str()) != 1 || Library::media_size(handle, &size) != 1) {
    if (handle != nullptr) Library::close(handle);
    return image_error(ErrorCode::kMalformed, fmt::format("starts like a {} image but cannot be opened as one", Library::kFormat), path);
  }
  return std::make_unique<PackedImage<Library>>(handle, size, path);
}

/// A qcow2 layer without its base would read as zeros where it holds nothing: a wrong answer, so it is refused.
bool has_backing_file(const RawImage& raw) {
  std::array<std::byte, 16> header{};
  const auto got = raw.read(0, header);
  return got && *got == header.size() && std::any_of(header.begin() + 8, header.end(), [](std::byte b) { return b != std::byte{0}; });
}

bool starts(const RawImage& raw, std::uint64_t offset, std::string_view magic) {
  std::array<std::byte, 32> bytes{};
  const auto got = raw.read(offset, std::span(bytes).first(magic.size()));
  return got && *got == magic.size() && as_text(ByteView(bytes)).substr(0, magic.size()) == magic;
}

Result<std::unique_ptr<RawImage>> open_raw(const std::filesystem::path& path) {
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (file < 0) return image_error(ErrorCode::kIo, fmt::format("cannot open: {}", std::strerror(errno)), path);
  struct stat info {};
  const off_t size = ::fstat(file, &info) == 0 && (S_ISREG(info.st_mode) || S_ISBLK(info.st_mode)) ? ::lseek(file, 0, SEEK_END) : -1;
  if (size < 0) {
    ::close(file);
    return image_error(ErrorCode::kIo, "is neither a file nor a block device", path);
  }
  ::posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL);
  return std::make_unique<RawImage>(file, static_cast<std::uint64_t>(size), path);
}

}  // namespace

Result<std::unique_ptr<ImageReader>> open_image(const std::filesystem::path& path) {
  PROVA_TRY(raw, open_raw(path));
  if (starts(*raw, 0, std::string_view("EVF\x09\x0d\x0a\xff\x00", 8)) || starts(*raw, 0, std::string_view("EVF2\x0d\x0a\x81\x00", 8))) return open_packed<Ewf>(path);
  if (starts(*raw, 0, "QFI\xfb")) {
    if (has_backing_file(*raw)) return image_error(ErrorCode::kUnsupported, "is a layer on top of another image; merge them first (qemu-img convert)", path);
    return open_packed<Qcow>(path);
  }
  if (starts(*raw, 0, "KDMV") || starts(*raw, 0, "COWD") || starts(*raw, 0, "# Disk DescriptorFile")) return open_packed<Vmdk>(path);
  if (starts(*raw, 0, "vhdxfile") || starts(*raw, 0, "conectix") || (raw->size() >= 512 && starts(*raw, raw->size() - 512, "conectix"))) return open_packed<Vhd>(path);
  return std::unique_ptr<ImageReader>(std::move(raw));
}

}  // namespace prova
