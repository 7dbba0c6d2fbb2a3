#pragma once
// Names for the functions of a stripped program, from the named functions of learned libraries that they match.

#include <string>
#include <vector>

#include "kinship/match_report.h"

namespace prova {

struct ProposedName {
  VirtualAddress address{};
  std::string name;                       ///< As the learned sample has it. Untrusted.
  std::string source;                     ///< "zlib": the family that it comes from. Untrusted.
  bool exact = false;
  double similarity = 0, log10_lr = 0;
  std::vector<std::string> alternatives;  ///< Other names that fit about as well; ascending. Not empty: ambiguous.
};

/// Matches with a log10 LR this close to the best one fit about as well (a factor of two).
constexpr double kNameTieLr = 0.3;

/// One proposal for each function that has no name of its own, was explained as library or ordinary software, and matches
/// a named function with at least `least_log10_lr`. `report` must hold several matches per function (MatchOptions::top)
/// with names. Names that say nothing ("sub_…", ".text", a section) are no proposals. Ascending by address.
[[nodiscard]] std::vector<ProposedName> propose_names(const MatchReport& report, double least_log10_lr);

enum class NameFormat : std::uint8_t {
  kCsv,     ///< address,name,source,exact,similarity,log10_lr,alternatives
  kIdc,     ///< A script for IDA.
  kGhidra,  ///< Lines for Ghidra's ImportSymbolsScript.py: name, address, f.
};

/// `names` as a file that a disassembler imports; ambiguous ones carry their alternatives as a comment, and in Ghidra's
/// format, which has no comments, are left out. Names are reduced to letters, digits and _ @ ? $ . : ~ so that nothing
/// in them can leave its place in a script.
[[nodiscard]] std::string name_script(const std::vector<ProposedName>& names, NameFormat format);

}  // namespace prova
