#pragma once
// Cuts the flow graph into functions and basic blocks.

#include "program/flow_graph.h"

namespace prova {

/// One function per start, ascending by address, with blocks, successors and call sites. Code that two functions
/// jump to belongs to both, within a budget for the whole image (kMaxSharing). O(runs · kMaxSharing · log runs).
[[nodiscard]] std::vector<Function> partition(const FlowGraph& graph);

}  // namespace prova
