#pragma once
// Where an indirect jump leads: a bounded table of addresses or offsets, two-level tables, or an import's slot.

#include <optional>
#include <vector>

#include "program/flow_graph.h"

namespace prova {

/// A stretch of code that a jump table's entries should stay in: the function around the jump, as far as known.
struct CodeExtent {
  CodeIndex begin = 0, end = 0;
  [[nodiscard]] bool contains(CodeIndex index) const { return begin <= index && index < end; }
};

/// Resolves the indirect jump that ends `run` from the instructions on the path that led there, when a comparison
/// bounds the index. O(128 instructions + entries).
[[nodiscard]] IndirectTarget resolve_bounded(const FlowGraph& graph, const Run& run);

/// The same without a bound: entries count as long as they land inside `extent`. Registers that the path does not
/// set take the last constant that the code from the begin of `extent` on gave them. At least two entries.
/// O(4096 instructions + entries).
[[nodiscard]] IndirectTarget resolve_within(const FlowGraph& graph, const Run& run, const CodeExtent& extent);

}  // namespace prova
