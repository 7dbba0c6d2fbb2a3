#pragma once
// The sections of chunks and of text marks: per file, and in it by place, delta-coded with shortened hashes, packed
// (docs/formats/inventory.md, "Chunks and text"). A leak scan sorts them by hash when it opens the inventory.

#include <functional>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "content/inventory/format.h"

namespace prova {

/// Appends marks of successive files to a section.
class MarkTableWriter {
 public:
  /// REQUIRES 1 <= key_bytes <= 8.
  explicit MarkTableWriter(unsigned key_bytes) : key_bytes_(key_bytes) {}
  /// Begins a file with `count` marks. REQUIRES ascending files; a file without marks is left out.
  void begin(std::uint32_t file, std::uint64_t count);
  /// One of its marks, by ascending place. Of the hash only the first key_bytes (the highest) are written.
  void add(std::uint64_t hash, std::uint32_t place);
  [[nodiscard]] const std::string& bytes() const { return bytes_; }
  /// The section as it is written (packed_stream.h).
  [[nodiscard]] std::string packed() const;

 private:
  unsigned key_bytes_;
  std::uint32_t next_file_ = 0, place_ = 0;
  std::string bytes_;
};

/// A mark as it is read: the hash with zeros in place of what was cut off.
struct StoredMark {
  std::uint64_t key = 0;
  std::uint32_t file = 0, place = 0;
};

/// Whether the packed `section` holds marks of files below `files`, and nothing else. O(bytes), memory of one window. Errors: kStore.
[[nodiscard]] Status check_mark_table(ByteView section, unsigned key_bytes, std::uint64_t files);
/// Hands over all of them, file after file in the order of adding. REQUIRES a section that was checked. O(bytes).
void visit_mark_table(ByteView section, unsigned key_bytes, const std::function<void(const StoredMark&)>& sink);

}  // namespace prova
