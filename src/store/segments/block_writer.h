#pragma once
// Writes a segment file from front to back, with a checksum per block.

#include <filesystem>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "store/segments/layout.h"

namespace prova {

/// An unfinished segment beside its final place. The first error sticks: later writes do nothing and `finish` reports
/// it. An object that is destroyed before `finish` succeeded removes its file.
class BlockWriter {
 public:
  /// Errors: kIo.
  [[nodiscard]] static Result<BlockWriter> create(const std::filesystem::path& final_path);
  BlockWriter(BlockWriter&& other) noexcept;
  BlockWriter& operator=(BlockWriter&&) = delete;
  ~BlockWriter();

  void append(std::string_view bytes);
  [[nodiscard]] std::uint64_t offset() const { return offset_; }
  /// Writes checksum table and footer, then fsync, rename, fsync of the directory: after a crash the final path holds
  /// the whole segment or nothing. Returns the footer's checksum. Errors: kIo.
  [[nodiscard]] Result<std::uint64_t> finish(SegmentLayout layout);

 private:
  BlockWriter(std::filesystem::path final_path, std::filesystem::path temporary, int fd)
      : final_path_(std::move(final_path)), temporary_(std::move(temporary)), fd_(fd) {}
  void flush();
  void write(std::string_view bytes);
  void remember_error(std::string_view doing);

  std::filesystem::path final_path_, temporary_;
  int fd_ = -1;
  std::string buffer_;  ///< Begins at a block boundary until `finish`.
  std::uint64_t offset_ = 0;
  std::vector<std::uint64_t> checksums_;
  Status status_;
};

/// Suffix of a segment that is being written. Readers ignore such files, the next writer deletes them.
constexpr std::string_view kTemporarySuffix = ".tmp";

}  // namespace prova
