#pragma once
// The ranges of code that the file's own tables declare to be functions or parts of them.

#include <map>
#include <optional>
#include <string_view>
#include <vector>

#include "program/code_map.h"

namespace prova {

struct DeclaredRange {
  CodeIndex begin = 0, end = 0;
  CodeIndex root = 0;  ///< Begin of the range whose function this one belongs to; its own begin when it is a whole.
  bool enters_with_frame = false;  ///< No call can lead to `begin`: see UnwindRange.
};

/// Unwind ranges, and sized function symbols where there is no unwind range. Ascending and without overlap: a range
/// is cut where the next one begins.
class DeclaredRanges {
 public:
  DeclaredRanges(const BinaryImage& image, const CodeMap& code);
  /// The range that holds `index`, or null. O(log n).
  [[nodiscard]] const DeclaredRange* find(CodeIndex index) const;
  /// Makes every range that begins at a key a part of the function that begins at its value. REQUIRED: no value is
  /// a key. O(n log n).
  void merge(const std::map<CodeIndex, CodeIndex>& parts);
  [[nodiscard]] const std::vector<DeclaredRange>& all() const { return ranges_; }

 private:
  std::vector<DeclaredRange> ranges_;
};

/// Sections of import stubs: ELF's procedure linkage table and its variants, Mach-O's stubs.
[[nodiscard]] bool is_stub_section(std::string_view name);

}  // namespace prova
