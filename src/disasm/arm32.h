#pragma once
// The decoder for AArch32: A32 and T32 (Thumb). Callers use make_decoder (decoder.h).

#include <memory>

#include "base/result.h"
#include "disasm/decoder.h"

namespace prova {

/// Errors: kUnsupported when the LLVM library at hand was built without its ARM back end.
[[nodiscard]] Result<std::unique_ptr<Decoder>> make_arm32_decoder();

}  // namespace prova
