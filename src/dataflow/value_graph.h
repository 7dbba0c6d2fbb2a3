#pragma once
// Start here: the normalised data flow of one function is a graph of values. Equal values are one node (hash-consing),
// so equality is a comparison of numbers, and a rewrite rule is a function from nodes to a node (rules.h).

#include <cstdint>
#include <span>
#include <vector>

#include "base/address.h"

namespace prova {

/// Index of a node in its ValueGraph.
using NodeId = std::uint32_t;
constexpr NodeId kNoNode = ~NodeId{0};

enum class NodeKind : std::uint8_t {
  kUndefined,      ///< What a register holds that nothing of this function put there. Each is its own.
  kConstant,       ///< `value`, signed.
  kAddress,        ///< `value` is an address of the image.
  kParameter,      ///< `value` is its number from 0; `sub` 1 for those in vector registers.
  kStackBase,      ///< The stack pointer at entry.
  kLinear,         ///< Σ coefficient · term + `value`.
  kLoad,           ///< Memory at term 0; `sub` is the WidthBits class. No memory versions: equal loads are one node.
  kCallResult,     ///< `value` is the label of what was called, `sub` 1 for a result in a vector register.
  kPhi,            ///< One of its terms, by the way control came. `value` keeps two of them apart.
  kAnd, kOr, kXor, kMultiply,                       ///< Commutative: terms ascending.
  kShiftLeft, kShiftRight, kShiftArithmetic, kRotate, kDivide, kModulo,
  kEqual,          ///< Commutative. Or its negation: polarity is dropped.
  kLess,           ///< Term 0 < term 1, signed or not, or its negation.
  kFloat,          ///< `value` is a hash of the operation's name.
  kOther,          ///< The same for everything else.
  kFlags,          ///< Condition flags; `sub` is a FlagsKind. Never part of the finished graph's values.
};

/// What made the condition flags.
enum class FlagsKind : std::uint8_t {
  kCompare,  ///< term 0 compared with term 1.
  kResult,   ///< A result compared with 0.
  kFloat,    ///< Floating-point comparison of term 0 with term 1.
  kBit,      ///< Carry is the bit that is term 0.
};

/// A part of a node: an argument, and in linear forms its coefficient.
struct Term {
  std::int64_t coefficient = 1;
  NodeId node = kNoNode;
  friend bool operator==(const Term&, const Term&) = default;
};

struct Node {
  NodeKind kind = NodeKind::kUndefined;
  std::uint8_t sub = 0;
  std::uint32_t begin = 0;  ///< Of its terms in the graph's pool.
  std::uint32_t count = 0;
  std::int64_t value = 0;
};

/// Nodes of one function. Memory is reused after clear(). Not thread-safe.
class ValueGraph {
 public:
  void clear();
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] const Node& operator[](NodeId id) const { return nodes_[id]; }
  [[nodiscard]] std::span<const Term> terms(NodeId id) const {
    return std::span(terms_).subspan(nodes_[id].begin, nodes_[id].count);
  }
  [[nodiscard]] NodeId argument(NodeId id, std::size_t index) const { return terms_[nodes_[id].begin + index].node; }

  /// The node of this shape; made when there is none. REQUIRED: `terms` do not point into this graph. Amortised O(terms).
  NodeId intern(NodeKind kind, std::uint8_t sub, std::int64_t value, std::span<const Term> terms);
  /// A node that equals no other one (kUndefined, kPhi).
  NodeId unique(NodeKind kind, std::uint8_t sub = 0);
  /// Gives a node made by unique() its terms, once.
  void set_terms(NodeId id, std::span<const Term> terms);

  NodeId constant(std::int64_t value) { return intern(NodeKind::kConstant, 0, value, {}); }
  NodeId address(VirtualAddress a) { return intern(NodeKind::kAddress, 0, static_cast<std::int64_t>(raw(a)), {}); }
  NodeId parameter(unsigned number, bool vector) { return intern(NodeKind::kParameter, vector, number, {}); }
  NodeId stack_base() { return intern(NodeKind::kStackBase, 0, 0, {}); }
  NodeId binary(NodeKind kind, NodeId a, NodeId b, std::uint8_t sub = 0, std::int64_t value = 0);

  [[nodiscard]] bool is_constant(NodeId id) const { return nodes_[id].kind == NodeKind::kConstant; }
  [[nodiscard]] bool is_constant(NodeId id, std::int64_t value) const {
    return is_constant(id) && nodes_[id].value == value;
  }

 private:
  void grow_table();

  std::vector<Node> nodes_;
  std::vector<Term> terms_;
  std::vector<std::uint64_t> hashes_;
  std::vector<NodeId> table_;  ///< Open addressing; size is a power of two.
  std::size_t interned_ = 0;
};

}  // namespace prova
