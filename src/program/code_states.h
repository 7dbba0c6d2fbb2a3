#pragma once
// AArch32 code is A32 or Thumb, and the bytes do not say which. Pointers to code say it in bit 0, branches by keeping or
// switching the state, symbols by the mapping symbols $a, $t and $d; where all of these are silent, it is guessed.

#include "program/flow_graph.h"

namespace prova {

/// Records what mapping symbols and function symbols say. Where the file has a full set ($d among them), a symbol holds
/// up to the next one, and data counts as filler: control flow may still prove it to be code. O(symbols + code bytes).
void mark_code_states(FlowGraph& graph);

/// A guess from the bytes alone. A32: addresses that are multiples of 4, and most words carry condition "always" (14 in
/// the top nibble), which Thumb code does for one word in eight. O(1).
[[nodiscard]] bool looks_like_thumb(VirtualAddress address, ByteView bytes);

}  // namespace prova
