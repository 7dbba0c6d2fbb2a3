#pragma once
// Functions that only lead elsewhere: import stubs and jumps.

#include "program/program.h"

namespace prova {

/// Sets kind, thunk_of and import of every stub and thunk, through chains of them, and the import of call sites
/// that reach one. O(functions + calls · log functions).
void resolve_thunks(const BinaryImage& image, Decoder& decoder, std::vector<Function>& functions);

}  // namespace prova
