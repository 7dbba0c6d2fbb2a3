#pragma once
// Features on the normalised data flow: one function per family.

#include "features/feature_sink.h"
#include "features/reference_features.h"
#include "features/value_hashes.h"

namespace prova {

/// Everything that the families below read. REQUIRED: `hashes` were computed from `flow`.
struct FlowView {
  const ImageFacts& facts;
  const Function& function;
  const FunctionFlow& flow;
  const ValueHashes& hashes;
};

/// Numbers, strings and data that live values are made of, and fields that they are loaded from or stored to.
void add_flow_references(FeatureSink& sink, const FlowView& view);
/// kDataflow: h₁ of every computed value.
void add_flow_neighbourhoods(FeatureSink& sink, const FlowView& view);
/// kStore, kBranch, kCallArgument, kReturnValue: what the function does, with the values it does it with.
void add_flow_effects(FeatureSink& sink, const FlowView& view);
/// kBlock: pairs of effects that follow each other within a block, a decision with what comes first behind it, and
/// the effects of a block taken together.
void add_flow_blocks(FeatureSink& sink, const FlowView& view);

}  // namespace prova
