#pragma once
// What the code and the layout of a program say about the tools that made it: what no header can forge. Toolmarks are
// checked against it (toolmarks.h).

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "program/program.h"

namespace prova {

struct ToolEvidence {
  /// Function starts whose preceding gap is filled with int3 (Microsoft's tools, lld-link) or with no-ops (GNU as,
  /// LLVM elsewhere).
  std::uint32_t gaps_of_int3 = 0, gaps_of_nops = 0;
  /// Functions that are start-up code of mingw-w64, by exact hash (startup_code.h).
  std::uint32_t mingw_functions = 0;
  /// A message of mingw-w64's run-time relocator stands in the file. Offset in the file.
  std::optional<FileOffset> mingw_text;
  /// Import descriptors lie in a section of their own, ".idata", and there is a ".CRT" or ".bss" section: how GNU ld
  /// lays a PE out. Microsoft's linker merges imports into ".rdata" and ".bss" into ".data".
  bool gnu_sections = false;
  /// Major version of the linker that the Rich header names, by its product id.
  std::optional<unsigned> rich_linker;
  bool rich_checksum_fits = true;  ///< False: the Rich header was not written for this DOS header and stub.
};

/// Reads a program and its image; `exact` are the exact hashes of its functions. O(file size).
[[nodiscard]] ToolEvidence examine_tools(const BinaryImage& image, const Program& program,
                                         const std::vector<std::uint64_t>& exact);

/// Signs that GNU or LLVM tools, not Microsoft's, made the program, strongest first; each is part of a sentence.
/// `strong` ones cannot come from one linked-in object alone.
struct ToolSign {
  std::string text;
  bool strong = false;
};
[[nodiscard]] std::vector<ToolSign> signs_of_gnu(const ToolEvidence& evidence);
/// How Microsoft's linker filled the gaps between functions, as part of a sentence; empty when it did not.
[[nodiscard]] std::string sign_of_microsoft(const ToolEvidence& evidence);

/// Gaps between functions needed before their filling speaks: hand-written assembly and data end some by chance.
constexpr std::uint32_t kLeastGaps = 20;
/// And the share of them that must be filled one way.
constexpr double kClearMajority = 0.9;
/// Start-up functions needed before they say who linked the program: one can be copied into a library.
constexpr std::uint32_t kLeastStartupFunctions = 3;

/// Year in which Microsoft's linker of this major version came out; 0 for those not known.
[[nodiscard]] int linker_release_year(unsigned major);

}  // namespace prova
