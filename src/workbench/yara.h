#pragma once
// Drafts a YARA rule from code that only one family has: the use case behind `prova yara`. The index holds hashes and no
// code bytes, so the files that were learned are read again, and checked against the index by their SHA-256.

#include <span>
#include <string>
#include <vector>

#include "kinship/fingerprint_store.h"
#include "workbench/inputs.h"
#include "workbench/progress.h"

namespace prova {

struct DraftOptions {
  std::string family;
  std::vector<std::string> against;  ///< Files and directories of ordinary software that the rule must not match.
  std::size_t patterns = 20;         ///< Per file format and machine.
  unsigned threads = 1;
};

struct RuleDraft {
  std::string name, text;                    ///< The rule; it compiles.
  std::uint64_t samples = 0, matched = 0;    ///< Programs given; those that the rule matches.
  std::uint64_t unique_functions = 0;        ///< Functions that only this family has, over all samples.
  std::uint64_t against = 0, false_matches = 0;  ///< Files scanned; those that the rule matches nevertheless.
  std::uint64_t dropped_patterns = 0;        ///< Patterns that ordinary software has too.
  std::vector<FailedInput> failed;           ///< Files of `against` that could not be read; programs without a decoder.
  [[nodiscard]] bool good() const { return matched == samples && false_matches == 0; }
};

/// Bytes of `against` scanned per file; larger files are listed as failed.
constexpr std::uint64_t kMaxAgainstBytes = 256ULL << 20;
/// Patterns of a rule that a program must hold at least, where it has so many; two are a coincidence of one function.
constexpr std::size_t kLeastPatterns = 3;
/// Of the patterns that the poorest sample has, the share that must be found: a later version has lost some of them.
constexpr double kPatternShare = 0.6;

/// Takes the patterns that most of the files have, drops those found in `against`, and checks the rule on all of them.
/// Errors: kNotFound (no such family; a file that was not learned as part of it; nothing unique), kUsage (not a malware
/// family), those of open_file and of the store.
[[nodiscard]] Result<RuleDraft> draft_rule(std::span<const std::string> files, const FingerprintStore& store,
                                           const DraftOptions& options, const Progress& progress = {});

}  // namespace prova
