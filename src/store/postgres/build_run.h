#pragma once
// The rows that a batch of samples becomes.

#include <span>
#include <string>
#include <vector>

#include "store/postgres/row_codec.h"

namespace prova {

/// An immutable piece of the index. Rows are numbered by their place in the vectors.
struct RunRows {
  unsigned bits = 0;
  std::uint64_t features = 0;              ///< Postings of features, over all functions.
  std::vector<std::string> postings;       ///< 2^bits, also those without a key: a row that is missing is damage.
  std::vector<std::string> long_postings;
  std::vector<std::string> prints;         ///< One per function.
  std::vector<std::string> blocks;         ///< One per sample; empty for a merged run, whose samples keep theirs.
  std::vector<std::uint32_t> first_functions;  ///< Per sample.
  /// Of all rows but blocks.
  [[nodiscard]] std::uint64_t bytes() const;
};

/// Memory O(features of all samples): about 1 KB per function.
/// Errors: kLimit (too many functions for one run, a sample too large to pack).
[[nodiscard]] Result<RunRows> build_run(std::span<const StoredSample* const> samples);

/// One posting on its way into a run: mixed key, function, lists; sorting these sorts the run. 32, 30 and 2 bits.
[[nodiscard]] constexpr std::uint64_t pack_word(std::uint32_t mixed, std::uint32_t function, std::uint32_t lists) {
  return std::uint64_t{mixed} << 32 | std::uint64_t{function} << 2 | lists;
}
struct ExactHash {
  std::uint64_t exact = 0;
  std::uint32_t function = 0;
  friend auto operator<=>(const ExactHash&, const ExactHash&) = default;
};

/// Appends the rows [first, last) of a run with 2^bits rows to `rows.postings`, from its words and exact hashes in that range, which
/// are sorted.
void append_postings_rows(std::uint32_t first, std::uint32_t last, unsigned bits, std::span<const std::uint64_t> words,
                          std::span<const ExactHash> exact, RunRows& rows);

}  // namespace prova
