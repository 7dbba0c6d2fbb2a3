#pragma once
// The normalised data flow of one function: what it does to the world, and the values that decide what.

#include <memory>
#include <vector>

#include "dataflow/decoded_function.h"
#include "dataflow/image_facts.h"
#include "dataflow/prototypes.h"
#include "dataflow/value_graph.h"

namespace prova {

/// What a call leads to, as far as another build would agree.
struct CalleeLabel {
  enum class Kind : std::uint8_t { kInternal, kImport, kIndirect };
  Kind kind = Kind::kIndirect;
  std::uint32_t index = 0;  ///< Function or import.
};

/// Something that other code can see. Everything else in a function matters only through these.
struct Effect {
  enum class Kind : std::uint8_t {
    kStore,   ///< `b` to memory at `a`, outside the function's own frame.
    kBranch,  ///< A decision on `a`.
    kCall,    ///< Of `callee` with arguments; `a` is the target of an indirect call.
    kReturn,  ///< With `a`, which may be kNoNode.
  };
  Kind kind = Kind::kStore;
  std::uint16_t bits = 0;   ///< Width of a store.
  std::uint32_t block = 0;
  NodeId a = kNoNode, b = kNoNode;
  CalleeLabel callee;
  std::uint32_t arguments_begin = 0, argument_count = 0;  ///< In FunctionFlow::arguments.
};

/// One argument of a call. `position` counts integers from 0; those in vector registers from kVectorPosition.
struct Argument {
  std::uint8_t position = 0;
  NodeId value = kNoNode;
};
constexpr std::uint8_t kVectorPosition = 16;

/// Every node of `graph` can be reached from an effect: prologues, spills, dead arguments and the like are gone.
struct FunctionFlow {
  ValueGraph graph;
  std::vector<Effect> effects;  ///< One block after the other in reverse post-order, within a block in program order.
  std::vector<Argument> arguments;

  [[nodiscard]] std::span<const Argument> arguments_of(const Effect& e) const {
    return std::span(arguments).subspan(e.arguments_begin, e.argument_count);
  }
};

/// Bytes per access in classes that compilers do not choose between: see WidthClass in features.
[[nodiscard]] constexpr std::uint8_t width_of_bits(unsigned bits) {
  if (bits == 0) return 0;
  if (bits <= 8) return 1;
  if (bits <= 16) return 2;
  return bits <= 80 ? 3 : 4;
}

/// Builds the data flow of functions, one after the other. Memory is reused. Not thread-safe.
class FlowExtractor {
 public:
  /// REQUIRED: the arguments outlive this.
  FlowExtractor(const ImageFacts& facts, const Prototypes& prototypes, Mnemonics& mnemonics);
  ~FlowExtractor();
  /// True for machines whose instructions are lifted.
  [[nodiscard]] static bool supports(Arch arch);
  /// False when a cap was reached (kMaxFlowBlocks, kMaxNodes, kMaxDefinitions): then there is no flow. The result is
  /// valid until the next call. Time O(instructions + blocks · variables that live across them), bounded by the caps.
  [[nodiscard]] bool extract(const DecodedFunction& code);
  [[nodiscard]] const FunctionFlow& flow() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace prova
