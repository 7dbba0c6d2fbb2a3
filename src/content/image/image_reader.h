#pragma once
// Disk images as a run of bytes, whatever they are packed in. Opened read-only, always.

#include <cstdint>
#include <filesystem>
#include <memory>
#include <span>
#include <string_view>

#include "base/result.h"

namespace prova {

/// The bytes of a disk. Implementations: raw files and devices; E01, qcow2, vmdk, vhd(x) through the libyal libraries.
/// Thread safety: `read` may be called from several threads.
class ImageReader {
 public:
  virtual ~ImageReader() = default;
  /// Bytes of the disk, not of the file that holds it.
  [[nodiscard]] virtual std::uint64_t size() const = 0;
  /// "raw", "ewf", "qcow2", "vmdk", "vhd".
  [[nodiscard]] virtual std::string_view format() const = 0;
  /// Fills as much of `into` as the disk has from `offset` on; less only at its end. Errors: kIo (a bad sector, a damaged
  /// container); the caller may go on elsewhere.
  [[nodiscard]] virtual Result<std::size_t> read(std::uint64_t offset, std::span<std::byte> into) const = 0;
};

/// Opens an image, telling its format by its first bytes (vhd: its last). Split E01 and vmdk find their other parts beside them.
/// Errors: kIo; kMalformed; kUnsupported (a qcow2 that is a layer on top of another file).
[[nodiscard]] Result<std::unique_ptr<ImageReader>> open_image(const std::filesystem::path& path);

}  // namespace prova
