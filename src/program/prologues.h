#pragma once
// How compilers begin functions: byte patterns, and a check that bytes behave like code at all.

#include "program/flow_graph.h"

namespace prova {

/// True when the bytes at `index` look like the begin of a function to the eye of the machine's compilers.
/// `thumb`: see Instruction::thumb.
[[nodiscard]] bool looks_like_prologue(Arch arch, ByteView bytes, bool thumb = false);

/// True for `endbr64` and `endbr32`, which compilers put where indirect calls may lead.
[[nodiscard]] bool is_branch_target_marker(ByteView bytes);

/// True when what lies at `index` is filler between functions: int3, nop of any length, zero bytes, udf #0. `length`
/// is then the number of bytes to skip.
[[nodiscard]] bool is_padding(const FlowGraph& graph, CodeIndex index, std::size_t& length);

/// True when the bytes at `index` decode up to a jump or return (or for kMaxSpeculativeInstructions) without running
/// into an invalid or privileged instruction, into the middle of a known instruction, or jumping into the middle of
/// another function. Nothing is recorded. O(kMaxSpeculativeInstructions).
[[nodiscard]] bool behaves_like_function(const FlowGraph& graph, CodeIndex index);

}  // namespace prova
