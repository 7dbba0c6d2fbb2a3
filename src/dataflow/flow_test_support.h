#pragma once
// The data flow of hand-built programs, with values as text.

#include <string>
#include <vector>

#include "dataflow/function_flow.h"
#include "dataflow/program_test_support.h"
#include "dataflow/rules.h"
#include "dataflow/ssa.h"

namespace prova::testing {

/// The flow of the first function of a hand-built program, and everything that it refers to.
struct Extracted {
  explicit Extracted(Arch arch, std::vector<std::vector<std::uint8_t>> functions, std::vector<std::string> imports = {},
                     Format format = Format::kElf, Prototypes known = {})
      : program(arch, std::move(functions), "", std::move(imports), format), facts(program.program()),
        prototypes(std::move(known)), decoder(make_decoder(arch).value()), mnemonics(*decoder),
        extractor(facts, prototypes, mnemonics) {
    decode_function(facts.image(), program.function(0), *decoder, code);
    ok = extractor.extract(code);
  }
  [[nodiscard]] const FunctionFlow& flow() const { return extractor.flow(); }
  [[nodiscard]] std::vector<Effect> of(Effect::Kind kind) const {
    std::vector<Effect> out;
    for (const Effect& e : flow().effects) {
      if (e.kind == kind) out.push_back(e);
    }
    return out;
  }
  /// A readable form of a value: "p0", "7", "[p0+8]", "(p0<6)".
  [[nodiscard]] std::string text(NodeId id, int depth = 4) const {
    if (id == kNoNode) return "none";
    const ValueGraph& g = flow().graph;
    const Node& n = g[id];
    if (depth == 0) return "...";
    const auto at = [&](std::size_t k) { return text(g.argument(id, k), depth - 1); };
    switch (n.kind) {
      case NodeKind::kConstant: return std::to_string(n.value);
      case NodeKind::kParameter: return (n.sub != 0 ? "v" : "p") + std::to_string(n.value);
      case NodeKind::kStackBase: return "stack";
      case NodeKind::kLoad: return "[" + at(0) + "]";
      case NodeKind::kCallResult: return "result";
      case NodeKind::kEqual: {  // The order of its terms means nothing: a number comes last.
        const bool swap = g.is_constant(g.argument(id, 0));
        return "(" + at(swap ? 1 : 0) + "=" + at(swap ? 0 : 1) + ")";
      }
      case NodeKind::kLess: return "(" + at(0) + "<" + at(1) + ")";
      case NodeKind::kPhi: {
        std::string out = "phi(";
        for (std::size_t k = 0; k < n.count; ++k) out += (k == 0 ? "" : ",") + at(k);
        return out + ")";
      }
      case NodeKind::kLinear: {
        std::string out;
        for (const Term& t : g.terms(id)) {
          out += (out.empty() ? "" : "+") + (t.coefficient == 1 ? "" : std::to_string(t.coefficient) + "*") + text(t.node, depth - 1);
        }
        return n.value == 0 ? out : out + "+" + std::to_string(n.value);
      }
      case NodeKind::kUndefined: return "undefined";
      default: return "other";
    }
  }

  TestProgram program;
  ImageFacts facts;
  Prototypes prototypes;
  std::unique_ptr<Decoder> decoder;
  Mnemonics mnemonics;
  FlowExtractor extractor;
  DecodedFunction code;
  bool ok = false;
};

}  // namespace prova::testing
