#pragma once
// Drafts a YARA rule from code: byte patterns of functions, with everything that another link or load changes left open.

#include <cstdint>
#include <string>
#include <vector>

#include "program/program.h"

namespace prova {

/// A stretch of one function's code as a YARA hex string.
struct CodePattern {
  std::string hex;           ///< "55 48 89 E5 E8 ?? ?? ?? ?? C3"
  std::size_t fixed = 0;     ///< Bytes that are not left open.
  VirtualAddress address{};  ///< Where it was taken from.
};

/// Bytes of one pattern: enough to be rare, short enough to survive a small change elsewhere in the function.
constexpr std::size_t kMaxPatternBytes = 64;
/// Fewer fixed bytes than this are found by chance in some hundred megabytes of code.
constexpr std::size_t kLeastFixedBytes = 24;

/// The stretch of at most kMaxPatternBytes consecutive bytes of `function` with most fixed bytes, the first of several
/// equally good ones. Left open: targets of calls and of jumps out of the function, operands that refer to the image
/// (also where a relocation says so), on AArch64 the immediates of adrp and what completes them. Empty `hex` when no
/// stretch has kLeastFixedBytes fixed ones. Errors: kUnsupported (no decoder). O(instructions).
[[nodiscard]] Result<CodePattern> code_pattern(const Program& program, std::uint32_t function);

/// A group of patterns of one file format and machine, of which some number must be found.
struct RuleGroup {
  Format format = Format::kPe;
  Arch arch = Arch::kX64;
  std::vector<CodePattern> patterns;
  std::size_t least = 1;  ///< So many of them must be there.
};

struct RuleText {
  std::string name;                                         ///< A YARA identifier; rule_name() makes one.
  std::vector<std::pair<std::string, std::string>> meta;    ///< In this order; values are escaped here.
  std::vector<RuleGroup> groups;
};

/// The rule as text. Deterministic.
[[nodiscard]] std::string rule_text(const RuleText& rule);

/// `family` as a YARA identifier: letters, digits and _; never empty, never starting with a digit; at most 120 characters.
[[nodiscard]] std::string rule_name(const std::string& family);

}  // namespace prova
