#pragma once
// Position-independent hashes of values: what a node is, and what it is made of.

#include <vector>

#include "dataflow/function_flow.h"

namespace prova {

/// Hashes of every node of one function's flow. h₀(n) is the node's label: its operation, a constant's number, what an
/// address means, what a call led to. h₁(n) = H(label, h₀ of its arguments), whatever the order of arguments where the
/// order is arbitrary. A linear form is transparent: h(Σ cᵢ·xᵢ + k) = H(k, {(cᵢ, h(xᵢ))}), so that an address and the
/// field's offset count as one step. Memory is reused.
class ValueHashes {
 public:
  explicit ValueHashes(const ImageFacts& facts) : facts_(&facts) {}
  /// O(nodes). REQUIRED: `flow` stays as it is while these hashes are asked for.
  void compute(const FunctionFlow& flow);
  [[nodiscard]] std::uint64_t label(NodeId n) const { return h0_[n]; }
  [[nodiscard]] std::uint64_t deep(NodeId n) const { return h1_[n]; }
  /// What a call leads to: an import by name, or only whether it is direct.
  [[nodiscard]] std::uint64_t callee(const CalleeLabel& label) const;

 private:
  [[nodiscard]] std::uint64_t own_label(NodeId n) const;
  [[nodiscard]] std::uint64_t combine(NodeId n, const std::vector<std::uint64_t>& of_terms) const;

  const ImageFacts* facts_;
  const FunctionFlow* flow_ = nullptr;
  std::vector<std::uint64_t> h0_, h1_;
};

}  // namespace prova
