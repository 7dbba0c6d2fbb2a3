#pragma once
// The instructions of one function, decoded once for everything that reads them.

#include <span>
#include <vector>

#include "base/hash.h"
#include "program/program.h"

namespace prova {

/// Instructions kept of one function, 20 MB. Interpreters' main loops have some 10,000; what lies behind the cap is
/// not examined, and the function counts as capped.
constexpr std::size_t kMaxDecodedInstructions = 1U << 16U;

/// REQUIRED: lives no longer than the Program that it was made from.
struct DecodedFunction {
  const Function* function = nullptr;
  std::vector<Instruction> instructions;   ///< In the order of `function->blocks`.
  std::vector<std::uint32_t> block_begin;  ///< Index of each block's first instruction, and one past the last.
  bool capped = false;

  [[nodiscard]] std::span<const Instruction> block(std::size_t index) const {
    return std::span(instructions).subspan(block_begin[index], block_begin[index + 1] - block_begin[index]);
  }
};

/// Decodes `function` into `out`, whose memory is reused. A block ends early at bytes that are no instruction. O(size).
void decode_function(const BinaryImage& image, const Function& function, Decoder& decoder, DecodedFunction& out);

/// Names of mnemonics by number, without conditions ("b", not "b.eq"), asked once from the decoder. One per decoder.
class Mnemonics {
 public:
  explicit Mnemonics(const Decoder& decoder) : decoder_(&decoder) {}
  /// The name's hash: the same for every release of the decoder.
  [[nodiscard]] std::uint64_t hash(const Instruction& instruction) { return entry(instruction).hash; }
  [[nodiscard]] const std::string& name(const Instruction& instruction) { return entry(instruction).name; }

 private:
  struct Entry {
    std::string name;
    std::uint64_t hash = 0;
    bool known = false;
  };
  /// Zydis 4 has some 1,800 mnemonics, LLVM 19 some 8,200 AArch64 opcodes; a larger number is our own bug.
  static constexpr std::size_t kMaxMnemonics = 1U << 16U;
  const Entry& entry(const Instruction& instruction);

  const Decoder* decoder_;
  std::vector<Entry> entries_;
};

}  // namespace prova
