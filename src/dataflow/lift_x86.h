#pragma once
// x86 and x86-64 instructions in terms of the value graph.

#include <vector>

#include "dataflow/flow_builder.h"

namespace prova {

/// Lifts instructions. What it does not know becomes other(mnemonic, operands read) in the operands written.
class LiftX86 {
 public:
  LiftX86(FlowBuilder& builder, Mnemonics& mnemonics) : b_(builder), mnemonics_(mnemonics) {}
  void lift(const Instruction& i);

 private:
  /// What an instruction does, by mnemonic.
  enum class Op : std::uint8_t {
    kUnknown, kOther, kNothing, kMove, kLea, kAdd, kSubtract, kAddCarry, kSubtractBorrow, kIncrement, kDecrement,
    kNegate, kNot, kAnd, kOr, kXor, kShiftLeft, kShiftRight, kShiftArithmetic, kRotateLeft, kRotateRight, kMultiply,
    kDivide, kCompare, kTest, kBitTest, kSet, kConditionalMove, kPush, kPop, kLeave, kCall, kReturn, kConditionalJump,
    kJump, kSignFill, kWiden, kExchange, kStoreString, kMoveString, kVectorXor, kFloatMove, kFloatBinary, kFloatUnary,
    kFloatCompare, kFloatX87,
  };
  struct Meaning {
    Op op = Op::kUnknown;
    std::uint64_t name = 0;  ///< kFloat*, kOther: hash of the operation without its vector prefix and width.
  };

  const Meaning& meaning(const Instruction& i);
  static Meaning meaning_of(const std::string& name, const Instruction& i);
  void lift_arithmetic(const Instruction& i, Op op);
  void lift_shift(const Instruction& i, Op op);
  void lift_multiply(const Instruction& i);
  void lift_divide(const Instruction& i);
  void lift_compare(const Instruction& i, Op op);
  void lift_stack(const Instruction& i, Op op);
  void lift_flow(const Instruction& i, Op op);
  void lift_string(const Instruction& i, Op op);
  void lift_float(const Instruction& i, const Meaning& m);
  void lift_x87(const Instruction& i, const std::string& name);
  void lift_other(const Instruction& i, const Meaning& m);
  void exchange(const Instruction& i);
  [[nodiscard]] NodeId operand(const Instruction& i, unsigned n) { return b_.value_of(i, i.operands[n]); }
  [[nodiscard]] bool leaves_function(const Instruction& i) const;

  FlowBuilder& b_;
  Mnemonics& mnemonics_;
  std::vector<Meaning> meanings_;  ///< By twice the mnemonic number, plus one with vector operands.
};

}  // namespace prova
