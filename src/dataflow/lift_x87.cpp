#include <array>

#include "base/hash.h"
#include "dataflow/lift_x86.h"

namespace prova {
namespace {

constexpr unsigned kDepth = 8;

/// The x87 registers as a stack of variables: a push moves every value down by one.
void push(FlowBuilder& b, NodeId value) {
  for (Variable r = kDepth - 1; r > 0; --r) b.write(kFirstX87 + r, b.read(kFirstX87 + r - 1));
  b.write(kFirstX87, value);
}

void pop(FlowBuilder& b) {
  for (Variable r = 0; r + 1 < kDepth; ++r) b.write(kFirstX87 + r, b.read(kFirstX87 + r + 1));
  b.write(kFirstX87 + kDepth - 1, b.graph().unique(NodeKind::kUndefined));
}

NodeId top(FlowBuilder& b) { return b.read(kFirstX87); }

/// "fsubrp" → "sub", reversed: the operation's own name.
struct Arithmetic {
  std::string_view name;
  bool reversed = false;
};
Arithmetic arithmetic_of(std::string_view name) {
  if (name.starts_with("fi") && name != "fist") name.remove_prefix(2);
  else name.remove_prefix(1);
  for (const std::string_view op : {"add", "sub", "mul", "div"}) {
    if (name.starts_with(op)) return {op, name.size() > 3 && name[3] == 'r'};
  }
  return {};
}

}  // namespace

void LiftX86::lift_x87(const Instruction& i, const std::string& name) {
  const auto source = [&](unsigned n) { return operand(i, n); };
  const Operand* memory = nullptr;
  for (unsigned n = 0; n < i.operand_count; ++n) {
    if (i.operands[n].kind == Operand::Kind::kMemory) memory = &i.operands[n];
  }
  const bool pops = name.ends_with("p") || name.ends_with("pp");
  if (name == "fld") return push(b_, source(i.operand_count - 1U));
  if (name == "fild") {
    const std::array<NodeId, 1> one = {source(i.operand_count - 1U)};
    return push(b_, b_.other(hash64("convert"), one, NodeKind::kFloat));
  }
  if (name == "fldz") return push(b_, b_.graph().constant(0));
  if (name.starts_with("fld") && memory == nullptr) return push(b_, b_.other(hash64(name), {}, NodeKind::kFloat));
  if (name.starts_with("fist") && memory != nullptr) {
    const std::array<NodeId, 1> one = {top(b_)};
    b_.assign(i, *memory, b_.other(hash64("convert"), one, NodeKind::kFloat));
    if (pops) pop(b_);
    return;
  }
  if (name == "fst" || name == "fstp") {
    b_.assign(i, i.operands[0], top(b_));
    if (pops) pop(b_);
    return;
  }
  if (name == "fxch") return exchange(i);
  if (name.starts_with("fcom") || name.starts_with("fucom")) {
    b_.set_flags(FlagsKind::kFloat, top(b_), i.operand_count > 0 ? source(i.operand_count - 1U) : b_.read(kFirstX87 + 1));
    if (pops) pop(b_);
    if (name.ends_with("pp")) pop(b_);
    return;
  }
  if (const Arithmetic a = arithmetic_of(name); !a.name.empty()) {
    const bool one_operand = i.operand_count < 2;
    const NodeId x = one_operand ? top(b_) : source(0);
    const NodeId y = i.operand_count == 0 ? b_.read(kFirstX87 + 1) : source(i.operand_count - 1U);
    std::array<NodeId, 2> both = {x, y};
    const bool commutative = a.name == "add" || a.name == "mul";
    if (a.reversed || (commutative && y < x)) std::swap(both[0], both[1]);
    const NodeId result = b_.other(hash64(a.name), both, NodeKind::kFloat);
    if (one_operand) b_.write(kFirstX87, result);
    else b_.assign(i, i.operands[0], result);
    if (pops) pop(b_);
    return;
  }
  if (name == "fchs" || name == "fabs" || name == "fsqrt") {
    const std::array<NodeId, 1> one = {top(b_)};
    b_.write(kFirstX87, b_.other(hash64(std::string_view(name).substr(1)), one, NodeKind::kFloat));
  }
}

}  // namespace prova
