#pragma once
// AArch64 instructions in terms of the value graph.

#include <vector>

#include "dataflow/flow_builder.h"

namespace prova {

/// Lifts instructions as the decoder gives them: without assembler aliases (`lsr` is `ubfm`, `mov` is `orr`, `cmp` is
/// `subs` into the zero register). What it does not know becomes other(mnemonic, operands read).
/// Spec: Arm Architecture Reference Manual, chapters C6 and C7.
class LiftArm64 {
 public:
  LiftArm64(FlowBuilder& builder, Mnemonics& mnemonics) : b_(builder), mnemonics_(mnemonics) {}
  void lift(const Instruction& i);

 private:
  enum class Op : std::uint8_t {
    kUnknown, kOther, kNothing, kFlow, kMemory, kAddress, kAdd, kSubtract, kAnd, kOr, kXor, kAndNot, kOrNot, kXorNot,
    kMove, kMoveNot, kMoveKeep, kMultiplyAdd, kMultiplySubtract, kMultiplyHigh, kDivide, kShiftLeft, kShiftRight,
    kShiftArithmetic, kRotateRight, kBitfield, kBitfieldSigned, kExtract, kSelect, kSelectIncrement, kSelectInvert,
    kSelectNegate, kCompareAgain, kFloatBinary, kFloatUnary, kFloatMultiplyAdd, kFloatMove, kFloatCompare, kVectorZero,
  };
  struct Meaning {
    Op op = Op::kUnknown;
    bool sets_flags = false;
    std::uint64_t name = 0;
  };

  const Meaning& meaning(const Instruction& i);
  static Meaning meaning_of(const std::string& name, const Instruction& i);
  void lift_arithmetic(const Instruction& i, const Meaning& m);
  void lift_logic(const Instruction& i, const Meaning& m);
  void lift_move(const Instruction& i, Op op);
  void lift_multiply(const Instruction& i, const Meaning& m);
  void lift_shift(const Instruction& i, Op op);
  void lift_bitfield(const Instruction& i, bool is_signed);
  void lift_select(const Instruction& i, Op op);
  void lift_compare_again(const Instruction& i);
  void lift_memory(const Instruction& i);
  void lift_flow(const Instruction& i);
  void lift_test_and_branch(const Instruction& i);
  void lift_float(const Instruction& i, const Meaning& m);
  void lift_other(const Instruction& i, const Meaning& m);
  [[nodiscard]] NodeId operand(const Instruction& i, unsigned n);
  [[nodiscard]] bool leaves_function(const Instruction& i) const;

  FlowBuilder& b_;
  Mnemonics& mnemonics_;
  std::vector<Meaning> meanings_;  ///< By opcode number.
};

}  // namespace prova
