#include "dataflow/lift_arm64.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unordered_map>

#include "base/hash.h"

namespace prova {
namespace {

constexpr std::uint8_t kZeroRegister = 32;

bool is_zero(const Operand& o) {
  return o.kind == Operand::Kind::kRegister && o.reg.cls == Register::Class::kGeneral && o.reg.index == kZeroRegister;
}

const Operand* memory_of(const Instruction& i) {
  for (unsigned n = 0; n < i.operand_count; ++n) {
    if (i.operands[n].kind == Operand::Kind::kMemory) return &i.operands[n];
  }
  return nullptr;
}

/// VFPExpandImm: the 8 bits of an `fmov` immediate as the bits of a double (or float).
std::int64_t expand_float(std::uint64_t imm, bool is_double) {
  const std::uint64_t sign = imm >> 7U & 1U, b6 = imm >> 6U & 1U, fraction = imm & 0x3fU;
  if (is_double) {
    return static_cast<std::int64_t>(sign << 63U | (b6 ^ 1U) << 62U | (b6 != 0 ? 0xffULL : 0) << 54U | fraction << 48U);
  }
  return static_cast<std::int64_t>(sign << 31U | (b6 ^ 1U) << 30U | (b6 != 0 ? 0x1fULL : 0) << 25U | fraction << 19U);
}

}  // namespace

LiftArm64::Meaning LiftArm64::meaning_of(const std::string& name, const Instruction& i) {
  static const std::unordered_map<std::string_view, Op> kByName = {
      {"add", Op::kAdd}, {"adds", Op::kAdd}, {"sub", Op::kSubtract}, {"subs", Op::kSubtract}, {"and", Op::kAnd},
      {"ands", Op::kAnd}, {"orr", Op::kOr}, {"eor", Op::kXor}, {"bic", Op::kAndNot}, {"bics", Op::kAndNot},
      {"orn", Op::kOrNot}, {"eon", Op::kXorNot}, {"movz", Op::kMove}, {"movn", Op::kMoveNot}, {"movk", Op::kMoveKeep},
      {"adr", Op::kAddress}, {"adrp", Op::kAddress}, {"madd", Op::kMultiplyAdd}, {"smaddl", Op::kMultiplyAdd},
      {"umaddl", Op::kMultiplyAdd}, {"msub", Op::kMultiplySubtract}, {"smsubl", Op::kMultiplySubtract},
      {"umsubl", Op::kMultiplySubtract}, {"smulh", Op::kMultiplyHigh}, {"umulh", Op::kMultiplyHigh},
      {"sdiv", Op::kDivide}, {"udiv", Op::kDivide}, {"lslv", Op::kShiftLeft}, {"lsrv", Op::kShiftRight},
      {"asrv", Op::kShiftArithmetic}, {"rorv", Op::kRotateRight}, {"ubfm", Op::kBitfield}, {"sbfm", Op::kBitfieldSigned},
      {"extr", Op::kExtract}, {"csel", Op::kSelect}, {"csinc", Op::kSelectIncrement}, {"csinv", Op::kSelectInvert},
      {"csneg", Op::kSelectNegate}, {"fcsel", Op::kSelect}, {"ccmp", Op::kCompareAgain}, {"ccmn", Op::kCompareAgain},
      {"fccmp", Op::kCompareAgain}, {"fccmpe", Op::kCompareAgain}, {"fcmp", Op::kFloatCompare},
      {"fcmpe", Op::kFloatCompare}, {"fmov", Op::kFloatMove}, {"movi", Op::kVectorZero},
  };
  static const std::unordered_map<std::string_view, std::string_view> kFloatNames = {
      {"fadd", "add"}, {"fsub", "sub"}, {"fmul", "mul"}, {"fdiv", "div"}, {"fmax", "max"}, {"fmin", "min"},
      {"fmaxnm", "max"}, {"fminnm", "min"}};
  if (i.flow != Flow::kNext) return {Op::kFlow, false, 0};
  if (memory_of(i) != nullptr) return {Op::kMemory, false, 0};
  const bool flags = name == "adds" || name == "subs" || name == "ands" || name == "bics";
  if (const auto it = kByName.find(name); it != kByName.end()) return {it->second, flags, hash64(name)};
  if (const auto it = kFloatNames.find(name); it != kFloatNames.end() && i.operation == Operation::kFloat) {
    return {Op::kFloatBinary, false, hash64(it->second)};
  }
  if (name.starts_with("fcvt") || name.starts_with("scvtf") || name.starts_with("ucvtf")) {
    return {Op::kFloatUnary, false, hash64("convert")};
  }
  if (name == "fsqrt") return {Op::kFloatUnary, false, hash64("sqrt")};
  if ((name == "fmadd" || name == "fmsub" || name == "fnmsub") && i.operation == Operation::kFloat) {
    return {Op::kFloatMultiplyAdd, false, hash64(name == "fmadd" ? "add" : "sub")};
  }
  return {Op::kOther, false, hash64(name)};
}

const LiftArm64::Meaning& LiftArm64::meaning(const Instruction& i) {
  // Not a matter of the opcode alone: `mov r8, r8` and some hints are padding.
  static const Meaning kNothing{Op::kNothing, false, 0};
  if (i.operation == Operation::kNop || i.operation == Operation::kPadding) return kNothing;
  if (i.mnemonic >= meanings_.size()) meanings_.resize(i.mnemonic + 1U);
  Meaning& m = meanings_[i.mnemonic];
  if (m.op == Op::kUnknown) m = meaning_of(mnemonics_.name(i), i);
  return m;
}

NodeId LiftArm64::operand(const Instruction& i, unsigned n) {
  const Operand& o = i.operands[n];
  ValueGraph& g = b_.graph();
  const NodeId x = b_.value_of(i, o);
  const NodeId amount = g.constant(o.shift_amount);
  switch (o.shift) {
    case Shift::kLeft: return shift_left(g, x, amount);
    case Shift::kRight: return shift_right(g, x, amount, false);
    case Shift::kArithmeticRight: return shift_right(g, x, amount, true);
    case Shift::kRotateRight: return rotate_left(g, x, g.constant(o.size - o.shift_amount));
    default: return x;
  }
}

void LiftArm64::lift(const Instruction& i) {
  const Meaning m = meaning(i);
  switch (m.op) {
    case Op::kUnknown: case Op::kNothing: return;
    case Op::kFlow: return lift_flow(i);
    case Op::kMemory: return lift_memory(i);
    case Op::kAddress:
      if (i.references && i.operand_count > 0) b_.assign(i, i.operands[0], b_.graph().address(*i.references));
      return;
    default: break;
  }
  if (i.operand_count < 2) return lift_other(i, m);
  switch (m.op) {
    case Op::kAdd: case Op::kSubtract: return lift_arithmetic(i, m);
    case Op::kAnd: case Op::kOr: case Op::kXor: case Op::kAndNot: case Op::kOrNot: case Op::kXorNot: return lift_logic(i, m);
    case Op::kMove: case Op::kMoveNot: case Op::kMoveKeep: return lift_move(i, m.op);
    case Op::kMultiplyAdd: case Op::kMultiplySubtract: case Op::kMultiplyHigh: case Op::kDivide: return lift_multiply(i, m);
    case Op::kShiftLeft: case Op::kShiftRight: case Op::kShiftArithmetic: case Op::kRotateRight: return lift_shift(i, m.op);
    case Op::kBitfield: case Op::kBitfieldSigned: return lift_bitfield(i, m.op == Op::kBitfieldSigned);
    case Op::kExtract:
      if (i.operand_count == 4 && i.operands[1].reg == i.operands[2].reg) {  // ror x, c
        const NodeId left = b_.graph().constant(i.operands[0].size - i.operands[3].value);
        return b_.assign(i, i.operands[0], rotate_left(b_.graph(), operand(i, 1), left));
      }
      return lift_other(i, m);
    case Op::kSelect: case Op::kSelectIncrement: case Op::kSelectInvert: case Op::kSelectNegate: return lift_select(i, m.op);
    case Op::kCompareAgain: return lift_compare_again(i);
    case Op::kFloatBinary: case Op::kFloatUnary: case Op::kFloatMultiplyAdd: case Op::kFloatMove: case Op::kFloatCompare:
      return lift_float(i, m);
    case Op::kVectorZero:
      if (i.operands[1].kind == Operand::Kind::kImmediate && i.operands[1].value == 0) {
        return b_.assign(i, i.operands[0], b_.graph().constant(0));
      }
      return lift_other(i, m);
    default: return lift_other(i, m);
  }
}

void LiftArm64::lift_arithmetic(const Instruction& i, const Meaning& m) {
  if (i.operand_count < 3) return lift_other(i, m);
  ValueGraph& g = b_.graph();
  const NodeId x = operand(i, 1), y = operand(i, 2);
  const NodeId result = m.op == Op::kAdd ? add(g, x, y) : subtract(g, x, y);
  if (m.sets_flags) {  // cmn x, y compares x with −y.
    if (m.op == Op::kSubtract) b_.set_flags(FlagsKind::kCompare, x, y);
    else if (is_zero(i.operands[0])) b_.set_flags(FlagsKind::kCompare, x, scale(g, y, -1));
    else b_.set_flags(FlagsKind::kResult, result);
  }
  b_.assign(i, i.operands[0], result);
}

void LiftArm64::lift_logic(const Instruction& i, const Meaning& m) {
  if (i.operand_count < 3) return lift_other(i, m);
  ValueGraph& g = b_.graph();
  const NodeId x = operand(i, 1);
  NodeId y = operand(i, 2);
  if (m.op == Op::kAndNot || m.op == Op::kOrNot || m.op == Op::kXorNot) y = scale(g, y, -1, -1);
  NodeId result = x;
  switch (m.op) {
    case Op::kAnd: case Op::kAndNot: result = bit_and(g, x, y); break;
    case Op::kOr: case Op::kOrNot: result = bit_or(g, x, y); break;
    default: result = bit_xor(g, x, y); break;
  }
  if (m.sets_flags) b_.set_flags(FlagsKind::kResult, result);
  b_.assign(i, i.operands[0], result);
}

void LiftArm64::lift_move(const Instruction& i, Op op) {
  ValueGraph& g = b_.graph();
  const auto value = static_cast<std::uint64_t>(i.operands[i.operand_count - 1U].value);
  if (op == Op::kMove) return b_.assign(i, i.operands[0], b_.number(static_cast<std::int64_t>(value)));
  if (op == Op::kMoveNot) return b_.assign(i, i.operands[0], g.constant(static_cast<std::int64_t>(~value)));
  const unsigned at = i.operands[i.operand_count - 1U].shift_amount & 63U;
  const NodeId before = b_.get(i.operands[0].reg);
  const std::uint64_t kept = g.is_constant(before) ? static_cast<std::uint64_t>(g[before].value) & ~(0xffffULL << at) : 0;
  if (g.is_constant(before)) return b_.assign(i, i.operands[0], b_.number(static_cast<std::int64_t>(kept | value << at)));
  b_.assign(i, i.operands[0], linear(g, before, 1, g.constant(0), 0, static_cast<std::int64_t>(value << at)));
}

void LiftArm64::lift_multiply(const Instruction& i, const Meaning& m) {
  ValueGraph& g = b_.graph();
  if (i.operand_count < 3) return lift_other(i, m);
  const NodeId x = operand(i, 1), y = operand(i, 2);
  if (m.op == Op::kDivide) return b_.assign(i, i.operands[0], divide(g, x, y, false));
  if (m.op == Op::kMultiplyHigh) {
    const std::array<NodeId, 2> both = {std::min(x, y), std::max(x, y)};
    return b_.assign(i, i.operands[0], b_.other(hash64("multiply_high"), both));
  }
  if (i.operand_count < 4) return lift_other(i, m);
  const NodeId sum = operand(i, 3);
  // a − (a / b)·b ⇒ a % b
  const auto remainder = [&](NodeId quotient, NodeId divisor) {
    return m.op == Op::kMultiplySubtract && g[quotient].kind == NodeKind::kDivide && g.argument(quotient, 0) == sum &&
           g.argument(quotient, 1) == divisor;
  };
  if (remainder(x, y)) return b_.assign(i, i.operands[0], divide(g, sum, y, true));
  if (remainder(y, x)) return b_.assign(i, i.operands[0], divide(g, sum, x, true));
  const NodeId product = multiply(g, x, y);
  b_.assign(i, i.operands[0], m.op == Op::kMultiplyAdd ? add(g, sum, product) : subtract(g, sum, product));
}

void LiftArm64::lift_shift(const Instruction& i, Op op) {
  ValueGraph& g = b_.graph();
  if (i.operand_count < 3) return;
  const NodeId x = operand(i, 1), y = operand(i, 2);
  NodeId result = x;
  switch (op) {
    case Op::kShiftLeft: result = shift_left(g, x, y); break;
    case Op::kShiftRight: result = shift_right(g, x, y, false); break;
    case Op::kShiftArithmetic: result = shift_right(g, x, y, true); break;
    default: result = rotate_left(g, x, scale(g, y, -1, i.operands[0].size)); break;
  }
  b_.assign(i, i.operands[0], result);
}

void LiftArm64::lift_bitfield(const Instruction& i, bool is_signed) {
  if (i.operand_count < 4) return;
  ValueGraph& g = b_.graph();
  const auto width = static_cast<std::int64_t>(i.operands[0].size == 32 ? 32 : 64);
  const std::int64_t rotate = i.operands[2].value & (width - 1), top = i.operands[3].value & (width - 1);
  const NodeId x = operand(i, 1);
  const auto masked = [&](NodeId value, std::int64_t bits) {
    return bits >= 32 ? value : bit_and(g, value, g.constant((std::int64_t{1} << bits) - 1));
  };
  NodeId result = x;
  if (top == width - 1) result = shift_right(g, x, g.constant(rotate), is_signed);                      // lsr, asr
  else if (top + 1 == rotate) result = shift_left(g, x, g.constant(width - rotate));                    // lsl
  else if (top < rotate) result = shift_left(g, masked(x, top + 1), g.constant(width - rotate));        // ubfiz
  else result = masked(shift_right(g, x, g.constant(rotate), is_signed), top - rotate + 1);             // ubfx, uxtb
  b_.assign(i, i.operands[0], result);
}

void LiftArm64::lift_select(const Instruction& i, Op op) {
  if (i.operand_count < 3) return;
  ValueGraph& g = b_.graph();
  const NodeId condition = b_.condition(i.condition);
  if (is_zero(i.operands[1]) && is_zero(i.operands[2]) && op != Op::kSelect) {  // cset, csetm
    return b_.assign(i, i.operands[0], op == Op::kSelectIncrement ? condition : scale(g, condition, -1));
  }
  const NodeId x = operand(i, 1);
  NodeId y = operand(i, 2);
  if (op == Op::kSelectIncrement) y = scale(g, y, 1, 1);
  if (op == Op::kSelectInvert) y = scale(g, y, -1, -1);
  if (op == Op::kSelectNegate) y = scale(g, y, -1);
  b_.branch(condition);
  b_.assign(i, i.operands[0], b_.choose(x, y));
}

/// ccmp x, y, nzcv, c: where c holds compares x with y, else the flags are a constant. Compilers make it of
/// `c && x < y`; so do we: a branch on c, and the comparison for whoever reads the flags.
void LiftArm64::lift_compare_again(const Instruction& i) {
  b_.branch(b_.condition(i.condition));
  const NodeId x = operand(i, 0), y = operand(i, 1);
  const std::string& name = mnemonics_.name(i);
  if (name.starts_with("f")) return b_.set_flags(FlagsKind::kFloat, x, y);
  b_.set_flags(FlagsKind::kCompare, x, name == "ccmn" ? scale(b_.graph(), y, -1) : y);
}

void LiftArm64::lift_memory(const Instruction& i) {
  ValueGraph& g = b_.graph();
  const Operand& memory = *memory_of(i);
  if (memory.size == 0) return;  // Prefetch.
  const NodeId address = b_.address_of(i, memory);
  std::array<const Operand*, 5> data{};
  std::size_t n = 0;
  for (unsigned k = 0; k < i.operand_count; ++k) {
    const Operand& o = i.operands[k];
    const bool moved = o.kind == Operand::Kind::kRegister && (memory.written && !memory.read ? !o.written : o.written);
    if (moved) data[n++] = &o;
  }
  const unsigned part = n > 1 ? memory.size / static_cast<unsigned>(n) : memory.size;
  const auto place = [&](std::size_t k) { return scale(g, address, 1, static_cast<std::int64_t>(k * part / 8)); };
  std::array<NodeId, 5> loaded{};
  for (std::size_t k = 0; k < n && memory.read; ++k) loaded[k] = b_.load(place(k), part);
  if (memory.written) {  // What an atomic operation leaves behind is its own.
    for (std::size_t k = 0; k < n; ++k) b_.store(place(k), part, memory.read ? g.unique(NodeKind::kUndefined) : b_.get(data[k]->reg));
  }
  for (std::size_t k = 0; k < n && memory.read; ++k) b_.set(data[k]->reg, loaded[k]);
  if (!memory.updates_base) return;
  NodeId base = scale(g, b_.get(memory.base), 1, memory.value);
  if (memory.post_indexed && memory.index.cls == Register::Class::kGeneral) base = add(g, b_.get(memory.base), b_.get(memory.index));
  b_.set(memory.base, base);
}

bool LiftArm64::leaves_function(const Instruction& i) const {
  if (!i.target) return false;
  const auto& blocks = b_.code().function->blocks;
  return std::none_of(blocks.begin(), blocks.end(), [&](const BasicBlock& block) { return block.begin == *i.target; });
}

void LiftArm64::lift_flow(const Instruction& i) {
  switch (i.flow) {
    case Flow::kCall: case Flow::kIndirectCall: return b_.call(i, false);
    case Flow::kReturn: return b_.return_value();
    case Flow::kConditionalJump: return lift_test_and_branch(i);
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

void LiftArm64::lift_test_and_branch(const Instruction& i) {
  ValueGraph& g = b_.graph();
  const std::string& name = mnemonics_.name(i);
  if (!name.starts_with("cb") && !name.starts_with("tb")) return b_.branch(b_.condition(i.condition));
  const NodeId x = operand(i, 0);
  if (name.starts_with("cb") || i.operand_count < 2) return b_.branch(equal(g, x, g.constant(0)));
  const auto bit = static_cast<std::uint64_t>(i.operands[1].value) & 63U;
  if (bit == 31 || bit == 63) return b_.branch(less(g, x, g.constant(0)));
  b_.branch(equal(g, bit_and(g, x, g.constant(static_cast<std::int64_t>(1ULL << bit))), g.constant(0)));
}

void LiftArm64::lift_float(const Instruction& i, const Meaning& m) {
  ValueGraph& g = b_.graph();
  switch (m.op) {
    case Op::kFloatMove:
      if (i.operands[1].kind == Operand::Kind::kImmediate) {
        const auto bits = static_cast<std::uint64_t>(i.operands[1].value);
        return b_.assign(i, i.operands[0], g.constant(expand_float(bits, i.operands[0].size == 64)));
      }
      return b_.assign(i, i.operands[0], operand(i, 1));
    case Op::kFloatCompare:
      return b_.set_flags(FlagsKind::kFloat, operand(i, 0),
                          i.operands[1].kind == Operand::Kind::kRegister ? operand(i, 1) : g.constant(0));
    case Op::kFloatUnary: {
      const std::array<NodeId, 1> one = {operand(i, 1)};
      return b_.assign(i, i.operands[0], b_.other(m.name, one, NodeKind::kFloat));
    }
    default: break;
  }
  if (i.operand_count < 3) return lift_other(i, m);
  const auto two = [&](std::uint64_t name, NodeId x, NodeId y) {
    const bool commutative = name == hash64("add") || name == hash64("mul");
    const std::array<NodeId, 2> both = {commutative ? std::min(x, y) : x, commutative ? std::max(x, y) : y};
    return b_.other(name, both, NodeKind::kFloat);
  };
  if (m.op == Op::kFloatBinary) return b_.assign(i, i.operands[0], two(m.name, operand(i, 1), operand(i, 2)));
  if (i.operand_count < 4) return lift_other(i, m);
  const NodeId product = two(hash64("mul"), operand(i, 1), operand(i, 2));
  b_.assign(i, i.operands[0], two(m.name, operand(i, 3), product));
}

void LiftArm64::lift_other(const Instruction& i, const Meaning& m) {
  std::array<NodeId, 5> read{};
  std::size_t n = 0;
  for (unsigned k = 0; k < i.operand_count; ++k) {
    if (i.operands[k].read || i.operands[k].kind == Operand::Kind::kImmediate) read[n++] = operand(i, k);
  }
  const NodeId result = b_.other(m.name, std::span(read).first(n));
  for (unsigned k = 0; k < i.operand_count; ++k) {
    if (i.operands[k].written) b_.assign(i, i.operands[k], result);
  }
}

}  // namespace prova
