#pragma once
// Function tables (.pdata) of x64, ARM and ARM64 images and objects.
// Spec: Microsoft "x64 exception handling", "ARM exception handling", "ARM64 exception handling".

#include "binary/binary_image.h"

namespace prova::pe {

/// Windows follows at most 32 chained entries (UNWIND_CHAIN_LIMIT in ntdll), and so do we.
constexpr int kMaxUnwindChain = 32;

/// Adds the ranges of the function table at `table`, `size` bytes long, to `image.unwind`. RVAs count from
/// `image.base`; sections must be in order. The parent of a chained range is the one at the end of its chain, which
/// has no parent itself. Ranges that end before they begin, lie outside or chain in a circle are defects.
/// O(size / entry size), times kMaxUnwindChain for hostile chains.
void read_function_table(BinaryImage& image, VirtualAddress table, std::uint64_t size);

/// Adds the ranges of .eh_frame sections, which GNU compilers write for 32-bit x86. O(size of the sections).
void read_call_frames(BinaryImage& image);

}  // namespace prova::pe
