#pragma once
// What a process gives up before it parses untrusted bytes.

#include <cstdint>

#include "base/result.h"

namespace prova {

/// Gives up, for this process and for good: writing anywhere but to descriptors already open, the network, new processes and
/// threads, tracing, signals to others, and more than
/// `memory` further bytes of writable memory (RLIMIT_DATA). Dies with its parent. What is left: reading
/// files (parsers load fonts' character maps and code pages), memory, time. Refused calls fail with EPERM, so a library that
/// tries one goes on without. Errors: kIo when the kernel refuses; nothing untrusted may be parsed then.
[[nodiscard]] Status enter_sandbox(std::uint64_t memory);

}  // namespace prova
