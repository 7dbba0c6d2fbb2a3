#pragma once
// A function as an analyst reads it: its instructions as text, block by block, with what they refer to in words.

#include <memory>
#include <string>
#include <vector>

#include "dataflow/decoded_function.h"
#include "dataflow/image_facts.h"

namespace prova {

struct ListedInstruction {
  VirtualAddress address{};
  std::uint8_t length = 0;  ///< Bytes.
  std::string text;         ///< Intel or Arm syntax.
  std::string refers;       ///< `"text"`, `import CreateFileW`, `zlib_inflate`, `sub_401000`; empty. Untrusted.
};

struct ListedBlock {
  VirtualAddress begin{};
  std::vector<std::uint32_t> successors;  ///< Indices into Listing::blocks.
  std::vector<ListedInstruction> instructions;
};

struct Listing {
  VirtualAddress address{};
  std::string name;  ///< From symbols; else empty. Untrusted.
  std::vector<ListedBlock> blocks;  ///< Entry first, then ascending by address.
  bool capped = false;              ///< Cut at kMaxDecodedInstructions or at a block's undecodable bytes.
};

/// Characters of a referenced string that a listing shows.
constexpr std::size_t kMaxShownString = 60;

/// How a listing calls function `index`: its name, or "sub_" and the address in hexadecimal.
[[nodiscard]] std::string listed_name(const Program& program, std::uint32_t index, bool names);

/// Lists functions of one program. REQUIRED: `facts` and the program behind it outlive it. Not thread-safe.
class Lister {
 public:
  /// `names` false: symbol names of the program itself are replaced by addresses. Errors: kUnsupported (no decoder).
  [[nodiscard]] static Result<Lister> make(const ImageFacts& facts, bool names = true);
  /// O(instructions).
  [[nodiscard]] Listing list(std::uint32_t function);

 private:
  Lister(const ImageFacts& facts, std::unique_ptr<Decoder> decoder, bool names)
      : facts_(&facts), decoder_(std::move(decoder)), names_(names) {}
  [[nodiscard]] std::string meaning_of(VirtualAddress address) const;
  [[nodiscard]] std::string refers_to(const Instruction& i, std::optional<VirtualAddress> joined,
                                      const Function& function) const;

  const ImageFacts* facts_;
  std::unique_ptr<Decoder> decoder_;
  bool names_;
  DecodedFunction code_;
};

}  // namespace prova
