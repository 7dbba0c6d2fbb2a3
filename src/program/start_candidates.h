#pragma once
// Where functions may start: what tables declare, what data and code point at, what jumps lead to.

#include <vector>

#include "program/declared_ranges.h"
#include "program/flow_graph.h"

namespace prova {

/// Adds symbols, unwind ranges, tables of starts, entry points, exports and import stubs.
void add_declared_starts(FlowGraph& graph, const DeclaredRanges& ranges);

/// A word of data, or an operand, that holds the address of code.
struct PointerCandidate {
  CodeIndex target = 0;
  bool certain = false;       ///< A relocation says that it is an address.
  bool may_be_label = false;  ///< In a row of addresses in constant data: perhaps a jump table.
};

/// Pointers to code from relocations; where the file has none, from aligned words of data sections. Tables of
/// addresses inside code are left out and marked as tables. Ascending by target. O(relocations or data bytes).
[[nodiscard]] std::vector<PointerCandidate> pointers_in_data(FlowGraph& graph);

/// Adds those candidates (`with_labels`: also those that may be labels), and addresses taken by code since the last call, that look like functions.
/// `taken_done` counts the entries of addresses_taken already seen. True when something was added.
bool add_pointer_starts(FlowGraph& graph, const DeclaredRanges& ranges, const std::vector<PointerCandidate>& candidates,
                        bool with_labels, std::size_t& taken_done);

/// Adds targets of jumps that leave their function for code that no function claims. True when something was added.
bool add_tail_call_starts(FlowGraph& graph, const DeclaredRanges& ranges);

/// Finds declared ranges that are parts of another one (cold code), merges them, and takes their starts back.
void merge_cold_parts(FlowGraph& graph, DeclaredRanges& ranges);

/// Adds functions in stretches that nothing leads to, in ascending order, and marks filler and dead code. O(code bytes).
void sweep_gaps(FlowGraph& graph, const DeclaredRanges& ranges);

}  // namespace prova
