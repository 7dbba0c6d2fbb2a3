#pragma once
// The decoder for AArch64. Callers use make_decoder (decoder.h).

#include <memory>

#include "base/result.h"
#include "disasm/decoder.h"

namespace prova {

/// Errors: kUnsupported when the LLVM library at hand was built without its AArch64 back end.
[[nodiscard]] Result<std::unique_ptr<Decoder>> make_arm64_decoder();

}  // namespace prova
