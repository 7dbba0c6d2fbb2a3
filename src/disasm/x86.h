#pragma once
// The decoder for x86 and x86-64. Callers use make_decoder (decoder.h).

#include <memory>

#include "disasm/decoder.h"

namespace prova {

/// Errors: none; a machine that Zydis cannot be set up for would be our own bug. REQUIRED: `arch` is kX86 or kX64.
[[nodiscard]] std::unique_ptr<Decoder> make_x86_decoder(Arch arch);

}  // namespace prova
