#pragma once
// Bytes to instructions. Implementations: x86.cpp (Zydis 4, x86 and x86-64), arm64.cpp and arm32.cpp (LLVM 19 MC).

#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/result.h"
#include "binary/binary_image.h"
#include "disasm/instruction.h"

namespace prova {

/// Decodes one machine's instructions. Thread safety: one instance per thread.
class Decoder {
 public:
  virtual ~Decoder() = default;
  /// The instruction at the start of `bytes`, which lie at `address`. False when they are no instruction or cut
  /// short; `out` is then unspecified. O(1). AArch32: bit 0 of `address` says Thumb, as in every pointer to code
  /// (AAPCS32, "Interworking"); an instruction that follows the last one decoded continues its IT block.
  [[nodiscard]] virtual bool decode(ByteView bytes, VirtualAddress address, Instruction& out) = 0;
  /// Text as an analyst expects it (Intel syntax, or Arm's), without the address.
  [[nodiscard]] virtual std::string format(ByteView bytes, VirtualAddress address) = 0;
  /// Mnemonic of an instruction that this decoder made: "mov", "b.eq". Stable over releases: features may hash it.
  [[nodiscard]] virtual std::string mnemonic_name(const Instruction& instruction) const = 0;
  /// Instructions start at multiples of this: 1 on x86, 2 on AArch32, 4 on AArch64.
  [[nodiscard]] virtual unsigned alignment() const = 0;
};

/// Errors: kUnsupported for machines without a decoder.
[[nodiscard]] Result<std::unique_ptr<Decoder>> make_decoder(Arch arch);

}  // namespace prova
