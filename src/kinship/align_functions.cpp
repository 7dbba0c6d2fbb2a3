#include "kinship/align_functions.h"

#include <algorithm>

namespace prova {
namespace {

using Run = std::span<const InstructionShape>;

/// The same instruction, and what it refers to is the same too: equal code may load another text or call another
/// function.
bool is_equal(const InstructionShape& a, const InstructionShape& b) {
  return a.exact == b.exact && a.meaning == b.meaning;
}

/// Value of putting two instructions on one line; 0: never.
int line_value(const InstructionShape& a, const InstructionShape& b, bool same_machine) {
  if (same_machine && is_equal(a, b)) return 4;
  if (a.meaning != 0 && a.meaning == b.meaning) return 3;
  if (same_machine && a.exact == b.exact) return 2;
  if (a.meaning != 0 && b.meaning != 0) return 0;  // They speak of different things.
  if (same_machine) return a.mnemonic == b.mnemonic ? 2 : 0;
  return a.operation == b.operation && a.memory == b.memory && a.operation != Operation::kOther ? 1 : 0;
}

/// Appends the best order-keeping alignment of two runs; ties prefer a pair, then a left line first.
void align_run(Run left, Run right, std::uint32_t left_at, std::uint32_t right_at, bool same_machine,
               std::vector<AlignedRow>& rows) {
  const std::size_t n = left.size(), m = right.size();
  enum Step : std::uint8_t { kPair, kLeft, kRight };
  std::vector<std::uint8_t> step((n + 1) * (m + 1), kRight);
  std::vector<int> below(m + 1, 0), here(m + 1, 0);
  for (std::size_t i = n; i-- > 0;) {
    here[m] = 0;
    step[i * (m + 1) + m] = kLeft;
    for (std::size_t j = m; j-- > 0;) {
      const int value = line_value(left[i], right[j], same_machine);
      const int pair = value > 0 ? value + below[j + 1] : -1;
      here[j] = std::max({pair, below[j], here[j + 1]});
      step[i * (m + 1) + j] = here[j] == pair ? kPair : here[j] == below[j] ? kLeft : kRight;
    }
    std::swap(here, below);
  }
  for (std::size_t i = 0, j = 0; i < n || j < m;) {
    switch (step[i * (m + 1) + j]) {
      case kPair: {
        const bool equal = same_machine && is_equal(left[i], right[j]);
        rows.push_back({left_at + static_cast<std::uint32_t>(i++), right_at + static_cast<std::uint32_t>(j++),
                        equal ? RowKind::kEqual : RowKind::kAlike});
        break;
      }
      case kLeft: rows.push_back({left_at + static_cast<std::uint32_t>(i++), AlignedRow::kNone, RowKind::kOnlyLeft}); break;
      default: rows.push_back({AlignedRow::kNone, right_at + static_cast<std::uint32_t>(j++), RowKind::kOnlyRight}); break;
    }
  }
}

/// A pair of blocks in pieces of equal share, so that the tables stay small.
std::vector<AlignedRow> align_blocks(Run left, Run right, bool same_machine) {
  const std::size_t pieces = std::max<std::size_t>(1, (std::max(left.size(), right.size()) + kMaxAlignedRun - 1) / kMaxAlignedRun);
  std::vector<AlignedRow> rows;
  for (std::size_t p = 0; p < pieces; ++p) {
    const std::size_t l0 = left.size() * p / pieces, l1 = left.size() * (p + 1) / pieces;
    const std::size_t r0 = right.size() * p / pieces, r1 = right.size() * (p + 1) / pieces;
    align_run(left.subspan(l0, l1 - l0), right.subspan(r0, r1 - r0), static_cast<std::uint32_t>(l0),
              static_cast<std::uint32_t>(r0), same_machine, rows);
  }
  return rows;
}

AlignedBlock lone_block(std::size_t instructions, std::uint32_t block, bool left) {
  AlignedBlock out;
  (left ? out.left : out.right) = block;
  for (std::uint32_t i = 0; i < instructions; ++i) {
    out.rows.push_back(left ? AlignedRow{i, AlignedRow::kNone, RowKind::kOnlyLeft}
                            : AlignedRow{AlignedRow::kNone, i, RowKind::kOnlyRight});
  }
  return out;
}

void count_rows(FunctionAlignment& alignment) {
  for (const AlignedBlock& block : alignment.blocks) {
    for (const AlignedRow& row : block.rows) {
      switch (row.kind) {
        case RowKind::kEqual: ++alignment.equal; break;
        case RowKind::kAlike: ++alignment.alike; break;
        case RowKind::kOnlyLeft: ++alignment.only_left; break;
        case RowKind::kOnlyRight: ++alignment.only_right; break;
      }
    }
  }
}

}  // namespace

std::string_view name_of(RowKind kind) {
  switch (kind) {
    case RowKind::kEqual: return "equal";
    case RowKind::kAlike: return "alike";
    case RowKind::kOnlyLeft: return "only_left";
    case RowKind::kOnlyRight: return "only_right";
  }
  return "equal";
}

FunctionAlignment align_functions(const FunctionShape& left, const FunctionShape& right) {
  const bool same_machine = left.arch == right.arch;
  const std::vector<BlockPair> pairs = match_blocks(left, right);
  constexpr std::uint32_t kNobody = ~0U;
  std::vector<std::uint32_t> pair_of_left(left.blocks.size(), kNobody);
  std::vector<bool> right_paired(right.blocks.size(), false);
  for (std::uint32_t p = 0; p < pairs.size(); ++p) {
    pair_of_left[pairs[p].left] = p;
    right_paired[pairs[p].right] = true;
  }
  FunctionAlignment out;
  const auto add_lone_right_from = [&](std::uint32_t r) {
    for (; r < right.blocks.size() && !right_paired[r]; ++r) {
      out.blocks.push_back(lone_block(right.blocks[r].size(), r, false));
    }
  };
  add_lone_right_from(0);
  for (std::uint32_t l = 0; l < left.blocks.size(); ++l) {
    if (pair_of_left[l] == kNobody) {
      out.blocks.push_back(lone_block(left.blocks[l].size(), l, true));
      continue;
    }
    const BlockPair& pair = pairs[pair_of_left[l]];
    out.blocks.push_back({pair.left, pair.right, pair.similarity,
                          align_blocks(left.blocks[pair.left], right.blocks[pair.right], same_machine)});
    add_lone_right_from(pair.right + 1);
  }
  count_rows(out);
  return out;
}

}  // namespace prova
