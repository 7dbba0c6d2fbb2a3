#include "dataflow/value_graph.h"

#include <algorithm>
#include <array>

#include "base/hash.h"

namespace prova {
namespace {

constexpr std::size_t kFirstTable = 256;

std::uint64_t shape_hash(NodeKind kind, std::uint8_t sub, std::int64_t value, std::span<const Term> terms) {
  std::uint64_t h = mix(static_cast<std::uint64_t>(kind) << 8U | sub, static_cast<std::uint64_t>(value));
  for (const Term& t : terms) h = mix(h ^ static_cast<std::uint64_t>(t.coefficient), t.node);
  return h;
}

}  // namespace

void ValueGraph::clear() {
  nodes_.clear();
  terms_.clear();
  hashes_.clear();
  interned_ = 0;
  // A huge function must not make every later one pay for clearing its table.
  if (table_.size() != kFirstTable) table_.resize(kFirstTable);
  std::fill(table_.begin(), table_.end(), kNoNode);
}

NodeId ValueGraph::intern(NodeKind kind, std::uint8_t sub, std::int64_t value, std::span<const Term> terms) {
  if (2 * interned_ >= table_.size()) grow_table();
  const std::uint64_t h = shape_hash(kind, sub, value, terms);
  const std::size_t mask = table_.size() - 1;
  std::size_t slot = h & mask;
  for (; table_[slot] != kNoNode; slot = (slot + 1) & mask) {
    const NodeId id = table_[slot];
    const Node& n = nodes_[id];
    if (hashes_[id] == h && n.kind == kind && n.sub == sub && n.value == value &&
        std::equal(terms.begin(), terms.end(), terms_.begin() + n.begin, terms_.begin() + n.begin + n.count)) {
      return id;
    }
  }
  const NodeId id = unique(kind, sub);
  nodes_[id].value = value;
  hashes_[id] = h;
  set_terms(id, terms);
  table_[slot] = id;
  ++interned_;
  return id;
}

NodeId ValueGraph::unique(NodeKind kind, std::uint8_t sub) {
  const auto id = static_cast<NodeId>(nodes_.size());
  nodes_.push_back({.kind = kind, .sub = sub, .begin = 0, .count = 0, .value = id});
  hashes_.push_back(0);
  return id;
}

void ValueGraph::set_terms(NodeId id, std::span<const Term> terms) {
  nodes_[id].begin = static_cast<std::uint32_t>(terms_.size());
  nodes_[id].count = static_cast<std::uint32_t>(terms.size());
  terms_.insert(terms_.end(), terms.begin(), terms.end());
}

NodeId ValueGraph::binary(NodeKind kind, NodeId a, NodeId b, std::uint8_t sub, std::int64_t value) {
  const bool commutative = kind == NodeKind::kAnd || kind == NodeKind::kOr || kind == NodeKind::kXor ||
                           kind == NodeKind::kMultiply || kind == NodeKind::kEqual;
  if (commutative && b < a) std::swap(a, b);
  const std::array<Term, 2> both = {Term{1, a}, Term{1, b}};
  return intern(kind, sub, value, both);
}

void ValueGraph::grow_table() {
  table_.assign(std::max(kFirstTable, table_.size() * 2), kNoNode);
  const std::size_t mask = table_.size() - 1;
  for (NodeId id = 0; id < nodes_.size(); ++id) {
    if (hashes_[id] == 0) continue;
    std::size_t slot = hashes_[id] & mask;
    while (table_[slot] != kNoNode) slot = (slot + 1) & mask;
    table_[slot] = id;
  }
}

}  // namespace prova
