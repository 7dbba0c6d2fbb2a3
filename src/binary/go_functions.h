#pragma once
// The function table that the Go linker puts into every program, stripped or not: the runtime needs it to print a stack trace.

#include "binary/binary_image.h"
#include "binary/load_budget.h"

namespace prova {

/// Finds `pclntab`, by its section's name or, where sections have other names (PE) or none, by its first bytes, and adds
/// what it lists: starts to `image.function_starts`, and a symbol for each where the file has none at that address. Without such a
/// table nothing happens. A damaged table gives what can be read, entries outside of code are one defect.
/// Layouts of Go 1.2, 1.16, 1.18 and 1.20 (told apart by the magic number), written by every version since.
/// Spec: the Go sources, src/debug/gosym/pclntab.go and src/internal/abi/symtab.go ("pcHeader").
/// REQUIRES: section contents are final. O(size of the sections that are not code + functions · log symbols).
void add_go_functions(BinaryImage& image, LoadBudget& budget);

}  // namespace prova
