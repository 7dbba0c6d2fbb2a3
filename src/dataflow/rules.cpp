#include "dataflow/rules.h"

#include <algorithm>
#include <array>

#include "base/hash.h"

namespace prova {
namespace {

using Unsigned = std::uint64_t;

std::int64_t wrap_add(std::int64_t a, std::int64_t b) { return static_cast<std::int64_t>(static_cast<Unsigned>(a) + static_cast<Unsigned>(b)); }
std::int64_t wrap_multiply(std::int64_t a, std::int64_t b) {
  return static_cast<std::int64_t>(static_cast<Unsigned>(a) * static_cast<Unsigned>(b));
}

/// A linear form under construction: at most kMaxTerms terms, ascending by node.
struct Form {
  std::array<Term, kMaxTerms> terms;
  std::size_t count = 0;
  std::int64_t k = 0;

  /// False when there is no room for another term.
  bool add(std::int64_t c, NodeId node) {
    std::size_t at = 0;
    while (at < count && terms[at].node < node) ++at;
    if (at < count && terms[at].node == node) {
      terms[at].coefficient = wrap_add(terms[at].coefficient, c);
      if (terms[at].coefficient == 0) erase(at);
      return true;
    }
    if (c == 0) return true;
    if (count == kMaxTerms) return false;
    std::copy_backward(terms.begin() + at, terms.begin() + count, terms.begin() + count + 1);
    terms[at] = {c, node};
    ++count;
    return true;
  }
  void erase(std::size_t at) {
    std::copy(terms.begin() + at + 1, terms.begin() + count, terms.begin() + at);
    --count;
  }
  /// Adds c·x, taking x apart when it is itself linear.
  bool add_value(const ValueGraph& g, std::int64_t c, NodeId x) {
    const Node& n = g[x];
    if (n.kind == NodeKind::kConstant) {
      k = wrap_add(k, wrap_multiply(c, n.value));
      return true;
    }
    if (n.kind != NodeKind::kLinear) return add(c, x);
    k = wrap_add(k, wrap_multiply(c, n.value));
    for (const Term& t : g.terms(x)) {
      if (!add(wrap_multiply(c, t.coefficient), t.node)) return false;
    }
    return true;
  }
};

/// address + k ⇒ address', when the form holds exactly one address, once.
void fold_address(ValueGraph& g, Form& form) {
  std::size_t found = kMaxTerms;
  for (std::size_t i = 0; i < form.count; ++i) {
    if (g[form.terms[i].node].kind != NodeKind::kAddress) continue;
    if (found != kMaxTerms || form.terms[i].coefficient != 1) return;
    found = i;
  }
  if (found == kMaxTerms || form.k == 0) return;
  const NodeId old = form.terms[found].node;
  form.erase(found);
  const NodeId moved = g.intern(NodeKind::kAddress, 0, wrap_add(g[old].value, form.k), {});
  form.k = 0;
  form.add(1, moved);
}

NodeId finish(ValueGraph& g, Form& form) {
  fold_address(g, form);
  if (form.count == 0) return g.constant(form.k);
  if (form.count == 1 && form.k == 0 && form.terms[0].coefficient == 1) return form.terms[0].node;
  return g.intern(NodeKind::kLinear, 0, form.k, std::span(form.terms).first(form.count));
}

bool is_bool(const ValueGraph& g, NodeId x) { return g[x].kind == NodeKind::kEqual || g[x].kind == NodeKind::kLess; }

/// c when x ⇒ 2ᶜ·y with y in `base`.
std::optional<int> shifted_left(const ValueGraph& g, NodeId x, NodeId base) {
  if (g[x].kind != NodeKind::kLinear || g[x].value != 0 || g[x].count != 1) return std::nullopt;
  const Term t = g.terms(x)[0];
  const auto c = static_cast<Unsigned>(t.coefficient);
  if (t.node != base || (c & (c - 1)) != 0) return std::nullopt;
  return __builtin_ctzll(c);
}

/// (x << c) | (x >> n−c) ⇒ rotate(x, c); `right` is the shift to the right.
std::optional<NodeId> as_rotation(ValueGraph& g, NodeId left, NodeId right) {
  if (g[right].kind != NodeKind::kShiftRight || !g.is_constant(g.argument(right, 1))) return std::nullopt;
  const NodeId x = g.argument(right, 0);
  const auto c = shifted_left(g, left, x);
  if (!c) return std::nullopt;
  const std::int64_t n = *c + g[g.argument(right, 1)].value;
  if (n != 32 && n != 64) return std::nullopt;
  return rotate_left(g, x, g.constant(*c));
}

}  // namespace

NodeId linear(ValueGraph& g, NodeId x, std::int64_t c1, NodeId y, std::int64_t c2, std::int64_t k) {
  Form form;
  form.k = k;
  if (form.add_value(g, c1, x) && form.add_value(g, c2, y)) return finish(g, form);
  Form nested;  // Too many terms: the operands stay whole.
  nested.k = k;
  nested.add(c1, x);
  nested.add(c2, y);
  return finish(g, nested);
}

NodeId add(ValueGraph& g, NodeId x, NodeId y) { return linear(g, x, 1, y, 1); }
NodeId subtract(ValueGraph& g, NodeId x, NodeId y) { return linear(g, x, 1, y, -1); }

NodeId scale(ValueGraph& g, NodeId x, std::int64_t c, std::int64_t k) {
  Form form;
  form.k = k;
  form.add_value(g, c, x);
  return finish(g, form);
}

NodeId multiply(ValueGraph& g, NodeId x, NodeId y) {
  if (g.is_constant(x)) return scale(g, y, g[x].value);
  if (g.is_constant(y)) return scale(g, x, g[y].value);
  return g.binary(NodeKind::kMultiply, x, y);
}

NodeId shift_left(ValueGraph& g, NodeId x, NodeId y) {
  if (!g.is_constant(y)) return g.binary(NodeKind::kShiftLeft, x, y);
  const auto c = static_cast<Unsigned>(g[y].value) & 63U;
  return scale(g, x, static_cast<std::int64_t>(Unsigned{1} << c));
}

NodeId shift_right(ValueGraph& g, NodeId x, NodeId y, bool arithmetic) {
  if (g.is_constant(y)) {
    const auto c = static_cast<Unsigned>(g[y].value) & 63U;
    if (c == 0) return x;
    if (g.is_constant(x)) {
      return g.constant(arithmetic ? g[x].value >> c : static_cast<std::int64_t>(static_cast<Unsigned>(g[x].value) >> c));
    }
  }
  return g.binary(arithmetic ? NodeKind::kShiftArithmetic : NodeKind::kShiftRight, x, y);
}

NodeId rotate_left(ValueGraph& g, NodeId x, NodeId y) { return g.binary(NodeKind::kRotate, x, y); }

NodeId bit_and(ValueGraph& g, NodeId x, NodeId y) {
  if (g.is_constant(x)) std::swap(x, y);
  if (x == y) return x;
  if (!g.is_constant(y)) return g.binary(NodeKind::kAnd, x, y);
  const std::int64_t k = g[y].value;
  if (g.is_constant(x)) return g.constant(g[x].value & k);
  if (k == 0) return y;
  if (k == -1 || k == 0xff || k == 0xffff || k == 0xffff'ffff || on_stack(g, x)) return x;
  return g.binary(NodeKind::kAnd, x, y);
}

NodeId bit_or(ValueGraph& g, NodeId x, NodeId y) {
  if (g.is_constant(x)) std::swap(x, y);
  if (x == y) return x;
  if (g.is_constant(y)) {
    const std::int64_t k = g[y].value;
    if (g.is_constant(x)) return g.constant(g[x].value | k);
    if (k == 0) return x;
    if (k == -1) return y;
  }
  if (const auto rotation = as_rotation(g, x, y)) return *rotation;
  if (const auto rotation = as_rotation(g, y, x)) return *rotation;
  return g.binary(NodeKind::kOr, x, y);
}

NodeId bit_xor(ValueGraph& g, NodeId x, NodeId y) {
  if (g.is_constant(x)) std::swap(x, y);
  if (x == y) return g.constant(0);
  if (g.is_constant(y)) {
    const std::int64_t k = g[y].value;
    if (g.is_constant(x)) return g.constant(g[x].value ^ k);
    if (k == 0) return x;
    if (k == -1) return scale(g, x, -1, -1);
  }
  return g.binary(NodeKind::kXor, x, y);
}

NodeId divide(ValueGraph& g, NodeId x, NodeId y, bool remainder) {
  if (g.is_constant(x) && g.is_constant(y) && g[y].value > 0) {
    return g.constant(remainder ? g[x].value % g[y].value : g[x].value / g[y].value);
  }
  return g.binary(remainder ? NodeKind::kModulo : NodeKind::kDivide, x, y);
}

NodeId equal(ValueGraph& g, NodeId x, NodeId y) {
  if (g.is_constant(x)) std::swap(x, y);
  if (is_bool(g, x) && (g.is_constant(y, 0) || g.is_constant(y, 1))) return x;
  const NodeId difference = subtract(g, x, y);
  const Node d = g[difference];
  if (d.kind == NodeKind::kConstant) return g.constant(d.value == 0);
  if (d.kind != NodeKind::kLinear) return g.binary(NodeKind::kEqual, difference, g.constant(0));
  const auto terms = g.terms(difference);
  if (terms.size() == 1 && terms[0].coefficient == 1) {
    const NodeId atom = terms[0].node;
    return g.binary(NodeKind::kEqual, atom, g.constant(wrap_multiply(d.value, -1)));
  }
  if (terms.size() == 1 && terms[0].coefficient == -1) {
    const NodeId atom = terms[0].node;
    return g.binary(NodeKind::kEqual, atom, g.constant(d.value));
  }
  if (terms.size() == 2 && d.value == 0 && wrap_add(terms[0].coefficient, terms[1].coefficient) == 0 &&
      (terms[0].coefficient == 1 || terms[0].coefficient == -1)) {
    const NodeId a = terms[0].node, b = terms[1].node;
    return g.binary(NodeKind::kEqual, a, b);
  }
  // Σ cᵢ·xᵢ = −k, written so that the constant is not negative.
  const NodeId sum = d.value > 0 ? scale(g, difference, -1, d.value) : scale(g, difference, 1, wrap_multiply(d.value, -1));
  return g.binary(NodeKind::kEqual, sum, g.constant(d.value > 0 ? d.value : wrap_multiply(d.value, -1)));
}

NodeId less(ValueGraph& g, NodeId x, NodeId y) {
  if (g.is_constant(x) && g.is_constant(y)) return g.constant(g[x].value < g[y].value);
  if (x == y) return g.constant(0);
  if (g.is_constant(x)) return g.binary(NodeKind::kLess, y, g.constant(wrap_add(g[x].value, 1)));
  return g.binary(NodeKind::kLess, x, y);
}

NodeId compare(ValueGraph& g, Condition condition, NodeId x, NodeId y) {
  switch (condition) {
    case Condition::kEqual: case Condition::kNotEqual: return equal(g, x, y);
    case Condition::kUnsignedLess: case Condition::kUnsignedGreaterEqual:
    case Condition::kSignedLess: case Condition::kSignedGreaterEqual:
    case Condition::kNegative: case Condition::kNotNegative: return less(g, x, y);
    case Condition::kUnsignedLessEqual: case Condition::kUnsignedGreater:
    case Condition::kSignedLessEqual: case Condition::kSignedGreater:
      if (g.is_constant(y)) return less(g, x, g.constant(wrap_add(g[y].value, 1)));
      return less(g, y, x);
    default: {
      // Overflow and parity: the same whichever way the condition is put.
      const bool parity = condition == Condition::kParityEven || condition == Condition::kParityOdd;
      return g.binary(NodeKind::kOther, x, y, 0, static_cast<std::int64_t>(hash64(parity ? "parity" : "overflow")));
    }
  }
}

NodeId condition_value(ValueGraph& g, Condition condition, NodeId flags) {
  const Node n = g[flags];
  if (n.kind != NodeKind::kFlags) {
    const std::array<Term, 1> one = {Term{1, flags}};
    return g.intern(NodeKind::kOther, 0, static_cast<std::int64_t>(hash64("flags")), one);
  }
  const NodeId x = g.argument(flags, 0);
  switch (static_cast<FlagsKind>(n.sub)) {
    case FlagsKind::kCompare: case FlagsKind::kFloat: return compare(g, condition, x, g.argument(flags, 1));
    case FlagsKind::kResult: return compare(g, condition, x, g.constant(0));
    case FlagsKind::kBit: return equal(g, x, g.constant(0));
  }
  return flags;
}

std::optional<std::int64_t> stack_offset(const ValueGraph& g, NodeId x) {
  const Node& n = g[x];
  if (n.kind == NodeKind::kStackBase) return 0;
  if (n.kind != NodeKind::kLinear || n.count != 1) return std::nullopt;
  const Term t = g.terms(x)[0];
  if (t.coefficient != 1 || g[t.node].kind != NodeKind::kStackBase) return std::nullopt;
  return n.value;
}

bool on_stack(const ValueGraph& g, NodeId x) {
  if (g[x].kind == NodeKind::kStackBase) return true;
  if (g[x].kind != NodeKind::kLinear) return false;
  const auto terms = g.terms(x);
  return std::any_of(terms.begin(), terms.end(), [&](const Term& t) { return g[t.node].kind == NodeKind::kStackBase; });
}

}  // namespace prova
