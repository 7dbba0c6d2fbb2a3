#pragma once
// Who really calls whom: through thunks, stubs, and imports that the same file defines.

#include <vector>

#include "program/program.h"

namespace prova {

/// Adds to the call graph what position-independent code hides: a shared library calls its own exported functions
/// through stubs of the procedure linkage table or through the GOT. Stubs of such functions lead to them (`thunk_of`),
/// calls through the GOT become edges. REQUIRES: program.image. O(calls · log functions).
void link_own_imports(Program& program);

/// The function that a chain of thunks leads to; `function` itself when it is none.
[[nodiscard]] std::uint32_t behind_thunks(const Program& program, std::uint32_t function);

/// Functions that `function` calls, thunks resolved, without thunks and stubs. Ascending, no repeats.
[[nodiscard]] std::vector<std::uint32_t> real_callees(const Program& program, std::uint32_t function);

}  // namespace prova
