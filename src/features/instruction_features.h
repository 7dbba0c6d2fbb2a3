#pragma once
// Features read off the instructions one by one, without following data: for machines that have no lifting yet and
// for functions too large for it.

#include "dataflow/decoded_function.h"
#include "features/reference_features.h"

namespace prova {

/// Constants, strings, data and fields, from operands. O(instructions).
void add_operand_features(FeatureSink& sink, const ImageFacts& facts, const DecodedFunction& code);
/// Runs of kOpcodeRun instruction classes within a block. Moves and nops are left out: compilers place them freely.
void add_opcode_features(FeatureSink& sink, const DecodedFunction& code);
/// Block degrees with those of the successors, one hop and two.
void add_control_flow_features(FeatureSink& sink, const Function& function);

constexpr std::size_t kOpcodeRun = 3;

}  // namespace prova
