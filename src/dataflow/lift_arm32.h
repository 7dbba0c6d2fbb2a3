#pragma once
// AArch32 instructions (A32 and Thumb) in terms of the value graph.

#include <vector>

#include "dataflow/flow_builder.h"

namespace prova {

/// Lifts instructions as the decoder gives them. An instruction with a condition outside of control flow becomes what a
/// compiler for another machine makes of it: `mov r0, #1` and `mov r0, #0` under a condition and its opposite are the
/// condition's value; any other result is a choice between it and what the register held, and stores and calls follow a
/// branch. What it does not know becomes other(mnemonic, operands read).
/// Spec: Arm Architecture Reference Manual for A-profile, chapters F5 and F6; AAPCS32.
class LiftArm32 {
 public:
  LiftArm32(FlowBuilder& builder, Mnemonics& mnemonics) : b_(builder), mnemonics_(mnemonics) {}
  /// Forgets what a former block's conditional instructions did.
  void begin_block() { guard_ = {}; }
  void lift(const Instruction& i);

 private:
  enum class Op : std::uint8_t {
    kUnknown, kOther, kNothing, kFlow, kMemory, kMultiple, kAddress, kAdd, kSubtract, kReverseSubtract, kAddCarry,
    kSubtractCarry, kAnd, kOr, kXor, kAndNot, kOrNot, kMove, kMoveNot, kMoveTop, kWiden, kWidenAdd, kMultiply,
    kMultiplyAdd, kMultiplySubtract, kMultiplyLong, kMultiplyLongAdd, kDivide, kShift, kExtractField, kInsertField,
    kClearField, kCompare, kCompareNegative, kTest, kTestEqual, kFloatMove, kFloatBinary, kFloatUnary,
    kFloatMultiplyAdd, kFloatCompare,
  };
  struct Meaning {
    Op op = Op::kUnknown;
    std::uint64_t name = 0;
    Shift shift = Shift::kNone;
  };
  /// A condition under which instructions were lifted, and what they wrote.
  struct Guard {
    Condition condition = Condition::kNone;
    NodeId flags = kNoNode;
    std::size_t branch = 0;  ///< Effects before its branch; the branch is the next one, if `branched`.
    bool branched = false;
    Register reg;            ///< Written last under it, with `value` instead of `before`.
    NodeId value = kNoNode, before = kNoNode;
  };

  const Meaning& meaning(const Instruction& i);
  static Meaning meaning_of(const std::string& name, const Instruction& i);
  void lift_always(const Instruction& i);
  void lift_guarded(const Instruction& i);
  void choose(const Instruction& i, Register reg, NodeId before);
  void branch_on(const Instruction& i);
  void lift_arithmetic(const Instruction& i, const Meaning& m);
  void lift_logic(const Instruction& i, const Meaning& m);
  void lift_move(const Instruction& i, Op op);
  void lift_multiply(const Instruction& i, const Meaning& m);
  void lift_shift(const Instruction& i, Shift kind);
  void lift_field(const Instruction& i, const Meaning& m);
  void lift_compare(const Instruction& i, Op op);
  void lift_memory(const Instruction& i);
  void lift_multiple(const Instruction& i);
  void lift_flow(const Instruction& i);
  void lift_float(const Instruction& i, const Meaning& m);
  void lift_other(const Instruction& i, const Meaning& m);
  void finish(const Instruction& i, NodeId result);
  [[nodiscard]] NodeId operand(const Instruction& i, unsigned n);
  [[nodiscard]] NodeId shifted(NodeId x, Shift shift, NodeId amount);
  [[nodiscard]] bool leaves_function(const Instruction& i) const;

  FlowBuilder& b_;
  Mnemonics& mnemonics_;
  std::vector<Meaning> meanings_;  ///< By mnemonic number.
  Guard guard_;
};

}  // namespace prova
