#include "dataflow/flow_cleanup.h"

#include <algorithm>

namespace prova {
namespace {

/// Mark of a node whose terms are being rebuilt.
constexpr NodeId kOpen = kNoNode - 1;

}  // namespace

void FlowCleanup::run(FlowBuilder& from, FunctionFlow& to) {
  from_ = &from;
  to_ = &to.graph;
  to.graph.clear();
  map_.assign(from.graph().size(), kNoNode);
  phis_.clear();
  to.effects = from.effects();
  to.arguments = from.arguments();
  for (Effect& e : to.effects) {
    if (e.a != kNoNode) e.a = rebuilt(e.a);
    if (e.b != kNoNode) e.b = rebuilt(e.b);
  }
  for (Argument& a : to.arguments) a.value = rebuilt(a.value);
  finish_phis();
  // A comparison that became a constant decides nothing.
  const auto idle = [&](const Effect& e) { return e.kind == Effect::Kind::kBranch && to_->is_constant(e.a); };
  // Effects were made in the order of visits; CallResult nodes name them by that order, so they are only marked here.
  for (Effect& e : to.effects) {
    if (idle(e)) e.a = kNoNode;
  }
}

NodeId FlowCleanup::rebuilt(NodeId root) {
  root = from_->ssa().resolve(root);
  stack_.assign(1, root);
  const ValueGraph& old = from_->graph();
  while (!stack_.empty()) {
    const NodeId id = stack_.back();
    if (map_[id] != kNoNode && map_[id] != kOpen) {
      stack_.pop_back();
      continue;
    }
    if (old[id].kind == NodeKind::kPhi) {
      map_[id] = to_->unique(NodeKind::kPhi);
      phis_.push_back(id);
      stack_.pop_back();
      continue;
    }
    if (map_[id] == kNoNode) {
      map_[id] = kOpen;
      for (const Term& t : old.terms(id)) {
        const NodeId argument = from_->ssa().resolve(t.node);
        if (map_[argument] == kNoNode) stack_.push_back(argument);
      }
      if (stack_.back() != id) continue;
    }
    map_[id] = rebuild_one(id);
    stack_.pop_back();
  }
  return map_[root];
}

NodeId FlowCleanup::rebuild_one(NodeId old_id) {
  const ValueGraph& old = from_->graph();
  ValueGraph& g = *to_;
  const Node n = old[old_id];
  // A loop that nothing enters computes values from themselves alone: from nothing that anybody put there.
  const auto argument = [&](std::size_t k) {
    const NodeId rebuilt = map_[from_->ssa().resolve(old.argument(old_id, k))];
    return rebuilt == kOpen ? g.unique(NodeKind::kUndefined) : rebuilt;
  };
  switch (n.kind) {
    case NodeKind::kUndefined: return g.unique(n.kind, n.sub);
    case NodeKind::kLinear: {
      NodeId sum = g.constant(n.value);
      for (std::size_t k = 0; k < n.count; ++k) sum = linear(g, sum, 1, argument(k), old.terms(old_id)[k].coefficient);
      return sum;
    }
    case NodeKind::kAnd: return bit_and(g, argument(0), argument(1));
    case NodeKind::kOr: return bit_or(g, argument(0), argument(1));
    case NodeKind::kXor: return bit_xor(g, argument(0), argument(1));
    case NodeKind::kMultiply: return multiply(g, argument(0), argument(1));
    case NodeKind::kShiftLeft: return shift_left(g, argument(0), argument(1));
    case NodeKind::kShiftRight: return shift_right(g, argument(0), argument(1), false);
    case NodeKind::kShiftArithmetic: return shift_right(g, argument(0), argument(1), true);
    case NodeKind::kDivide: return divide(g, argument(0), argument(1), false);
    case NodeKind::kModulo: return divide(g, argument(0), argument(1), true);
    case NodeKind::kEqual: return equal(g, argument(0), argument(1));
    case NodeKind::kLess: return less(g, argument(0), argument(1));
    default: break;
  }
  std::vector<Term> terms;
  for (std::size_t k = 0; k < n.count; ++k) terms.push_back({1, argument(k)});
  return g.intern(n.kind, n.sub, n.value, terms);
}

void FlowCleanup::finish_phis() {
  std::vector<Term> terms;
  for (std::size_t k = 0; k < phis_.size(); ++k) {  // Rebuilding operands may meet more phis.
    const NodeId old_id = phis_[k];
    terms.clear();
    const std::size_t count = from_->graph()[old_id].count;
    for (std::size_t n = 0; n < count; ++n) terms.push_back({1, rebuilt(from_->graph().argument(old_id, n))});
    // Which way each value came in is the layout's choice; a value that comes in twice says no more.
    std::sort(terms.begin(), terms.end(), [](const Term& a, const Term& b) { return a.node < b.node; });
    terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
    to_->set_terms(map_[old_id], terms);
  }
}

}  // namespace prova
