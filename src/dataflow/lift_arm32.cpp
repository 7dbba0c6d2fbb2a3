#include "dataflow/lift_arm32.h"

#include <algorithm>
#include <array>
#include <bit>
#include <string_view>
#include <unordered_map>

#include "base/hash.h"

namespace prova {
namespace {

constexpr std::int64_t kWordBits = 32;

bool sets_flags(const Instruction& i) { return (i.mnemonic & 1U) != 0; }
NodeId constant(ValueGraph& g, std::int64_t value) { return g.constant(static_cast<std::int32_t>(value)); }

const Operand* memory_of(const Instruction& i) {
  for (unsigned n = 0; n < i.operand_count; ++n) {
    if (i.operands[n].kind == Operand::Kind::kMemory) return &i.operands[n];
  }
  return nullptr;
}

/// The opposite condition: Arm's codes come in pairs.
Condition opposite(Condition c) {
  using C = Condition;
  constexpr std::array<std::pair<C, C>, 7> kPairs = {
      std::pair{C::kEqual, C::kNotEqual}, {C::kUnsignedLess, C::kUnsignedGreaterEqual},
      {C::kUnsignedLessEqual, C::kUnsignedGreater}, {C::kSignedLess, C::kSignedGreaterEqual},
      {C::kSignedLessEqual, C::kSignedGreater}, {C::kNegative, C::kNotNegative}, {C::kOverflow, C::kNotOverflow}};
  for (const auto& [a, b] : kPairs) {
    if (c == a) return b;
    if (c == b) return a;
  }
  return C::kNone;
}

/// VFPExpandImm: the 8 bits of a `vmov` immediate as the bits of a double or float.
std::int64_t expand_float(std::uint64_t imm, bool is_double) {
  const std::uint64_t sign = imm >> 7U & 1U, b6 = imm >> 6U & 1U, fraction = imm & 0x3fU;
  if (is_double) return static_cast<std::int64_t>(sign << 63U | (b6 ^ 1U) << 62U | (b6 != 0 ? 0xffULL : 0) << 54U | fraction << 48U);
  return static_cast<std::int64_t>(sign << 31U | (b6 ^ 1U) << 30U | (b6 != 0 ? 0x1fULL : 0) << 25U | fraction << 19U);
}

}  // namespace

LiftArm32::Meaning LiftArm32::meaning_of(const std::string& full, const Instruction& i) {
  static const std::unordered_map<std::string_view, Op> kByName = {
      {"add", Op::kAdd}, {"addw", Op::kAdd}, {"sub", Op::kSubtract}, {"subw", Op::kSubtract}, {"rsb", Op::kReverseSubtract},
      {"adc", Op::kAddCarry}, {"sbc", Op::kSubtractCarry}, {"and", Op::kAnd}, {"orr", Op::kOr}, {"eor", Op::kXor},
      {"bic", Op::kAndNot}, {"orn", Op::kOrNot}, {"mov", Op::kMove}, {"movw", Op::kMove}, {"movs", Op::kMove},
      {"mvn", Op::kMoveNot}, {"movt", Op::kMoveTop}, {"uxtb", Op::kWiden}, {"uxth", Op::kWiden}, {"sxtb", Op::kWiden},
      {"sxth", Op::kWiden}, {"uxtab", Op::kWidenAdd}, {"uxtah", Op::kWidenAdd}, {"sxtab", Op::kWidenAdd},
      {"sxtah", Op::kWidenAdd}, {"mul", Op::kMultiply}, {"smulbb", Op::kMultiply}, {"mla", Op::kMultiplyAdd},
      {"smlabb", Op::kMultiplyAdd}, {"mls", Op::kMultiplySubtract}, {"umull", Op::kMultiplyLong},
      {"smull", Op::kMultiplyLong}, {"umlal", Op::kMultiplyLongAdd}, {"smlal", Op::kMultiplyLongAdd},
      {"sdiv", Op::kDivide}, {"udiv", Op::kDivide}, {"ubfx", Op::kExtractField}, {"sbfx", Op::kExtractField},
      {"bfi", Op::kInsertField}, {"bfc", Op::kClearField}, {"adr", Op::kAddress}, {"cmp", Op::kCompare},
      {"cmn", Op::kCompareNegative}, {"tst", Op::kTest}, {"teq", Op::kTestEqual}, {"vmov", Op::kFloatMove},
      {"fconstd", Op::kFloatMove}, {"fconsts", Op::kFloatMove}, {"vcmp", Op::kFloatCompare}, {"vcmpe", Op::kFloatCompare},
      {"vmrs", Op::kNothing}, {"it", Op::kNothing}};
  static const std::unordered_map<std::string_view, Shift> kShifts = {
      {"lsl", Shift::kLeft}, {"lsr", Shift::kRight}, {"asr", Shift::kArithmeticRight}, {"ror", Shift::kRotateRight}};
  static const std::unordered_map<std::string_view, std::string_view> kFloatNames = {
      {"vadd", "add"}, {"vsub", "sub"}, {"vmul", "mul"}, {"vdiv", "div"}, {"vmaxnm", "max"}, {"vminnm", "min"}};
  std::string_view name = full;
  if (sets_flags(i) && name.ends_with('s')) name.remove_suffix(1);
  if (i.flow != Flow::kNext) return {Op::kFlow, 0, Shift::kNone};
  const bool list = i.operand_count > 0 && i.operands[0].kind == Operand::Kind::kRegisterList;
  if (memory_of(i) != nullptr) return {list ? Op::kMultiple : Op::kMemory, hash64(name), Shift::kNone};
  if (const auto it = kByName.find(name); it != kByName.end()) return {it->second, hash64(name), Shift::kNone};
  if (const auto it = kShifts.find(name); it != kShifts.end()) return {Op::kShift, 0, it->second};
  if (i.operation == Operation::kFloat) {
    if (const auto it = kFloatNames.find(name); it != kFloatNames.end()) return {Op::kFloatBinary, hash64(it->second), Shift::kNone};
    if (name.starts_with("vcvt")) return {Op::kFloatUnary, hash64("convert"), Shift::kNone};
    if (name == "vsqrt") return {Op::kFloatUnary, hash64("sqrt"), Shift::kNone};
    if (name == "vneg" || name == "vabs") return {Op::kFloatUnary, hash64(name == "vneg" ? "fneg" : "fabs"), Shift::kNone};
    if (name == "vmla" || name == "vfma") return {Op::kFloatMultiplyAdd, hash64("add"), Shift::kNone};
    if (name == "vmls" || name == "vfms" || name == "vnmls") return {Op::kFloatMultiplyAdd, hash64("sub"), Shift::kNone};
  }
  return {Op::kOther, hash64(name), Shift::kNone};
}

const LiftArm32::Meaning& LiftArm32::meaning(const Instruction& i) {
  // Not a matter of the opcode alone: `mov r8, r8` and some hints are padding.
  static const Meaning kNothing{Op::kNothing, 0, Shift::kNone};
  if (i.operation == Operation::kNop || i.operation == Operation::kPadding) return kNothing;
  if (i.mnemonic >= meanings_.size()) meanings_.resize(i.mnemonic + 1U);
  Meaning& m = meanings_[i.mnemonic];
  if (m.op == Op::kUnknown) m = meaning_of(mnemonics_.name(i), i);
  // A branch only when it writes the program counter: the number alone does not tell.
  if ((m.op == Op::kFlow) != (i.flow != Flow::kNext)) m = meaning_of(mnemonics_.name(i), i);
  return m;
}

NodeId LiftArm32::shifted(NodeId x, Shift shift, NodeId amount) {
  ValueGraph& g = b_.graph();
  switch (shift) {
    case Shift::kLeft: return shift_left(g, x, amount);
    case Shift::kRight: return shift_right(g, x, amount, false);
    case Shift::kArithmeticRight: return shift_right(g, x, amount, true);
    case Shift::kRotateRight: return rotate_left(g, x, scale(g, amount, -1, kWordBits));
    default: return x;
  }
}

NodeId LiftArm32::operand(const Instruction& i, unsigned n) {
  const Operand& o = i.operands[n];
  if (o.kind == Operand::Kind::kRegister && o.reg.cls == Register::Class::kProgramCounter) {
    return b_.graph().address(i.address + (i.thumb ? 4U : 8U));
  }
  const NodeId x = b_.value_of(i, o);
  return o.shift == Shift::kNone ? x : shifted(x, o.shift, b_.graph().constant(o.shift_amount));
}

void LiftArm32::lift(const Instruction& i) {
  if (i.condition == Condition::kNone || i.flow != Flow::kNext || meaning(i).op == Op::kNothing) return lift_always(i);
  lift_guarded(i);
}

/// Registers that `i` writes become a choice; memory and the rest follow a branch.
void LiftArm32::lift_guarded(const Instruction& i) {
  const NodeId flags = b_.flags();
  const bool same = guard_.flags == flags && guard_.condition != Condition::kNone &&
                    (guard_.condition == i.condition || guard_.condition == opposite(i.condition));
  if (!same) guard_ = {i.condition, flags, b_.effects().size(), false, {}, kNoNode, kNoNode};
  std::array<std::pair<Register, NodeId>, 5> before{};
  std::size_t written = 0;
  for (unsigned n = 0; n < i.operand_count; ++n) {
    const Operand& o = i.operands[n];
    if (o.kind == Operand::Kind::kRegister && o.written && FlowBuilder::variable(o.reg)) before[written++] = {o.reg, b_.get(o.reg)};
  }
  const Op op = meaning(i).op;
  const bool compares = op == Op::kCompare || op == Op::kCompareNegative || op == Op::kTest || op == Op::kTestEqual || sets_flags(i);
  const Operand* memory = memory_of(i);
  if (compares || (memory != nullptr && (memory->written || written != 1))) branch_on(i);
  lift_always(i);
  for (std::size_t n = 0; n < written; ++n) choose(i, before[n].first, before[n].second);
}

void LiftArm32::branch_on(const Instruction& i) {
  if (guard_.branched) return;
  const std::array<Term, 1> flags = {Term{1, guard_.flags}};
  guard_.branch = b_.effects().size();
  guard_.branched = true;
  b_.branch(condition_value(b_.graph(), i.condition, flags[0].node));
}

/// The register's value after an instruction under a condition.
void LiftArm32::choose(const Instruction& i, Register reg, NodeId before) {
  ValueGraph& g = b_.graph();
  const NodeId value = b_.get(reg);
  // The opposite instruction came before: the value from before both is not one of the two.
  const bool second = guard_.reg == reg && guard_.condition == opposite(i.condition) && guard_.value != kNoNode;
  const NodeId otherwise = second ? guard_.value : before;
  const auto is = [&](NodeId node, std::int64_t k) { return g.is_constant(node) && g[node].value == k; };
  guard_.condition = i.condition;
  guard_.reg = reg;
  guard_.value = value;
  guard_.before = before;
  const bool is_condition = (is(value, 1) && is(otherwise, 0)) || (is(value, 0) && is(otherwise, 1));
  if (is_condition) {
    const bool only_branch = second && guard_.branched && b_.effects().size() == guard_.branch + 1;
    if (only_branch) {
      b_.effects().pop_back();
      guard_.branched = false;
    }
    const Condition when = is(value, 1) ? i.condition : opposite(i.condition);
    return b_.set(reg, condition_value(g, when, guard_.flags));
  }
  branch_on(i);
  b_.set(reg, b_.choose(value, otherwise));
}

void LiftArm32::lift_always(const Instruction& i) {
  const Meaning m = meaning(i);
  switch (m.op) {
    case Op::kUnknown: case Op::kNothing: return;
    case Op::kFlow: return lift_flow(i);
    case Op::kMemory: return lift_memory(i);
    case Op::kMultiple: return lift_multiple(i);
    case Op::kAddress:
      if (i.references && i.operand_count > 0) b_.assign(i, i.operands[0], b_.graph().address(*i.references));
      return;
    default: break;
  }
  if (i.operand_count < 2) return lift_other(i, m);
  switch (m.op) {
    case Op::kAdd: case Op::kSubtract: case Op::kReverseSubtract: case Op::kAddCarry: case Op::kSubtractCarry:
      return lift_arithmetic(i, m);
    case Op::kAnd: case Op::kOr: case Op::kXor: case Op::kAndNot: case Op::kOrNot: return lift_logic(i, m);
    case Op::kMove: case Op::kMoveNot: case Op::kMoveTop: return lift_move(i, m.op);
    case Op::kWiden: case Op::kWidenAdd: case Op::kExtractField: case Op::kInsertField: case Op::kClearField:
      return lift_field(i, m);
    case Op::kMultiply: case Op::kMultiplyAdd: case Op::kMultiplySubtract: case Op::kMultiplyLong:
    case Op::kMultiplyLongAdd: case Op::kDivide: return lift_multiply(i, m);
    case Op::kShift: return lift_shift(i, m.shift);
    case Op::kCompare: case Op::kCompareNegative: case Op::kTest: case Op::kTestEqual: return lift_compare(i, m.op);
    case Op::kFloatMove: case Op::kFloatBinary: case Op::kFloatUnary: case Op::kFloatMultiplyAdd: case Op::kFloatCompare:
      return lift_float(i, m);
    default: return lift_other(i, m);
  }
}

/// Writes the result, and the flags as its sign and whether it is zero.
void LiftArm32::finish(const Instruction& i, NodeId result) {
  if (sets_flags(i)) b_.set_flags(FlagsKind::kResult, result);
  b_.assign(i, i.operands[0], result);
}

void LiftArm32::lift_arithmetic(const Instruction& i, const Meaning& m) {
  ValueGraph& g = b_.graph();
  const unsigned n = i.operand_count;
  if (m.op == Op::kReverseSubtract && n == 2) return finish(i, scale(g, operand(i, 1), -1));  // Thumb: rsb r, r, #0
  if (n != 3) return lift_other(i, m);
  const NodeId x = operand(i, 1), y = operand(i, 2);
  switch (m.op) {
    case Op::kAdd: return finish(i, add(g, x, y));
    case Op::kAddCarry: return finish(i, add(g, add(g, x, y), b_.condition(Condition::kUnsignedLess)));
    case Op::kSubtractCarry: return finish(i, subtract(g, subtract(g, x, y), b_.condition(Condition::kUnsignedLess)));
    default: break;
  }
  const NodeId left = m.op == Op::kSubtract ? x : y, right = m.op == Op::kSubtract ? y : x;
  const NodeId result = subtract(g, left, right);
  if (sets_flags(i)) b_.set_flags(FlagsKind::kCompare, left, right);
  b_.assign(i, i.operands[0], result);
}

void LiftArm32::lift_logic(const Instruction& i, const Meaning& m) {
  ValueGraph& g = b_.graph();
  if (i.operand_count != 3) return lift_other(i, m);
  const NodeId x = operand(i, 1);
  NodeId y = operand(i, 2);
  if (m.op == Op::kAndNot || m.op == Op::kOrNot) y = scale(g, y, -1, -1);
  switch (m.op) {
    case Op::kAnd: case Op::kAndNot: return finish(i, bit_and(g, x, y));
    case Op::kOr: case Op::kOrNot: return finish(i, bit_or(g, x, y));
    default: return finish(i, bit_xor(g, x, y));
  }
}

void LiftArm32::lift_move(const Instruction& i, Op op) {
  ValueGraph& g = b_.graph();
  const Operand& last = i.operands[i.operand_count - 1U];
  if (op == Op::kMove && i.operand_count == 4) {  // mov r, r, lsl r
    return finish(i, shifted(b_.get(i.operands[1].reg), last.shift, b_.get(i.operands[2].reg)));
  }
  if (op == Op::kMove) return finish(i, operand(i, 1));
  if (op == Op::kMoveNot) return finish(i, scale(g, operand(i, 1), -1, -1));
  const NodeId before = b_.get(i.operands[0].reg);
  const std::int64_t top = (last.value & 0xffff) << 16;
  if (!g.is_constant(before)) return b_.assign(i, i.operands[0], linear(g, before, 1, g.constant(0), 0, top));
  b_.assign(i, i.operands[0], b_.number(static_cast<std::int32_t>((g[before].value & 0xffff) | top)));
}

void LiftArm32::lift_field(const Instruction& i, const Meaning& m) {
  ValueGraph& g = b_.graph();
  const auto mask = [](std::int64_t width) { return width >= kWordBits ? std::int64_t{-1} : (std::int64_t{1} << width) - 1; };
  const std::int64_t last = i.operands[i.operand_count - 1U].value;
  switch (m.op) {
    case Op::kWiden: return b_.assign(i, i.operands[0], shifted(operand(i, 1), Shift::kRight, g.constant(i.operand_count > 2 ? last * 8 : 0)));
    case Op::kWidenAdd:
      if (i.operand_count < 3) return lift_other(i, m);
      return b_.assign(i, i.operands[0], add(g, operand(i, 1), operand(i, 2)));
    case Op::kExtractField: {
      if (i.operand_count < 4) return lift_other(i, m);
      const NodeId low = shift_right(g, operand(i, 1), g.constant(i.operands[2].value), false);
      return b_.assign(i, i.operands[0], bit_and(g, low, constant(g, mask(last + 1))));  // LLVM keeps the width less one.
    }
    case Op::kClearField: return b_.assign(i, i.operands[0], bit_and(g, b_.get(i.operands[0].reg), constant(g, last)));
    default: break;
  }
  if (i.operand_count < 4) return lift_other(i, m);
  const auto field = ~static_cast<std::uint32_t>(last);  // LLVM gives the bits that stay.
  const NodeId low = bit_and(g, operand(i, 2), constant(g, mask(std::popcount(field))));
  const NodeId placed = shift_left(g, low, g.constant(std::countr_zero(field)));
  b_.assign(i, i.operands[0], bit_or(g, bit_and(g, b_.get(i.operands[0].reg), constant(g, last)), placed));
}

void LiftArm32::lift_multiply(const Instruction& i, const Meaning& m) {
  ValueGraph& g = b_.graph();
  if (i.operand_count < 3) return lift_other(i, m);
  const bool is_long = m.op == Op::kMultiplyLong || m.op == Op::kMultiplyLongAdd;
  if (is_long) {
    if (i.operand_count < 4) return lift_other(i, m);
    const NodeId x = operand(i, 2), y = operand(i, 3);
    const std::array<NodeId, 2> both = {std::min(x, y), std::max(x, y)};
    NodeId low = multiply(g, x, y), high = b_.other(hash64("multiply_high"), both);
    if (m.op == Op::kMultiplyLongAdd) {
      low = add(g, low, b_.get(i.operands[0].reg));
      high = add(g, high, b_.get(i.operands[1].reg));
    }
    b_.assign(i, i.operands[0], low);
    return b_.assign(i, i.operands[1], high);
  }
  const NodeId x = operand(i, 1), y = operand(i, 2);
  if (m.op == Op::kDivide) return b_.assign(i, i.operands[0], divide(g, x, y, false));
  const NodeId product = multiply(g, x, y);
  if (m.op == Op::kMultiply) return finish(i, product);
  if (i.operand_count < 4) return lift_other(i, m);
  const NodeId sum = operand(i, 3);
  if (m.op == Op::kMultiplyAdd) return finish(i, add(g, sum, product));
  // a − (a / b)·b ⇒ a % b
  const auto remainder = [&](NodeId quotient, NodeId divisor) {
    return g[quotient].kind == NodeKind::kDivide && g.argument(quotient, 0) == sum && g.argument(quotient, 1) == divisor;
  };
  if (remainder(x, y)) return b_.assign(i, i.operands[0], divide(g, sum, y, true));
  if (remainder(y, x)) return b_.assign(i, i.operands[0], divide(g, sum, x, true));
  b_.assign(i, i.operands[0], subtract(g, sum, product));
}

void LiftArm32::lift_shift(const Instruction& i, Shift kind) {
  if (i.operand_count < 3) return;
  finish(i, shifted(operand(i, 1), kind, operand(i, 2)));
}

void LiftArm32::lift_compare(const Instruction& i, Op op) {
  ValueGraph& g = b_.graph();
  const NodeId x = operand(i, 0), y = operand(i, 1);
  switch (op) {
    case Op::kCompareNegative: return b_.set_flags(FlagsKind::kCompare, x, scale(g, y, -1));
    case Op::kTest: return b_.set_flags(FlagsKind::kResult, bit_and(g, x, y));
    default: return b_.set_flags(FlagsKind::kCompare, x, y);
  }
}

void LiftArm32::lift_memory(const Instruction& i) {
  ValueGraph& g = b_.graph();
  const Operand& memory = *memory_of(i);
  if (memory.size == 0 || !(memory.read || memory.written)) return;
  const NodeId address = b_.address_of(i, memory);
  std::array<const Operand*, 5> data{};
  std::size_t n = 0;
  for (unsigned k = 0; k < i.operand_count; ++k) {
    const Operand& o = i.operands[k];
    if (o.kind == Operand::Kind::kRegister && o.written == memory.read) data[n++] = &o;
  }
  const unsigned part = n > 1 ? memory.size / static_cast<unsigned>(n) : memory.size;
  const auto place = [&](std::size_t k) { return scale(g, address, 1, static_cast<std::int64_t>(k * part / 8)); };
  std::array<NodeId, 5> loaded{};
  for (std::size_t k = 0; k < n && memory.read; ++k) loaded[k] = b_.load(place(k), part);
  for (std::size_t k = 0; k < n && memory.written; ++k) b_.store(place(k), part, b_.get(data[k]->reg));
  for (std::size_t k = 0; k < n && memory.read; ++k) b_.set(data[k]->reg, loaded[k]);
  if (!memory.updates_base) return;
  NodeId base = scale(g, b_.get(memory.base), 1, memory.value);
  if (memory.index.cls == Register::Class::kGeneral) base = linear(g, base, 1, b_.get(memory.index), memory.scale);
  b_.set(memory.base, base);
}

void LiftArm32::lift_multiple(const Instruction& i) {
  ValueGraph& g = b_.graph();
  const Operand& list = i.operands[0];
  const Operand& memory = *memory_of(i);
  const NodeId base = b_.get(memory.base);
  const auto mask = static_cast<std::uint64_t>(list.value);
  std::int64_t at = memory.value;
  std::array<NodeId, 64> loaded{};
  const auto each = [&](auto&& visit) {
    for (unsigned r = 0; r < loaded.size(); ++r) {
      if ((mask >> r & 1U) != 0) visit(Register{list.reg.cls, static_cast<std::uint8_t>(r)}, r);
    }
  };
  each([&](Register reg, unsigned r) {
    const NodeId place = scale(g, base, 1, at);
    at += list.size / 8;
    if (memory.written) b_.store(place, list.size, b_.get(reg));
    else loaded[r] = b_.load(place, list.size);
  });
  if (memory.updates_base) b_.set(memory.base, scale(g, base, 1, memory.value < 0 ? -(memory.size / 8) : memory.size / 8));
  if (!memory.read) return;
  each([&](Register reg, unsigned r) {
    const bool counter = reg.cls == Register::Class::kGeneral && r == kArm32ProgramCounter;
    if (!counter) b_.set(reg, loaded[r]);
  });
}

bool LiftArm32::leaves_function(const Instruction& i) const {
  if (!i.target) return false;
  const auto& blocks = b_.code().function->blocks;
  return std::none_of(blocks.begin(), blocks.end(), [&](const BasicBlock& block) { return block.begin == *i.target; });
}

void LiftArm32::lift_flow(const Instruction& i) {
  ValueGraph& g = b_.graph();
  if (i.condition != Condition::kNone && i.flow != Flow::kConditionalJump) b_.branch(b_.condition(i.condition));
  switch (i.flow) {
    case Flow::kCall: case Flow::kIndirectCall: return b_.call(i, false);
    case Flow::kReturn:
      if (memory_of(i) != nullptr && i.condition == Condition::kNone && i.operands[0].kind == Operand::Kind::kRegisterList) lift_multiple(i);
      return b_.return_value();
    case Flow::kConditionalJump:
      if (i.operand_count == 2) return b_.branch(equal(g, operand(i, 0), g.constant(0)));  // cbz, cbnz
      return b_.branch(b_.condition(i.condition));
    case Flow::kJump:
      if (leaves_function(i)) b_.call(i, true);
      return;
    case Flow::kIndirectJump: {
      const auto& calls = b_.code().function->calls;
      const bool known = std::any_of(calls.begin(), calls.end(), [&](const CallSite& c) { return c.at == i.address && c.tail; });
      if (known) b_.call(i, true);
      return;
    }
    case Flow::kNext: case Flow::kTrap: return;
  }
}

void LiftArm32::lift_float(const Instruction& i, const Meaning& m) {
  ValueGraph& g = b_.graph();
  const Operand& to = i.operands[0];
  const auto two = [&](std::uint64_t name, NodeId x, NodeId y) {
    const bool commutative = name == hash64("add") || name == hash64("mul");
    const std::array<NodeId, 2> both = {commutative ? std::min(x, y) : x, commutative ? std::max(x, y) : y};
    return b_.other(name, both, NodeKind::kFloat);
  };
  switch (m.op) {
    case Op::kFloatMove:
      if (i.operand_count != 2) return lift_other(i, m);  // Halves of a double in two general registers.
      if (i.operands[1].kind == Operand::Kind::kImmediate) {
        return b_.assign(i, to, g.constant(expand_float(static_cast<std::uint64_t>(i.operands[1].value), to.size == 64)));
      }
      return b_.assign(i, to, operand(i, 1));
    case Op::kFloatCompare:
      return b_.set_flags(FlagsKind::kFloat, operand(i, 0),
                          i.operands[1].kind == Operand::Kind::kRegister ? operand(i, 1) : g.constant(0));
    case Op::kFloatUnary: {
      const std::array<NodeId, 1> one = {operand(i, 1)};
      return b_.assign(i, to, b_.other(m.name, one, NodeKind::kFloat));
    }
    case Op::kFloatBinary:
      if (i.operand_count < 3) return lift_other(i, m);
      return b_.assign(i, to, two(m.name, operand(i, 1), operand(i, 2)));
    default: {  // to ± x·y
      if (i.operand_count < 4) return lift_other(i, m);
      const NodeId product = two(hash64("mul"), operand(i, 2), operand(i, 3));
      return b_.assign(i, to, two(m.name, operand(i, 1), product));
    }
  }
}

void LiftArm32::lift_other(const Instruction& i, const Meaning& m) {
  std::array<NodeId, 5> read{};
  std::size_t n = 0;
  for (unsigned k = 0; k < i.operand_count; ++k) {
    const Operand& o = i.operands[k];
    if ((o.kind == Operand::Kind::kRegister && o.read) || o.kind == Operand::Kind::kImmediate) read[n++] = operand(i, k);
  }
  const NodeId result = b_.other(m.name, std::span(read).first(n));
  for (unsigned k = 0; k < i.operand_count; ++k) {
    if (i.operands[k].kind == Operand::Kind::kRegister && i.operands[k].written) b_.assign(i, i.operands[k], result);
  }
}

}  // namespace prova
