#pragma once
// How many arguments functions take, inferred from their code.

#include <cstdint>
#include <vector>

#include "dataflow/calling_convention.h"
#include "dataflow/decoded_function.h"
#include "dataflow/image_facts.h"

namespace prova {

struct Prototype {
  std::uint8_t integers = 0, vectors = 0;  ///< Register arguments.
  std::uint16_t pops = 0;                  ///< Bytes of stack arguments that the callee removes (`ret n`).
  bool known = false;                      ///< False: nothing in the program says.
};

/// Prototypes of a program's functions and imports.
struct Prototypes {
  std::vector<Prototype> functions;  ///< Parallel to Program::functions; may be empty.
  std::vector<Prototype> imports;    ///< Parallel to BinaryImage::imports; may be empty.

  [[nodiscard]] Prototype function(std::uint32_t i) const { return i < functions.size() ? functions[i] : Prototype{}; }
  [[nodiscard]] Prototype import(std::uint32_t i) const { return i < imports.size() ? imports[i] : Prototype{}; }
};

/// What argument inference needs of one function: per block, which argument registers are read and written around its
/// calls. Bits 0 to 7: integer arguments by position; bits 8 to 15: vector arguments.
struct ArgumentUse {
  struct Segment {
    std::uint16_t read = 0;     ///< Read before written, from the last call (or the block's begin) on.
    std::uint16_t written = 0;
    /// Ends in a call: index of the function, or of the import with kImportBit, or kUnknownCallee; kNoCall at the
    /// block's end.
    std::uint32_t callee = kNoCall;
  };
  static constexpr std::uint32_t kNoCall = 0xffff'ffff, kUnknownCallee = 0xffff'fffe, kImportBit = 0x8000'0000;

  std::vector<Segment> segments;            ///< By block.
  std::vector<std::uint32_t> block_begin;   ///< Index of each block's first segment, and one past the last.
  std::uint16_t spilled_and_used = 0;       ///< Stored to the frame and loaded from there again.
  std::uint16_t pops = 0;
};

/// Reads a decoded function. A store of an argument register to the frame is not a use of it; a load from the same
/// place anywhere in the function is. O(instructions).
[[nodiscard]] ArgumentUse argument_use(const DecodedFunction& code, const ImageFacts& facts);

/// An argument is taken when it is live at entry; calls read what their callee takes, which is computed
/// kPrototypeRounds times over the program. An import takes as many as are available at every one of its calls.
/// `uses` is parallel to Program::functions. O(rounds · segments).
[[nodiscard]] Prototypes infer_prototypes(const ImageFacts& facts, const std::vector<ArgumentUse>& uses);

/// An argument handed through more functions than this to where it is read counts as unread.
constexpr int kPrototypeRounds = 3;

}  // namespace prova
