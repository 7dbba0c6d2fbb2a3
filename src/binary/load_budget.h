#pragma once
// How much memory a loader may spend on the tables of one file, whatever the file claims to hold.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace prova {

/// Tables may take this many bytes for free (little, since an archive can have 20,000 members), and this many per byte
/// of file. A symbol of 16 bytes in the file becomes 56 in memory plus its name, a relocation of 8 becomes 64; growing
/// a vector needs up to three times its size for a moment, sorting it one and a half. 6 keeps the whole under 20 times
/// the file.
constexpr std::uint64_t kFreeTableBytes = 64ULL << 10;
constexpr std::uint64_t kTableBytesPerFileByte = 6;
/// Names longer than this are cut. The longest mangled names seen in real C++ have some 10 KB.
constexpr std::size_t kMaxNameLength = 32'768;

/// Counts the memory that a loader takes. String tables make it necessary: a million symbols may share one name of a
/// kilobyte. Once it is spent, the loader leaves the rest of the tables out and says so in a defect.
/// Thread safety: one instance per load.
class LoadBudget {
 public:
  explicit LoadBudget(std::uint64_t file_size) : left_(kFreeTableBytes + kTableBytesPerFileByte * file_size) {}

  /// Accounts for `bytes` on behalf of the structure at `offset`. False when the budget does not hold that much; from
  /// then on it holds nothing.
  [[nodiscard]] bool take(std::uint64_t bytes, FileOffset offset);
  /// Accounts for one list element of type T and its name.
  template <typename T>
  [[nodiscard]] bool take_entry(std::string_view name, FileOffset offset) {
    // Names past the small-string buffer live on the heap, with 16 bytes of allocator overhead.
    return take(sizeof(T) + (name.size() > 15 ? name.size() + 16 : 0), offset);
  }
  [[nodiscard]] bool spent() const { return spent_; }
  /// Records that the budget was spent, if it was. Call once, after loading.
  void report(std::vector<Defect>& defects) const;

 private:
  std::uint64_t left_;
  bool spent_ = false;
  FileOffset spent_at_{};
};

/// Counts defects of one kind and reports them as one: a damaged symbol table can hold a million bad names.
class DefectTally {
 public:
  void add(FileOffset offset) {
    if (count_++ == 0) first_ = offset;
  }
  [[nodiscard]] std::uint64_t count() const { return count_; }
  /// Adds "COUNT WHAT" at the offset of the first, if there was any.
  void report(std::vector<Defect>& defects, std::string_view what) const;

 private:
  std::uint64_t count_ = 0;
  FileOffset first_{};
};

}  // namespace prova
