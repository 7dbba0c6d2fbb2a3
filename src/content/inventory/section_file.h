#pragma once
// The file that an inventory is written to: sections one after the other, then table and trailer; visible only when whole.

#include <filesystem>
#include <string>
#include <vector>

#include "base/result.h"
#include "content/inventory/format.h"
#include "content/inventory/key.h"

namespace prova {

/// Movable. Destroying it before `finish` leaves nothing behind; a kill leaves nothing either, or, on file systems without
/// O_TMPFILE, a file `.tmp-PID` without a trailer, which no reader takes for an inventory.
class SectionFile {
 public:
  /// Errors: kUsage when `path` exists; kIo.
  [[nodiscard]] static Result<SectionFile> create(const std::filesystem::path& path);
  SectionFile(SectionFile&& other) noexcept;
  SectionFile& operator=(SectionFile&&) = delete;
  ~SectionFile();

  [[nodiscard]] Status begin(const InventoryHeader& header);
  [[nodiscard]] Status add(SectionKind kind, std::string_view bytes);

  struct Finished {
    Sha256 root;
    std::uint64_t size = 0;
  };
  /// Writes table, trailer and signature, syncs, and gives the file its name.
  [[nodiscard]] Result<Finished> finish(const InventoryHeader& header, const Bytes32& files_root, const InventoryKey& key);

 private:
  SectionFile(int file, std::filesystem::path path, std::filesystem::path temporary)
      : file_(file), path_(std::move(path)), temporary_(std::move(temporary)) {}
  [[nodiscard]] Status write(std::string_view bytes);
  [[nodiscard]] Status align();
  [[nodiscard]] Status name_it();
  [[nodiscard]] tl::unexpected<Error> io_error(std::string_view doing) const;

  int file_ = -1;
  std::uint64_t size_ = 0;
  std::filesystem::path path_, temporary_;  ///< `temporary_` is empty with O_TMPFILE.
  std::vector<SectionEntry> table_;
};

}  // namespace prova
