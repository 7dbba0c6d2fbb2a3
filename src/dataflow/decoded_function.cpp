#include "dataflow/decoded_function.h"

namespace prova {

void decode_function(const BinaryImage& image, const Function& function, Decoder& decoder, DecodedFunction& out) {
  out.function = &function;
  out.instructions.clear();
  out.block_begin.clear();
  out.capped = false;
  for (const BasicBlock& block : function.blocks) {
    out.block_begin.push_back(static_cast<std::uint32_t>(out.instructions.size()));
    ByteView rest = image.bytes_at(block.begin, block.size);
    VirtualAddress at = block.code_address();
    while (!rest.empty()) {
      if (out.instructions.size() >= kMaxDecodedInstructions) {
        out.capped = true;
        break;
      }
      Instruction& next = out.instructions.emplace_back();
      if (!decoder.decode(rest, at, next) || next.length == 0 || next.length > rest.size()) {
        out.instructions.pop_back();
        break;
      }
      rest = rest.subspan(next.length);
      at = at + next.length;
    }
  }
  out.block_begin.push_back(static_cast<std::uint32_t>(out.instructions.size()));
}

const Mnemonics::Entry& Mnemonics::entry(const Instruction& instruction) {
  const std::size_t number = instruction.mnemonic < kMaxMnemonics ? instruction.mnemonic : kMaxMnemonics - 1;
  if (number >= entries_.size()) entries_.resize(number + 1);
  Entry& entry = entries_[number];
  if (!entry.known) {
    // AArch64 decoders append the condition ("b.eq"), which is not part of the number.
    entry.name = decoder_->mnemonic_name(instruction);
    if (const auto dot = entry.name.find('.'); dot != std::string::npos) entry.name.resize(dot);
    entry.hash = hash64(entry.name);
    entry.known = true;
  }
  return entry;
}

}  // namespace prova
