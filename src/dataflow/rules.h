#pragma once
// The rewrite rules: one function per operation, each returns the normal form of its result. Notation: x, y values;
// c, k constants; ⇒ "is represented as". What a rule was worth is stated in docs/methods/dataflow.md.

#include <optional>

#include "dataflow/value_graph.h"
#include "disasm/instruction.h"

namespace prova {

/// Linear forms of more terms stay nested: a chain of additions in hostile code must not cost quadratic time.
constexpr std::size_t kMaxTerms = 16;

/// c₁·x + c₂·y + k, flattened: add, sub, lea, inc, dec, neg, shl and imul by a constant all end here.
///   (Σ aᵢ·xᵢ + k) + (Σ bᵢ·xᵢ + m) ⇒ Σ (aᵢ+bᵢ)·xᵢ + (k+m);  0·x ⇒ nothing;  1·x + 0 ⇒ x;  no terms ⇒ k
///   address + k ⇒ address';  address + c·x + k ⇒ address' + c·x
[[nodiscard]] NodeId linear(ValueGraph& g, NodeId x, std::int64_t c1, NodeId y, std::int64_t c2, std::int64_t k = 0);
[[nodiscard]] NodeId add(ValueGraph& g, NodeId x, NodeId y);
[[nodiscard]] NodeId subtract(ValueGraph& g, NodeId x, NodeId y);
/// c·x + k.
[[nodiscard]] NodeId scale(ValueGraph& g, NodeId x, std::int64_t c, std::int64_t k = 0);

/// x · c ⇒ linear;  x · y ⇒ multiply(x, y), commutative.
[[nodiscard]] NodeId multiply(ValueGraph& g, NodeId x, NodeId y);
/// x << c ⇒ 2ᶜ·x;  x << y ⇒ shift_left(x, y).
[[nodiscard]] NodeId shift_left(ValueGraph& g, NodeId x, NodeId y);
/// x >> 0 ⇒ x;  k >> c ⇒ constant.
[[nodiscard]] NodeId shift_right(ValueGraph& g, NodeId x, NodeId y, bool arithmetic);
/// Rotation to the left by y of a value of `bits` bits; a rotation to the right by c is one to the left by bits − c.
[[nodiscard]] NodeId rotate_left(ValueGraph& g, NodeId x, NodeId y);
/// x & x ⇒ x;  x & 0 ⇒ 0;  x & −1, x & 0xff, x & 0xffff, x & 0xffffffff ⇒ x (extensions are copies);
/// (stack + k) & c ⇒ stack + k (alignment of the frame);  k & m ⇒ constant.
[[nodiscard]] NodeId bit_and(ValueGraph& g, NodeId x, NodeId y);
/// x | x ⇒ x;  x | 0 ⇒ x;  x | −1 ⇒ −1;  k | m ⇒ constant;
/// (x << c) | (x >> n−c) ⇒ rotate(x, c) for n = 32, 64.
[[nodiscard]] NodeId bit_or(ValueGraph& g, NodeId x, NodeId y);
/// x ^ x ⇒ 0;  x ^ 0 ⇒ x;  x ^ −1 ⇒ −x − 1;  k ^ m ⇒ constant.
[[nodiscard]] NodeId bit_xor(ValueGraph& g, NodeId x, NodeId y);
/// k / m, k % m ⇒ constant; else divide(x, y), modulo(x, y).
[[nodiscard]] NodeId divide(ValueGraph& g, NodeId x, NodeId y, bool remainder);

/// x = y or x ≠ y:  x + c = k ⇒ x = k − c;  x − y = 0 ⇒ x = y;  (bool) = 0 ⇒ bool;  (bool) = 1 ⇒ bool.
[[nodiscard]] NodeId equal(ValueGraph& g, NodeId x, NodeId y);
/// x < y or x ≥ y:  k < y ⇒ y < k + 1 (its negation).
[[nodiscard]] NodeId less(ValueGraph& g, NodeId x, NodeId y);
/// `condition` after comparing x with y:  x ≤ k ⇒ x < k + 1;  x > y ⇒ y < x;  signed as unsigned.
[[nodiscard]] NodeId compare(ValueGraph& g, Condition condition, NodeId x, NodeId y);
/// `condition` of a kFlags node; of anything else ⇒ other("flags", x).
[[nodiscard]] NodeId condition_value(ValueGraph& g, Condition condition, NodeId flags);

/// k when x ⇒ stack base + k.
[[nodiscard]] std::optional<std::int64_t> stack_offset(const ValueGraph& g, NodeId x);
/// True when the stack base is one of x's terms, with or without others.
[[nodiscard]] bool on_stack(const ValueGraph& g, NodeId x);

}  // namespace prova
