#pragma once
// Two functions, side by side: which basic block of one is which of the other, and within those which instruction.

#include <optional>
#include <vector>

#include "kinship/function_shape.h"

namespace prova {

/// How two instructions on one line compare.
enum class RowKind : std::uint8_t {
  kEqual,      ///< The same but for addresses, and what it refers to says the same.
  kAlike,      ///< The same operation with other registers or operands, or another way to use the same number, text or
               ///< callee; on different machines also the same class of operation.
  kOnlyLeft,
  kOnlyRight,
};
[[nodiscard]] std::string_view name_of(RowKind kind);  ///< "equal", "alike", "only_left", "only_right".

/// One line. Indices into the blocks' instructions; kNone where a side has nothing.
struct AlignedRow {
  static constexpr std::uint32_t kNone = ~0U;
  std::uint32_t left = kNone, right = kNone;
  RowKind kind = RowKind::kEqual;
};

/// A pair of blocks, or one block that only one side has.
struct AlignedBlock {
  std::optional<std::uint32_t> left, right;  ///< Index of the block in its function.
  double similarity = 0;                     ///< 0 to 1, of the blocks' features and surroundings; 0 for a lone block.
  std::vector<AlignedRow> rows;
};

struct FunctionAlignment {
  std::vector<AlignedBlock> blocks;  ///< In the order of the left function; lone right blocks behind what precedes them.
  std::uint32_t equal = 0, alike = 0, only_left = 0, only_right = 0;  ///< Rows of each kind.
};

struct BlockPair {
  std::uint32_t left = 0, right = 0;
  double similarity = 0;
};

/// Blocks by shared features (data flow, what is referred to; on one machine also instructions), then along the edges
/// of what is matched already: an edge between matched blocks supports its other end. One-to-one, ascending by left.
/// Deterministic. O(instructions · log), with caps on how many blocks one feature or edge may speak for.
[[nodiscard]] std::vector<BlockPair> match_blocks(const FunctionShape& left, const FunctionShape& right);

/// match_blocks, then the best-scoring order-keeping alignment of instructions within each pair (Needleman and Wunsch
/// 1970), in pieces of at most kMaxAlignedRun. O(instructions · kMaxAlignedRun).
[[nodiscard]] FunctionAlignment align_functions(const FunctionShape& left, const FunctionShape& right);

/// Instructions aligned in one table: a straight run of a thousand is rare (unrolled ciphers), and the table of a run
/// holds a byte per pair.
constexpr std::size_t kMaxAlignedRun = 1'024;

}  // namespace prova
