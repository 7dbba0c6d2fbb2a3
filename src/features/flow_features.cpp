#include "features/flow_features.h"

#include <algorithm>

#include "dataflow/rules.h"

namespace prova {
namespace {

/// What a load or store reaches through a pointer: the constant part of its address, unless that is a place in the
/// image or in the function's own frame.
void add_access(FeatureSink& sink, const ValueGraph& g, NodeId address, std::uint8_t width, bool store) {
  const Node& n = g[address];
  if (n.kind == NodeKind::kAddress || n.kind == NodeKind::kConstant || on_stack(g, address)) return;
  std::int64_t offset = 0;
  if (n.kind == NodeKind::kLinear) {
    offset = n.value;
    const auto terms = g.terms(address);
    if (std::any_of(terms.begin(), terms.end(), [&](const Term& t) { return g[t.node].kind == NodeKind::kAddress; })) return;
  }
  add_field(sink, plain_number(offset), static_cast<WidthClass>(width), store);
}

void add_value_reference(FeatureSink& sink, const FlowView& view, NodeId id) {
  if (id == kNoNode) return;
  if (view.flow.graph.is_constant(id)) add_constant(sink, view.flow.graph[id].value);
}

bool is_leaf(NodeKind kind) {
  switch (kind) {
    case NodeKind::kUndefined: case NodeKind::kConstant: case NodeKind::kAddress: case NodeKind::kParameter:
    case NodeKind::kStackBase: return true;
    default: return false;
  }
}

/// A short form of an effect, for sequences: less than its own feature says, so that it survives more.
std::uint64_t effect_label(const FlowView& view, const Effect& e) {
  const ValueGraph& g = view.flow.graph;
  switch (e.kind) {
    case Effect::Kind::kStore: {
      const bool field = g[e.a].kind == NodeKind::kLinear && !on_stack(g, e.a);
      const std::int64_t offset = field ? plain_number(g[e.a].value) : 0;
      return mix(mix(1, width_of_bits(e.bits)), static_cast<std::uint64_t>(offset));
    }
    case Effect::Kind::kBranch: return mix(2, view.hashes.deep(e.a));
    case Effect::Kind::kCall: return mix(3, view.hashes.callee(e.callee));
    case Effect::Kind::kReturn: return 4;
  }
  return 0;
}

bool counts(const Effect& e) { return e.kind != Effect::Kind::kBranch || e.a != kNoNode; }

}  // namespace

void add_flow_references(FeatureSink& sink, const FlowView& view) {
  const ValueGraph& g = view.flow.graph;
  for (NodeId id = 0; id < g.size(); ++id) {
    const Node& n = g[id];
    if (n.kind == NodeKind::kAddress) add_reference(sink, view.facts, VirtualAddress{static_cast<std::uint64_t>(n.value)});
    if (n.kind == NodeKind::kLoad) add_access(sink, g, g.argument(id, 0), n.sub, false);
    if (n.kind == NodeKind::kLinear && !on_stack(g, id)) {
      add_constant(sink, n.value);
      for (const Term& t : g.terms(id)) {
        if (t.coefficient != -1) add_constant(sink, t.coefficient);
      }
    }
    for (const Term& t : g.terms(id)) add_value_reference(sink, view, t.node);
  }
  for (const Effect& e : view.flow.effects) {
    add_value_reference(sink, view, e.a);
    add_value_reference(sink, view, e.b);
    if (e.kind == Effect::Kind::kStore) add_access(sink, g, e.a, width_of_bits(e.bits), true);
    for (const Argument& a : view.flow.arguments_of(e)) add_value_reference(sink, view, a.value);
  }
}

void add_flow_neighbourhoods(FeatureSink& sink, const FlowView& view) {
  for (NodeId id = 0; id < view.flow.graph.size(); ++id) {
    if (!is_leaf(view.flow.graph[id].kind)) sink.add(FeatureFamily::kDataflow, view.hashes.deep(id));
  }
}

void add_flow_effects(FeatureSink& sink, const FlowView& view) {
  const ValueHashes& h = view.hashes;
  for (const Effect& e : view.flow.effects) {
    switch (e.kind) {
      case Effect::Kind::kStore:
        sink.add(FeatureFamily::kStore, mix(width_of_bits(e.bits), mix(h.label(e.a), h.label(e.b))));
        break;
      case Effect::Kind::kBranch:
        if (e.a != kNoNode) sink.add(FeatureFamily::kBranch, h.deep(e.a));
        break;
      case Effect::Kind::kCall:
        for (const Argument& a : view.flow.arguments_of(e)) {
          const std::uint64_t where = mix(h.callee(e.callee), a.position);
          sink.add(FeatureFamily::kCallArgument, mix(where, h.deep(a.value)));
          sink.add(FeatureFamily::kCallArgument, mix(where, mix(1, h.label(a.value))));
        }
        break;
      case Effect::Kind::kReturn:
        if (e.a != kNoNode) sink.add(FeatureFamily::kReturnValue, h.deep(e.a));
        break;
    }
  }
}

void add_flow_blocks(FeatureSink& sink, const FlowView& view) {
  const std::size_t blocks = view.function.blocks.size();
  std::vector<std::uint64_t> first(blocks, 0), sum(blocks, 0), decision(blocks, 0);
  std::vector<std::uint32_t> count(blocks, 0);
  std::uint64_t before = 0;
  std::uint32_t block = UINT32_MAX;
  for (const Effect& e : view.flow.effects) {
    if (!counts(e)) continue;
    const std::uint64_t label = effect_label(view, e);
    if (e.block == block) sink.add(FeatureFamily::kBlock, mix(mix(1, before), label));
    else first[e.block] = label;
    block = e.block;
    before = label;
    sum[block] += mix(2, label);
    ++count[block];
    if (e.kind == Effect::Kind::kBranch) decision[block] = label;
  }
  for (std::size_t b = 0; b < blocks; ++b) {
    if (count[b] > 1) sink.add(FeatureFamily::kBlock, mix(3, sum[b]));
    if (decision[b] == 0) continue;
    for (const std::uint32_t s : view.function.blocks[b].successors) {
      if (s < blocks && first[s] != 0) sink.add(FeatureFamily::kBlock, mix(mix(4, decision[b]), first[s]));
    }
  }
}

}  // namespace prova
