#pragma once
// Start here for `prova compare`: two programs function by function, without an index. What is in both, unchanged or
// changed, and what only one of them has.

#include <optional>
#include <string>
#include <vector>

#include "kinship/align_functions.h"
#include "kinship/learn.h"
#include "kinship/listing.h"

namespace prova {

/// A function that both programs have.
struct FunctionPair {
  std::uint32_t left = 0, right = 0;  ///< Indices into the programs' functions.
  bool identical = false;             ///< Equal but for addresses.
  bool common = false;                ///< Code common to unrelated programs (start-up code): no evidence.
  double similarity = 0;              ///< As in `prova match`; 1 for tiny functions that are identical.
  std::optional<double> log10_lr;     ///< None for functions too small to have a fingerprint.
  /// How probable it is that the partner is this function built again, not a substitute for one that is missing; even odds
  /// beforehand (decision.h). None for functions too small to have a fingerprint; 1 for identical code.
  std::optional<double> counterpart;
  std::vector<std::string> because;   ///< Readable features that both have, rarest first. Untrusted.
};

/// The partner is more probably a substitute than the function itself.
[[nodiscard]] inline bool is_doubtful(const FunctionPair& pair) { return pair.counterpart && *pair.counterpart < 0.5; }

struct ProgramComparison {
  std::vector<FunctionPair> pairs;            ///< Ascending by left. Thunks and stubs are left out.
  std::vector<std::uint32_t> only_left, only_right;  ///< Ascending.
  std::uint64_t left_bytes = 0, right_bytes = 0;          ///< Of all functions that were compared.
  std::uint64_t matched_left_bytes = 0, matched_right_bytes = 0, identical_bytes = 0;  ///< `identical_bytes` of the left.
  /// log10 likelihood ratio of "share origin" against "unrelated" over all pairs but common code. Libraries that both
  /// contain are not set aside: only `prova match` knows them.
  double log10_lr = 0;
};

/// A pair is kept when its likelihood ratio favours one origin (log10 LR above this) or the code is identical: what is
/// more probable between unrelated functions is no match.
constexpr double kLeastPairLr = 0;

/// As pair_programs; in addition functions too small for a fingerprint are paired in order of address when their code
/// is identical. `threads` never changes the result. Deterministic.
[[nodiscard]] ProgramComparison compare_programs(const AnalyzedProgram& left, const AnalyzedProgram& right);

/// One pair with the text of both and what aligns.
struct AlignedPair {
  FunctionPair pair;
  Listing left, right;
  FunctionAlignment alignment;
};

/// Texts and alignments of `chosen` pairs. Calls of functions that `comparison` pairs count as the same callee.
/// Errors: kUnsupported (no decoder).
[[nodiscard]] Result<std::vector<AlignedPair>> align_pairs(const AnalyzedProgram& left, const AnalyzedProgram& right,
                                                           const ProgramComparison& comparison,
                                                           const std::vector<FunctionPair>& chosen, bool names = true);

/// The changed pairs that say most: by descending likelihood ratio, then by size of the smaller function; at most
/// `limit`.
[[nodiscard]] std::vector<FunctionPair> strongest_changed(const ProgramComparison& comparison,
                                                          const AnalyzedProgram& left, const AnalyzedProgram& right,
                                                          std::size_t limit);

/// Index of the function that `text` names: a symbol name, or an address (0x… or decimal) at its start or inside it.
/// Errors: kNotFound.
[[nodiscard]] Result<std::uint32_t> find_function(const Program& program, const std::string& text);

}  // namespace prova
