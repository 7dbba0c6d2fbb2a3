#pragma once
// What is scanned, and how a place in it is named.

#include <memory>
#include <string>
#include <vector>

#include "content/image/image_reader.h"

namespace prova {

/// What a source is to the one who asks: it decides the word of the verdict, not the way it is read.
enum class SourceRole : std::uint8_t { kImage, kDirectory, kBackup, kCopy };
[[nodiscard]] std::string_view name_of(SourceRole role);  ///< "image", "directory", "backup", "copy".

/// How a source is read.
enum class SourceForm : std::uint8_t { kImage, kDirectory, kArchive };

struct ScanSource {
  SourceRole role = SourceRole::kImage;
  SourceForm form = SourceForm::kImage;
  std::string path;                     ///< As given.
  std::unique_ptr<ImageReader> image;   ///< For kImage.
  std::uint64_t size = 0;               ///< Bytes of the image; of files read otherwise.
  std::uint64_t bytes_read = 0, bytes_unread = 0;  ///< Unread: bad sectors, files that could not be opened.
  std::vector<std::string> problems;    ///< What could not be read, in words; at most kMaxProblems.
};
constexpr std::size_t kMaxProblems = 1000;

/// What the user names.
struct SourceRequest {
  SourceRole role = SourceRole::kImage;
  std::string path;
};

/// Opens a source and tells its form: a directory, an archive (backups and copies only), else an image. Errors: kIo; kMalformed.
[[nodiscard]] Result<ScanSource> open_source(const SourceRequest& request);
/// Whether the file starts like an archive that libarchive reads.
[[nodiscard]] bool is_archive(const std::string& path);

/// Whether it is a tar that is not compressed (POSIX.1-2017, pax, "ustar Interchange Format"; GNU's as well).
[[nodiscard]] bool is_plain_tar(const std::string& path);

/// A run of 4-KiB steps inside a source: an image from one phase on, or one file. Steps are numbered through all streams, so
/// that a place is one 32-bit number.
struct Stream {
  std::uint32_t source = 0;
  std::uint32_t first_step = 0;
  std::uint64_t phase = 0;   ///< Offset of its first step, for images below 4096 and a multiple of 512.
  std::uint64_t size = 0;    ///< Bytes from the phase on.
  std::string path;          ///< Of the file, relative to the source; empty for an image.
};

/// Steps that one run can number: 16 TiB at 4 KiB. More sources need a second run.
constexpr std::uint64_t kMaxSteps = 0xffff'fff0;

/// All streams of a run, by ascending first step. Reading is thread safe while nothing is added.
class StreamTable {
 public:
  /// Errors: kLimit.
  [[nodiscard]] Result<std::uint32_t> add(std::uint32_t source, std::uint64_t phase, std::uint64_t size, std::string path);
  [[nodiscard]] const Stream& at_step(std::uint32_t step) const;
  [[nodiscard]] std::uint64_t offset_of(std::uint32_t step) const {
    const Stream& stream = at_step(step);
    return stream.phase + std::uint64_t{step - stream.first_step} * 4096;
  }
  [[nodiscard]] const std::vector<Stream>& streams() const { return streams_; }

 private:
  std::vector<Stream> streams_;
  std::uint64_t next_ = 0;
};

}  // namespace prova
