#include "dataflow/ssa.h"

#include <algorithm>
#include <array>

namespace prova {

void Ssa::start(const Function& function, const CallingConvention& convention) {
  function_ = &function;
  convention_ = &convention;
  blocks_ = function.blocks.size();
  capped_ = blocks_ > kMaxFlowBlocks;
  if (states_.size() < blocks_ && !capped_) states_.resize(blocks_);
  if (capped_) blocks_ = 0;
  for (std::size_t b = 0; b < blocks_; ++b) {
    State& s = states_[b];
    s.predecessors.clear();
    s.values.clear();
    s.incomplete.clear();
    s.filled = false;
  }
  order_.clear();
  pending_.clear();
  replacement_.clear();
  slots_.clear();
  slot_offsets_.clear();
  definitions_ = 0;
  frame_pointer_trusted_ = false;
  if (capped_) return;
  visited_.assign(blocks_, 0);
  if (blocks_ > 0) visit_from(function, 0);
  for (std::uint32_t b = 0; b < blocks_; ++b) visit_from(function, b);
  for (const std::uint32_t b : order_) {
    for (const std::uint32_t s : function.blocks[b].successors) {
      if (s < blocks_) states_[s].predecessors.push_back(b);
    }
  }
  for (std::size_t b = 0; b < blocks_; ++b) {
    states_[b].unfilled = static_cast<std::uint32_t>(states_[b].predecessors.size());
  }
}

void Ssa::visit_from(const Function& function, std::uint32_t start) {
  if (visited_[start] != 0) return;
  std::vector<std::pair<std::uint32_t, std::size_t>> stack = {{start, 0}};  // (block, next successor)
  std::vector<std::uint32_t> post;
  visited_[start] = 1;
  while (!stack.empty()) {
    auto& [block, next] = stack.back();
    const auto& successors = function.blocks[block].successors;
    if (next == successors.size()) {
      post.push_back(block);
      stack.pop_back();
      continue;
    }
    const std::uint32_t s = successors[next++];
    if (s >= blocks_ || visited_[s] != 0) continue;
    visited_[s] = 1;
    stack.emplace_back(s, 0);
  }
  order_.insert(order_.end(), post.rbegin(), post.rend());
}

NodeId Ssa::resolve(NodeId id) {
  NodeId root = id;
  while (root < replacement_.size() && replacement_[root] != kNoNode) root = replacement_[root];
  while (id != root) {
    const NodeId next = replacement_[id];
    replacement_[id] = root;
    id = next;
  }
  return root;
}

Variable Ssa::slot(std::int64_t offset) {
  const auto [it, added] = slots_.try_emplace(offset, static_cast<Variable>(kFirstSlot + slot_offsets_.size()));
  if (added) slot_offsets_.push_back(offset);
  return it->second;
}

void Ssa::write(Variable v, std::uint32_t block, NodeId value) {
  auto& values = states_[block].values;
  if (v >= values.size()) {
    definitions_ += v + 1 - values.size();
    if (definitions_ > kMaxDefinitions) {
      capped_ = true;
      return;
    }
    values.resize(v + 1, kNoNode);
  }
  values[v] = value;
}

NodeId Ssa::read(Variable v, std::uint32_t block) {
  const NodeId value = look_up(v, block);
  if (!pending_.empty()) finish_phis();
  return resolve(value);
}

NodeId Ssa::look_up(Variable v, std::uint32_t block) {
  path_.clear();
  NodeId value = kNoNode;
  for (std::uint32_t b = block;;) {
    State& s = states_[b];
    if (v < s.values.size() && s.values[v] != kNoNode) {
      value = s.values[v];
      break;
    }
    path_.push_back(b);
    // One way in, or a frame pointer, which is the same on every way in: no phi. The second test stops at a block
    // that only leads to itself.
    std::uint32_t from = kNoNode;
    if (s.unfilled == 0 && s.predecessors.size() == 1 && b != order_.front()) {
      from = s.predecessors[0];
    } else if (s.unfilled != 0 && is_frame_variable(v)) {
      for (const std::uint32_t p : s.predecessors) {
        if (states_[p].filled) from = p;
      }
    }
    if (from == kNoNode || path_.size() > blocks_) {
      value = at_head(v, b);
      break;
    }
    b = from;
  }
  for (const std::uint32_t b : path_) write(v, b, value);
  return value;
}

NodeId Ssa::at_head(Variable v, std::uint32_t block) {
  State& s = states_[block];
  const bool entry_frame = block == order_.front() && is_frame_variable(v);
  if (s.predecessors.empty() || entry_frame || capped()) return entry_value(v, block);
  const NodeId phi = graph_.unique(NodeKind::kPhi);
  write(v, block, phi);
  if (s.unfilled != 0) {
    s.incomplete.push_back({v, phi});
  } else {
    pending_.push_back({phi, v, block});
  }
  return phi;
}

NodeId Ssa::entry_value(Variable v, std::uint32_t block) {
  const CallingConvention& c = *convention_;
  const bool orphan = block != order_.front();
  if (v == c.stack_pointer && !orphan) return graph_.stack_base();
  if (orphan) {
    // A handler or an unknown jump's target runs in the frame that the entry block set up.
    if (v == c.stack_pointer || v == c.frame_pointer) {
      const auto& values = states_[order_.front()].values;
      if (v < values.size() && values[v] != kNoNode) return values[v];
    }
    return graph_.unique(NodeKind::kUndefined);
  }
  if (v < kFirstVector) {
    const auto at = std::find(c.integer_arguments.begin(), c.integer_arguments.end(), v);
    if (at != c.integer_arguments.end()) {
      return graph_.parameter(static_cast<unsigned>(at - c.integer_arguments.begin()), false);
    }
    // fastcall, thiscall and the register parameters that GCC gives static functions of i386.
    const bool register_parameter = c.passes_on_stack() && (c.clobbered_general >> v & 1U) != 0;
    if (register_parameter) return graph_.parameter(v, false);
    return graph_.unique(NodeKind::kUndefined);
  }
  if (v < kFirstX87) {
    const Variable n = v - kFirstVector;
    return n < c.vector_arguments ? graph_.parameter(n, true) : graph_.unique(NodeKind::kUndefined);
  }
  if (v < kFirstSlot) return graph_.unique(NodeKind::kUndefined);
  const std::int64_t offset = slot_offsets_[v - kFirstSlot];
  if (offset >= c.first_stack_argument) {
    const auto number = (static_cast<std::uint64_t>(offset) - static_cast<std::uint64_t>(c.first_stack_argument)) / c.word;
    return graph_.parameter(static_cast<unsigned>(std::min<std::uint64_t>(number, 255) + c.stack_argument_number), false);
  }
  // Local memory that was filled through a pointer, if at all: its place is the compiler's choice.
  const std::array<Term, 1> base = {Term{1, graph_.stack_base()}};
  const std::array<Term, 1> at = {Term{1, graph_.intern(NodeKind::kLinear, 0, offset, base)}};
  return graph_.intern(NodeKind::kLoad, 0, 0, at);
}

void Ssa::finish_phis() {
  for (std::size_t done = 0; done < pending_.size(); ++done) {  // Looking up operands may append more.
    const PendingPhi p = pending_[done];
    operands_.clear();
    for (const std::uint32_t from : states_[p.block].predecessors) operands_.push_back({1, look_up(p.variable, from)});
    if (p.block == order_.front()) operands_.push_back({1, entry_value(p.variable, p.block)});
    graph_.set_terms(p.phi, operands_);
  }
  // Innermost first; one removal may make another phi trivial. Chains longer than this stay as they are.
  constexpr int kRounds = 8;
  bool changed = true;
  for (int round = 0; round < kRounds && changed; ++round) {
    changed = false;
    for (auto it = pending_.rbegin(); it != pending_.rend(); ++it) changed |= remove_if_trivial(it->phi);
  }
  pending_.clear();
}

bool Ssa::remove_if_trivial(NodeId phi) {
  if (resolve(phi) != phi) return false;
  NodeId same = kNoNode;
  for (const Term& t : graph_.terms(phi)) {
    const NodeId value = resolve(t.node);
    if (value == phi || value == same) continue;
    if (same != kNoNode) return false;
    same = value;
  }
  if (same == kNoNode) same = graph_.unique(NodeKind::kUndefined);
  if (replacement_.size() < graph_.size()) replacement_.resize(graph_.size(), kNoNode);
  replacement_[phi] = same;
  return true;
}

void Ssa::fill(std::uint32_t block) {
  states_[block].filled = true;
  for (const std::uint32_t successor : function_->blocks[block].successors) {
    if (successor >= blocks_ || --states_[successor].unfilled != 0) continue;
    for (const Incomplete& i : states_[successor].incomplete) pending_.push_back({i.phi, i.variable, successor});
    states_[successor].incomplete.clear();
  }
  if (!pending_.empty()) finish_phis();
}

}  // namespace prova
