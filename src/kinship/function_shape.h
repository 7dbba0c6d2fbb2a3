#pragma once
// What alignment sees of a function: a few hashes per instruction and per basic block, that mean the same in another
// build and, where they come from the data flow, on another machine.

#include <memory>
#include <vector>

#include "dataflow/function_flow.h"
#include "features/value_hashes.h"

namespace prova {

struct InstructionShape {
  std::uint64_t exact = 0;     ///< Equal iff the instructions are the same but for addresses; never 0.
  std::uint64_t meaning = 0;   ///< What it refers to: a callee, a string, a number, a field. 0: nothing that tells.
  std::uint64_t mnemonic = 0;  ///< Hash of the mnemonic and the kinds of its operands.
  Operation operation = Operation::kOther;
  std::uint8_t memory = 0;     ///< Bit 0: reads memory; bit 1: writes memory.
};

struct FunctionShape {
  Arch arch = Arch::kUnknown;
  bool capped = false;
  std::vector<std::vector<InstructionShape>> blocks;     ///< Parallel to Function::blocks.
  std::vector<std::vector<std::uint64_t>> effects;       ///< Per block: hashes of what its data flow does to the world.
  std::vector<std::vector<std::uint32_t>> successors;    ///< Per block.
};

/// Reads shapes of functions of one program. Prototypes are inferred once, for the whole program, when it is made.
/// REQUIRED: `facts` and the program behind it outlive it. Not thread-safe.
class ShapeReader {
 public:
  /// O(code bytes). Errors: kUnsupported (no decoder).
  [[nodiscard]] static Result<std::unique_ptr<ShapeReader>> make(const ImageFacts& facts);
  /// `callee_labels`, by function of the program, says which callees are the same in both programs (0: unknown); may
  /// be empty. O(instructions), as FlowExtractor::extract.
  [[nodiscard]] FunctionShape read(std::uint32_t function, const std::vector<std::uint64_t>& callee_labels);

 private:
  ShapeReader(const ImageFacts& facts, std::unique_ptr<Decoder> decoder);
  void infer();
  void add_effects(FunctionShape& shape, const std::vector<std::uint64_t>& callee_labels);

  const ImageFacts* facts_;
  std::unique_ptr<Decoder> decoder_;
  Mnemonics mnemonics_;
  Prototypes prototypes_;
  FlowExtractor flows_;
  ValueHashes hashes_;
  DecodedFunction code_;
};

}  // namespace prova
