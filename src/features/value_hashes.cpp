#include "features/value_hashes.h"

#include "base/hash.h"
#include "dataflow/rules.h"
#include "features/reference_features.h"

namespace prova {
namespace {

bool order_matters(NodeKind kind) {
  switch (kind) {
    case NodeKind::kLess: case NodeKind::kShiftLeft: case NodeKind::kShiftRight: case NodeKind::kShiftArithmetic:
    case NodeKind::kRotate: case NodeKind::kDivide: case NodeKind::kModulo: case NodeKind::kFloat:
    case NodeKind::kOther: return true;
    default: return false;
  }
}

std::uint64_t tag(NodeKind kind) { return mix(0x76616c7565ULL, static_cast<std::uint64_t>(kind)); }

}  // namespace

std::uint64_t ValueHashes::callee(const CalleeLabel& label) const {
  if (label.kind == CalleeLabel::Kind::kImport) return hash64(facts_->import_name(label.index));
  return static_cast<std::uint64_t>(label.kind) + 1;
}

std::uint64_t ValueHashes::own_label(NodeId id) const {
  const Node& n = flow_->graph[id];
  switch (n.kind) {
    case NodeKind::kConstant: return mix(tag(n.kind), static_cast<std::uint64_t>(plain_number(n.value)));
    case NodeKind::kAddress: {
      const AddressMeaning m = facts_->meaning(VirtualAddress{static_cast<std::uint64_t>(n.value)});
      return mix(tag(n.kind), mix(static_cast<std::uint64_t>(m.kind), m.content));
    }
    // Its number too: that alone keeps getters of different parameters apart.
    case NodeKind::kParameter: return mix(tag(n.kind), mix(static_cast<std::uint64_t>(n.value), n.sub));
    case NodeKind::kLoad: return mix(tag(n.kind), n.sub);
    case NodeKind::kCallResult: {
      const Effect& call = flow_->effects[static_cast<std::size_t>(n.value)];
      return mix(tag(n.kind), mix(callee(call.callee), n.sub));
    }
    case NodeKind::kFloat: case NodeKind::kOther: return mix(tag(n.kind), static_cast<std::uint64_t>(n.value));
    default: return tag(n.kind);
  }
}

std::uint64_t ValueHashes::combine(NodeId id, const std::vector<std::uint64_t>& of_terms) const {
  const ValueGraph& g = flow_->graph;
  const Node& n = g[id];
  if (n.kind == NodeKind::kLinear) {
    // In the frame, offsets are the compiler's choice.
    const std::int64_t k = on_stack(g, id) ? 0 : plain_number(n.value);
    std::uint64_t sum = 0;
    for (const Term& t : g.terms(id)) {
      const bool nested = g[t.node].kind == NodeKind::kLinear;
      sum += mix(static_cast<std::uint64_t>(plain_number(t.coefficient)), nested ? tag(NodeKind::kLinear) : of_terms[t.node]);
    }
    return mix(mix(tag(n.kind), static_cast<std::uint64_t>(k)), sum);
  }
  std::uint64_t h = h0_[id], sum = 0;
  for (const Term& t : g.terms(id)) {
    if (order_matters(n.kind)) h = mix(h, of_terms[t.node]);
    else sum += mix(1, of_terms[t.node]);
  }
  return order_matters(n.kind) ? h : mix(h, sum);
}

void ValueHashes::compute(const FunctionFlow& flow) {
  flow_ = &flow;
  const std::size_t n = flow.graph.size();
  h0_.resize(n);
  h1_.resize(n);
  for (NodeId id = 0; id < n; ++id) {
    if (flow.graph[id].kind != NodeKind::kLinear) h0_[id] = own_label(id);
  }
  for (NodeId id = 0; id < n; ++id) {
    if (flow.graph[id].kind == NodeKind::kLinear) h0_[id] = combine(id, h0_);
  }
  for (NodeId id = 0; id < n; ++id) {
    if (flow.graph[id].kind != NodeKind::kLinear) h1_[id] = flow.graph[id].count == 0 ? h0_[id] : combine(id, h0_);
  }
  for (NodeId id = 0; id < n; ++id) {
    if (flow.graph[id].kind == NodeKind::kLinear) h1_[id] = combine(id, h1_);
  }
}

}  // namespace prova
