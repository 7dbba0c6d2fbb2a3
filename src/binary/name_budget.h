#pragma once
// String tables can be shared: a million symbols may name the same 4 KB string. The budget keeps the copies of one
// input within a multiple of its size, whatever its tables say.

#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/result.h"

namespace prova {

/// Longest name that is kept. MSVC cuts decorated names at 4,096 bytes; GCC and Rust ones can be longer, rarely.
constexpr std::uint64_t kMaxNameCopy = 16'384;
/// Bytes of names kept per byte of file. Object files of template-heavy C++ reach 3: each relocation repeats the name
/// that it refers to.
constexpr std::uint64_t kNameBytesPerFileByte = 4;
/// Every file may have this many bytes of names, however small it is; small, because an archive has many files.
constexpr std::uint64_t kMinNameBytes = 16'384;

/// Counts the bytes of names copied out of one input. Not thread-safe.
class NameBudget {
 public:
  explicit NameBudget(std::uint64_t file_size) : left_(kMinNameBytes + kNameBytesPerFileByte * file_size) {}

  /// A copy of `name`, cut at kMaxNameCopy; once the budget is spent, the empty string and one defect at `offset`.
  [[nodiscard]] std::string keep(std::string_view name, FileOffset offset, std::vector<Defect>& defects);
  [[nodiscard]] bool spent() const { return spent_; }

 private:
  std::uint64_t left_;
  bool spent_ = false;
};

/// The text at `offset` up to a NUL, the end of `bytes` or kMaxNameCopy, whichever comes first. O(length).
[[nodiscard]] std::string_view text_at(ByteView bytes, std::uint64_t offset);

}  // namespace prova
