#include "dataflow/function_flow.h"

#include <algorithm>
#include <array>

#include "dataflow/flow_builder.h"
#include "dataflow/flow_cleanup.h"
#include "dataflow/lift_arm32.h"
#include "dataflow/lift_arm64.h"
#include "dataflow/lift_x86.h"

namespace prova {

struct FlowExtractor::State {
  State(const ImageFacts& facts, const Prototypes& prototypes, Mnemonics& mnemonics)
      : builder(facts, prototypes), x86(builder, mnemonics), arm64(builder, mnemonics),
        arm32(builder, mnemonics), arch(facts.image().arch) {}

  void lift(const Instruction& i) {
    switch (arch) {
      case Arch::kArm64: return arm64.lift(i);
      case Arch::kArm: return arm32.lift(i);
      default: return x86.lift(i);
    }
  }

  FlowBuilder builder;
  LiftX86 x86;
  LiftArm64 arm64;
  LiftArm32 arm32;
  Arch arch;
  FunctionFlow flow;
  FlowCleanup cleanup;
};

FlowExtractor::FlowExtractor(const ImageFacts& facts, const Prototypes& prototypes, Mnemonics& mnemonics)
    : state_(std::make_unique<State>(facts, prototypes, mnemonics)) {}

FlowExtractor::~FlowExtractor() = default;

bool FlowExtractor::supports(Arch arch) { return arch != Arch::kUnknown; }

const FunctionFlow& FlowExtractor::flow() const { return state_->flow; }

bool FlowExtractor::extract(const DecodedFunction& code) {
  FlowBuilder& b = state_->builder;
  if (code.function->blocks.empty() || code.capped) return false;
  b.start(code);
  for (const std::uint32_t block : b.ssa().order()) {
    b.begin_block(block);
    state_->arm32.begin_block();
    for (const Instruction& i : code.block(block)) state_->lift(i);
    b.end_block();
    if (b.ssa().capped()) return false;
  }
  if (b.ssa().capped()) return false;
  // From here on the graph only shrinks.
  state_->cleanup.run(b, state_->flow);
  return true;
}

}  // namespace prova
