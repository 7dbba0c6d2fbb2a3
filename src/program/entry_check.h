#pragma once
// Can a call lead here? What the calling convention says about registers at a function's begin.

#include "program/flow_graph.h"

namespace prova {

/// False when the code at `index` uses, before it sets them, registers in which no caller leaves anything for it: those
/// that the callee must preserve (but saving them is no use), and scratch registers that carry no argument. Then it is a
/// part of some function: an exception handler, a case of a switch, cold code. Looks along the straight line only, up to
/// the first jump, call or return, at most kMaxEntryInstructions. O(1).
/// Source: the register tables of the System V psABIs, Microsoft's x64 convention, AAPCS32 and AAPCS64. That hand-written
/// and self-contained (regparm, __chkstk) code breaks the convention is allowed for: see entry_check.cpp.
[[nodiscard]] bool enters_like_function(const FlowGraph& graph, CodeIndex index);

}  // namespace prova
