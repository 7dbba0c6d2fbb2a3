#include "dataflow/function_flow.h"

#include <algorithm>
#include <array>

#include "dataflow/flow_builder.h"
#include "dataflow/flow_cleanup.h"
#include "dataflow/lift_arm64.h"
#include "dataflow/lift_x86.h"

namespace prova {

struct FlowExtractor::State {
  State(const ImageFacts& facts, const Prototypes& prototypes, Mnemonics& mnemonics)
      : builder(facts, prototypes), x86(builder, mnemonics), arm64(builder, mnemonics),
        is_arm64(facts.image().arch == Arch::kArm64) {}

  FlowBuilder builder;
  LiftX86 x86;
  LiftArm64 arm64;
  bool is_arm64;
  FunctionFlow flow;
  FlowCleanup cleanup;
};

FlowExtractor::FlowExtractor(const ImageFacts& facts, const Prototypes& prototypes, Mnemonics& mnemonics)
    : state_(std::make_unique<State>(facts, prototypes, mnemonics)) {}

FlowExtractor::~FlowExtractor() = default;

bool FlowExtractor::supports(Arch arch) { return arch == Arch::kX86 || arch == Arch::kX64 || arch == Arch::kArm64; }

const FunctionFlow& FlowExtractor::flow() const { return state_->flow; }

bool FlowExtractor::extract(const DecodedFunction& code) {
  FlowBuilder& b = state_->builder;
  if (code.function->blocks.empty() || code.capped) return false;
  b.start(code);
  for (const std::uint32_t block : b.ssa().order()) {
    b.begin_block(block);
    for (const Instruction& i : code.block(block)) {
      if (state_->is_arm64) state_->arm64.lift(i);
      else state_->x86.lift(i);
    }
    b.end_block();
    if (b.ssa().capped()) return false;
  }
  if (b.ssa().capped()) return false;
  // From here on the graph only shrinks.
  state_->cleanup.run(b, state_->flow);
  return true;
}

}  // namespace prova
