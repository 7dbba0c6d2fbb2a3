#pragma once
// The child's side of an extraction: enter the sandbox, answer requests, end with the parent.

#include <sys/types.h>

#include "content/container/item.h"

namespace prova {

/// Exit code of a child that could not give up its rights, and parsed nothing.
constexpr int kNoSandbox = 70;

/// Reads requests from `in`, writes frames to `out` until `in` ends. Called in the forked child; never returns,
/// and nothing is thrown into the parent's frames: a lack of memory ends the child as any crash does.
[[noreturn]] void run_extraction_child(int in, int out, pid_t parent, const ExtractionLimits& limits) noexcept;

}  // namespace prova
