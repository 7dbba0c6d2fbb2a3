#pragma once
// Equality of code but for where it lies.

#include "dataflow/decoded_function.h"
#include "dataflow/image_facts.h"

namespace prova {

/// Hash of the instructions, block by block in the order of addresses from the entry on, with masks over branch and
/// call targets, operands that refer to the image, and the page offsets that complete an AArch64 `adrp`. The edges
/// between blocks are part of it. 0 below kMinExactInstructions instructions. O(instructions).
[[nodiscard]] std::uint64_t exact_hash(const DecodedFunction& code, const ImageFacts& facts, Mnemonics& mnemonics);

/// Hash of one instruction with the same masks; `page_offset` says that it completes an AArch64 `adrp`. Two instructions
/// are the same but for where the code lies iff their hashes are equal. O(1).
[[nodiscard]] std::uint64_t instruction_hash(const Instruction& i, bool page_offset, const ImageFacts& facts,
                                             Mnemonics& mnemonics);

}  // namespace prova
