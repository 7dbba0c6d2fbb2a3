#pragma once
// 32-bit Arm's exception index: a sorted table with one entry per function that can be unwound.

#include "binary/binary_image.h"

namespace prova {

/// Appends the function of every entry of the index table `content`, which lies at `address`, to
/// `image.function_starts`. Not of the last entry when it says "cannot unwind": linkers add it to end the table. Linkers also merge neighbours with the same unwinding, so functions may be missing; but never
/// those with a table of their own (functions with exception handlers): up to the next entry they become unwind ranges.
/// Entries that do not lead to code become one defect. Bit 0 of a function's address is cleared, and where it is set a mapping
/// symbol `$t` is added. O(content size).
/// Spec: Exception Handling ABI for the Arm Architecture (EHABI32), section 5, "Index table entries".
void read_arm_exidx(BinaryImage& image, ByteView content, VirtualAddress address, FileOffset offset);

}  // namespace prova
