#include "dataflow/lift_x86.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>

#include "base/hash.h"

namespace prova {
namespace {

constexpr Variable kRax = 0, kRcx = 1, kRdx = 2, kRsp = 4, kRbp = 5, kRsi = 6, kRdi = 7;
/// Bits that `cdq` and `cqo` fill the upper half with: the sign of a 32-bit value.
constexpr std::int64_t kSignShift = 31;

/// "vaddsd" and "addss" are one operation on numbers of a width that the operand already tells.
std::string_view plain_float_name(std::string_view name) {
  if (name.starts_with("v")) name.remove_prefix(1);
  if (name.ends_with("sd") || name.ends_with("ss") || name.ends_with("pd") || name.ends_with("ps")) name.remove_suffix(2);
  return name;
}

bool reads_nothing_else(const Instruction& i) {
  return i.operand_count >= 2 && i.operands[i.operand_count - 1].kind == Operand::Kind::kRegister &&
         i.operands[i.operand_count - 2].kind == Operand::Kind::kRegister &&
         i.operands[i.operand_count - 1].reg == i.operands[i.operand_count - 2].reg;
}

}  // namespace

namespace {

/// `movsd` is a string move without operands that we see as vector ones, and a scalar move with them.
bool has_vector_operand(const Instruction& i) {
  return i.operand_count > 0 && (i.operands[0].reg.cls == Register::Class::kVector ||
                                 i.operands[i.operand_count - 1U].reg.cls == Register::Class::kVector);
}

}  // namespace

LiftX86::Meaning LiftX86::meaning_of(const std::string& name, const Instruction& i) {
  static const std::unordered_map<std::string_view, Op> kByName = {
      {"mov", Op::kMove}, {"movzx", Op::kMove}, {"movsx", Op::kMove}, {"movsxd", Op::kMove}, {"movabs", Op::kMove},
      {"movbe", Op::kOther}, {"movd", Op::kMove}, {"movq", Op::kMove}, {"lea", Op::kLea}, {"add", Op::kAdd},
      {"sub", Op::kSubtract}, {"adc", Op::kAddCarry}, {"sbb", Op::kSubtractBorrow}, {"inc", Op::kIncrement},
      {"dec", Op::kDecrement}, {"neg", Op::kNegate}, {"not", Op::kNot}, {"and", Op::kAnd}, {"or", Op::kOr},
      {"xor", Op::kXor}, {"shl", Op::kShiftLeft}, {"sal", Op::kShiftLeft}, {"shlx", Op::kShiftLeft},
      {"shr", Op::kShiftRight}, {"shrx", Op::kShiftRight}, {"sar", Op::kShiftArithmetic},
      {"sarx", Op::kShiftArithmetic}, {"rol", Op::kRotateLeft}, {"ror", Op::kRotateRight}, {"rorx", Op::kRotateRight},
      {"imul", Op::kMultiply}, {"mul", Op::kMultiply}, {"div", Op::kDivide}, {"idiv", Op::kDivide},
      {"cmp", Op::kCompare}, {"test", Op::kTest}, {"bt", Op::kBitTest}, {"push", Op::kPush}, {"pop", Op::kPop},
      {"leave", Op::kLeave}, {"cdq", Op::kSignFill}, {"cqo", Op::kSignFill}, {"cdqe", Op::kNothing},
      {"cwde", Op::kNothing}, {"cbw", Op::kNothing}, {"cwd", Op::kNothing}, {"xchg", Op::kExchange},
      {"stosb", Op::kStoreString}, {"stosw", Op::kStoreString}, {"stosd", Op::kStoreString}, {"stosq", Op::kStoreString},
      {"movsb", Op::kMoveString}, {"movsw", Op::kMoveString}, {"movsq", Op::kMoveString},
      {"pxor", Op::kVectorXor}, {"xorps", Op::kVectorXor}, {"xorpd", Op::kVectorXor}, {"vpxor", Op::kVectorXor},
      {"vxorps", Op::kVectorXor}, {"vxorpd", Op::kVectorXor},
      {"comiss", Op::kFloatCompare}, {"comisd", Op::kFloatCompare}, {"ucomiss", Op::kFloatCompare},
      {"ucomisd", Op::kFloatCompare}, {"vcomiss", Op::kFloatCompare}, {"vcomisd", Op::kFloatCompare},
      {"vucomiss", Op::kFloatCompare}, {"vucomisd", Op::kFloatCompare},
  };
  const std::uint64_t plain = hash64(plain_float_name(name));
  if (i.flow == Flow::kCall || i.flow == Flow::kIndirectCall) return {Op::kCall, 0};
  if (i.flow == Flow::kReturn) return {Op::kReturn, 0};
  if (i.flow == Flow::kJump || i.flow == Flow::kIndirectJump) return {Op::kJump, 0};
  if (i.flow == Flow::kConditionalJump) return {Op::kConditionalJump, 0};
  if (name == "movsd" && !has_vector_operand(i)) return {Op::kMoveString, 0};
  if (const auto it = kByName.find(name); it != kByName.end()) return {it->second, plain};
  if (i.condition != Condition::kNone && name.starts_with("set")) return {Op::kSet, 0};
  if (i.condition != Condition::kNone && name.starts_with("cmov")) return {Op::kConditionalMove, 0};
  const bool x87 = name.starts_with("f") && i.operation == Operation::kFloat;
  if (x87 || (name.starts_with("f") && i.operand_count > 0 && i.operands[0].reg.cls == Register::Class::kFloat)) return {Op::kFloatX87, 0};
  const std::string_view bare = std::string_view(name).substr(name.starts_with("v") ? 1 : 0);
  for (const std::string_view move : {"movss", "movsd", "movaps", "movups", "movapd", "movupd", "movdqa", "movdqu", "movntdq"}) {
    if (bare.starts_with(move)) return {Op::kFloatMove, 0};
  }
  const bool scalar = bare.ends_with("ss") || bare.ends_with("sd");
  if (bare.starts_with("cvt")) return {Op::kFloatUnary, hash64("convert")};
  if (scalar && bare.starts_with("sqrt")) return {Op::kFloatUnary, plain};
  for (const std::string_view binary : {"add", "sub", "mul", "div", "min", "max"}) {
    if (scalar && bare.size() == 5 && bare.starts_with(binary)) return {Op::kFloatBinary, plain};
  }
  return {Op::kOther, plain};
}

const LiftX86::Meaning& LiftX86::meaning(const Instruction& i) {
  // What is remembered per mnemonic must hold for all its instructions: `mov edi, edi` is padding, and other moves are not.
  static const Meaning kNothing{Op::kNothing, 0};
  if (i.operation == Operation::kNop || i.operation == Operation::kPadding) return kNothing;
  const std::size_t number = 2U * i.mnemonic + (has_vector_operand(i) ? 1U : 0U);
  if (number >= meanings_.size()) meanings_.resize(number + 1);
  Meaning& m = meanings_[number];
  if (m.op == Op::kUnknown) m = meaning_of(mnemonics_.name(i), i);
  return m;
}

void LiftX86::lift(const Instruction& i) {
  const Meaning m = meaning(i);
  switch (m.op) {
    case Op::kNothing: case Op::kUnknown: return;
    case Op::kMove: case Op::kWiden:
      if (i.operand_count >= 2) b_.assign(i, i.operands[0], operand(i, 1));
      return;
    case Op::kLea:
      if (i.operand_count >= 2) b_.assign(i, i.operands[0], b_.address_of(i, i.operands[1]));
      return;
    case Op::kAdd: case Op::kSubtract: case Op::kAddCarry: case Op::kSubtractBorrow: case Op::kIncrement:
    case Op::kDecrement: case Op::kNegate: case Op::kNot: case Op::kAnd: case Op::kOr: case Op::kXor:
      return lift_arithmetic(i, m.op);
    case Op::kShiftLeft: case Op::kShiftRight: case Op::kShiftArithmetic: case Op::kRotateLeft: case Op::kRotateRight:
      return lift_shift(i, m.op);
    case Op::kMultiply: return lift_multiply(i);
    case Op::kDivide: return lift_divide(i);
    case Op::kCompare: case Op::kTest: case Op::kBitTest: return lift_compare(i, m.op);
    case Op::kSet: return b_.assign(i, i.operands[0], b_.condition(i.condition));
    case Op::kConditionalMove: {
      const NodeId condition = b_.condition(i.condition);
      const NodeId kept = operand(i, 0), moved = operand(i, 1);
      b_.branch(condition);
      return b_.assign(i, i.operands[0], b_.choose(kept, moved));
    }
    case Op::kPush: case Op::kPop: case Op::kLeave: return lift_stack(i, m.op);
    case Op::kCall: case Op::kReturn: case Op::kConditionalJump: case Op::kJump: return lift_flow(i, m.op);
    case Op::kSignFill:
      return b_.write(kRdx, shift_right(b_.graph(), b_.read(kRax), b_.graph().constant(kSignShift), true));
    case Op::kExchange: return exchange(i);
    case Op::kStoreString: case Op::kMoveString: return lift_string(i, m.op);
    case Op::kVectorXor:
      if (reads_nothing_else(i)) return b_.assign(i, i.operands[0], b_.graph().constant(0));
      return lift_other(i, m);
    case Op::kFloatMove: case Op::kFloatBinary: case Op::kFloatUnary: case Op::kFloatCompare: return lift_float(i, m);
    case Op::kFloatX87: return lift_x87(i, mnemonics_.name(i));
    case Op::kOther: return lift_other(i, m);
  }
}

void LiftX86::lift_arithmetic(const Instruction& i, Op op) {
  ValueGraph& g = b_.graph();
  const NodeId x = operand(i, 0);
  const NodeId y = i.operand_count > 1 ? operand(i, 1) : g.constant(1);
  const bool same = i.operand_count > 1 && i.operands[1].kind == Operand::Kind::kRegister &&
                    i.operands[0].kind == Operand::Kind::kRegister && i.operands[0].reg == i.operands[1].reg;
  NodeId result = x;
  switch (op) {
    case Op::kAdd: result = add(g, x, y); break;
    case Op::kIncrement: result = scale(g, x, 1, 1); break;
    case Op::kDecrement: result = scale(g, x, 1, -1); break;
    case Op::kSubtract: result = subtract(g, x, y); break;
    case Op::kAddCarry: result = add(g, add(g, x, y), b_.condition(Condition::kUnsignedLess)); break;
    case Op::kSubtractBorrow: {
      const NodeId borrow = b_.condition(Condition::kUnsignedLess);
      result = same ? scale(g, borrow, -1) : subtract(g, subtract(g, x, y), borrow);  // sbb x, x ⇒ −borrow
      break;
    }
    case Op::kNegate: result = scale(g, x, -1); break;
    case Op::kNot: result = scale(g, x, -1, -1); break;
    case Op::kAnd: result = bit_and(g, x, y); break;
    case Op::kOr: result = bit_or(g, x, y); break;
    case Op::kXor: result = same ? g.constant(0) : bit_xor(g, x, y); break;
    default: break;
  }
  if (op == Op::kSubtract) b_.set_flags(FlagsKind::kCompare, x, y);
  else if (op != Op::kNot) b_.set_flags(FlagsKind::kResult, result);
  b_.assign(i, i.operands[0], result);
}

void LiftX86::lift_shift(const Instruction& i, Op op) {
  ValueGraph& g = b_.graph();
  // Two operands: shl x, y. Three (BMI2): shlx to, x, y. One: by 1.
  const unsigned source = i.operand_count >= 3 ? 1 : 0;
  const NodeId x = operand(i, source);
  NodeId y = i.operand_count >= 2 ? operand(i, source + 1) : g.constant(1);
  NodeId result = x;
  switch (op) {
    case Op::kShiftLeft: result = shift_left(g, x, y); break;
    case Op::kShiftRight: result = shift_right(g, x, y, false); break;
    case Op::kShiftArithmetic: result = shift_right(g, x, y, true); break;
    case Op::kRotateRight:
      y = linear(g, y, -1, g.constant(0), 0, i.operands[0].size);  // ror x, c ⇒ rol x, bits − c
      [[fallthrough]];
    default: result = rotate_left(g, x, y); break;
  }
  b_.set_flags(FlagsKind::kResult, result);
  b_.assign(i, i.operands[0], result);
}

void LiftX86::lift_multiply(const Instruction& i) {
  ValueGraph& g = b_.graph();
  if (i.operand_count >= 2) {
    const unsigned first = i.operand_count == 3 ? 1 : 0;
    const NodeId result = multiply(g, operand(i, first), operand(i, first + 1));
    b_.set_flags(FlagsKind::kResult, result);
    return b_.assign(i, i.operands[0], result);
  }
  const NodeId x = b_.read(kRax), y = operand(i, 0);
  const std::array<NodeId, 2> both = {std::min(x, y), std::max(x, y)};
  b_.write(kRax, multiply(g, x, y));
  b_.write(kRdx, b_.other(hash64("multiply_high"), both));
}

void LiftX86::lift_divide(const Instruction& i) {
  if (i.operand_count == 0) return;
  const NodeId x = b_.read(kRax), y = operand(i, 0);
  b_.write(kRax, divide(b_.graph(), x, y, false));
  b_.write(kRdx, divide(b_.graph(), x, y, true));
}

void LiftX86::lift_compare(const Instruction& i, Op op) {
  if (i.operand_count < 2) return;
  ValueGraph& g = b_.graph();
  const NodeId x = operand(i, 0), y = operand(i, 1);
  if (op == Op::kCompare) return b_.set_flags(FlagsKind::kCompare, x, y);
  if (op == Op::kTest) return b_.set_flags(FlagsKind::kResult, bit_and(g, x, y));
  // bt x, c: the carry is x & 2ᶜ.
  if (g.is_constant(y)) {
    const auto bit = static_cast<std::int64_t>(1ULL << (static_cast<std::uint64_t>(g[y].value) & 63U));
    return b_.set_flags(FlagsKind::kBit, bit_and(g, x, g.constant(bit)));
  }
  b_.set_flags(FlagsKind::kBit, bit_and(g, x, shift_left(g, g.constant(1), y)));
}

void LiftX86::lift_stack(const Instruction& i, Op op) {
  if (op == Op::kPush && i.operand_count > 0) return b_.push(operand(i, 0));
  if (op == Op::kPop && i.operand_count > 0) return b_.assign(i, i.operands[0], b_.pop());
  if (op == Op::kLeave) {
    b_.write(kRsp, b_.read(kRbp));
    b_.write(kRbp, b_.pop());
  }
}

bool LiftX86::leaves_function(const Instruction& i) const {
  if (!i.target) return false;
  const auto& blocks = b_.code().function->blocks;
  return std::none_of(blocks.begin(), blocks.end(), [&](const BasicBlock& block) { return block.begin == *i.target; });
}

void LiftX86::lift_flow(const Instruction& i, Op op) {
  if (op == Op::kCall) return b_.call(i, false);
  if (op == Op::kReturn) return b_.return_value();
  if (op == Op::kConditionalJump) {
    const bool counter = i.condition == Condition::kCounterZero || i.condition == Condition::kCounterNotZero;
    if (!counter) return b_.branch(b_.condition(i.condition));
    if (i.condition == Condition::kCounterNotZero) b_.write(kRcx, scale(b_.graph(), b_.read(kRcx), 1, -1));
    return b_.branch(equal(b_.graph(), b_.read(kRcx), b_.graph().constant(0)));
  }
  if (i.flow == Flow::kJump) {
    if (leaves_function(i)) b_.call(i, true);
    return;
  }
  // An indirect jump is a switch, whose blocks follow, or a tail call.
  const auto& calls = b_.code().function->calls;
  const bool known = std::any_of(calls.begin(), calls.end(), [&](const CallSite& c) { return c.at == i.address && c.tail; });
  if (known) b_.call(i, true);
}

void LiftX86::lift_string(const Instruction& i, Op op) {
  const unsigned bits = i.operand_count > 0 ? i.operands[0].size : 8;
  const NodeId to = b_.read(kRdi);
  const NodeId value = op == Op::kStoreString ? b_.read(kRax) : b_.load(b_.read(kRsi), bits);
  b_.store(to, bits, value);
  // Repeated or not, the registers end behind what was written; by how much, only the counter says.
  const std::array<NodeId, 1> after = {to};
  b_.write(kRdi, b_.other(hash64("string_end"), after));
  if (op == Op::kMoveString) b_.write(kRsi, b_.graph().unique(NodeKind::kUndefined));
}

void LiftX86::exchange(const Instruction& i) {
  if (i.operand_count < 2) return;
  const NodeId x = operand(i, 0), y = operand(i, 1);
  b_.assign(i, i.operands[0], y);
  b_.assign(i, i.operands[1], x);
}

void LiftX86::lift_float(const Instruction& i, const Meaning& m) {
  if (i.operand_count < 2) return;
  const unsigned last = i.operand_count - 1U;
  switch (m.op) {
    case Op::kFloatMove: return b_.assign(i, i.operands[0], operand(i, last));
    case Op::kFloatCompare: return b_.set_flags(FlagsKind::kFloat, operand(i, 0), operand(i, 1));
    case Op::kFloatUnary: {
      const std::array<NodeId, 1> one = {operand(i, last)};
      return b_.assign(i, i.operands[0], b_.other(m.name, one, NodeKind::kFloat));
    }
    default: break;
  }
  std::array<NodeId, 2> both = {operand(i, last - 1), operand(i, last)};
  const bool commutative = m.name == hash64("add") || m.name == hash64("mul");
  if (commutative && both[1] < both[0]) std::swap(both[0], both[1]);
  b_.assign(i, i.operands[0], b_.other(m.name, both, NodeKind::kFloat));
}

void LiftX86::lift_other(const Instruction& i, const Meaning& m) {
  std::array<NodeId, 5> read{};
  std::size_t n = 0;
  for (unsigned k = 0; k < i.operand_count; ++k) {
    if (i.operands[k].read || (i.operands[k].kind == Operand::Kind::kImmediate)) read[n++] = operand(i, k);
  }
  const NodeId result = b_.other(m.name, std::span(read).first(n));
  bool written = false;
  for (unsigned k = 0; k < i.operand_count; ++k) {
    if (!i.operands[k].written) continue;
    b_.assign(i, i.operands[k], result);
    written = true;
  }
  if (written) b_.set_flags(FlagsKind::kResult, result);
}

}  // namespace prova
