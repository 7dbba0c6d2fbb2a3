#include "dataflow/rules.h"

#include <gtest/gtest.h>

namespace prova {
namespace {

/// Three values that are nothing but themselves.
struct Rules : ::testing::Test {
  ValueGraph g;
  NodeId x = g.parameter(0, false), y = g.parameter(1, false), z = g.parameter(2, false);
  NodeId k(std::int64_t value) { return g.constant(value); }
};

TEST_F(Rules, EqualValuesAreOneNode) {
  EXPECT_EQ(g.parameter(0, false), x);
  EXPECT_NE(g.parameter(0, true), x);
  EXPECT_EQ(k(7), k(7));
  EXPECT_NE(g.unique(NodeKind::kUndefined), g.unique(NodeKind::kUndefined));
}

TEST_F(Rules, NodesStayOneAfterTheTableGrew) {
  for (std::int64_t i = 0; i < 10'000; ++i) k(i);
  const std::size_t size = g.size();
  for (std::int64_t i = 0; i < 10'000; ++i) k(i);
  EXPECT_EQ(g.size(), size);
}

TEST_F(Rules, AdditionsAreOneFlatLinearForm) {
  EXPECT_EQ(add(g, add(g, x, k(3)), add(g, y, k(4))), add(g, add(g, y, x), k(7)));
  EXPECT_EQ(subtract(g, add(g, x, y), y), x);
  EXPECT_EQ(subtract(g, x, x), k(0));
  EXPECT_EQ(add(g, scale(g, x, 3), x), scale(g, x, 4));
  EXPECT_EQ(scale(g, scale(g, x, 1, 5), 2), scale(g, x, 2, 10));
}

TEST_F(Rules, ShiftsAndMultiplicationsByConstantsAreLinear) {
  EXPECT_EQ(shift_left(g, x, k(3)), scale(g, x, 8));
  EXPECT_EQ(multiply(g, k(8), x), scale(g, x, 8));
  EXPECT_EQ(multiply(g, x, y), multiply(g, y, x));
  EXPECT_EQ(g[shift_left(g, x, y)].kind, NodeKind::kShiftLeft);
}

TEST_F(Rules, LongSumsStayBounded) {
  NodeId sum = k(0);
  for (unsigned i = 0; i < 4 * kMaxTerms; ++i) sum = add(g, sum, g.parameter(i, true));
  EXPECT_LE(g[sum].count, kMaxTerms);
}

TEST_F(Rules, ConstantsMoveIntoAddresses) {
  const NodeId a = g.address(VirtualAddress{0x1000});
  EXPECT_EQ(add(g, a, k(8)), g.address(VirtualAddress{0x1008}));
  EXPECT_EQ(add(g, add(g, a, scale(g, x, 4)), k(8)), add(g, g.address(VirtualAddress{0x1008}), scale(g, x, 4)));
}

TEST_F(Rules, MasksOfWholeWidthsAreCopies) {
  for (const std::int64_t mask : {0xffL, 0xffffL, 0xffff'ffffL, -1L}) EXPECT_EQ(bit_and(g, x, k(mask)), x);
  EXPECT_EQ(bit_and(g, x, k(0)), k(0));
  EXPECT_EQ(bit_and(g, x, x), x);
  EXPECT_EQ(g[bit_and(g, x, k(0xf0))].kind, NodeKind::kAnd);
  const NodeId frame = scale(g, g.stack_base(), 1, -24);
  EXPECT_EQ(bit_and(g, frame, k(-16)), frame);
}

TEST_F(Rules, LogicWithItselfAndWithNeutralElements) {
  EXPECT_EQ(bit_xor(g, x, x), k(0));
  EXPECT_EQ(bit_xor(g, x, k(0)), x);
  EXPECT_EQ(bit_xor(g, x, k(-1)), scale(g, x, -1, -1));
  EXPECT_EQ(bit_or(g, x, x), x);
  EXPECT_EQ(bit_or(g, k(0), x), x);
  EXPECT_EQ(bit_or(g, x, k(-1)), k(-1));
  EXPECT_EQ(bit_or(g, k(5), k(2)), k(7));
}

TEST_F(Rules, TwoShiftsMakeARotation) {
  const NodeId rotated = rotate_left(g, x, k(5));
  EXPECT_EQ(bit_or(g, shift_left(g, x, k(5)), shift_right(g, x, k(27), false)), rotated);
  EXPECT_EQ(bit_or(g, shift_right(g, x, k(59), false), shift_left(g, x, k(5))), rotated);
  EXPECT_NE(bit_or(g, shift_left(g, x, k(5)), shift_right(g, x, k(26), false)), rotated);
  EXPECT_NE(bit_or(g, shift_left(g, x, k(5)), shift_right(g, y, k(27), false)), rotated);
}

TEST_F(Rules, ComparisonsLoseTheirPolarityAndDirection) {
  const NodeId below = compare(g, Condition::kUnsignedLess, x, k(6));
  EXPECT_EQ(compare(g, Condition::kUnsignedLessEqual, x, k(5)), below);
  EXPECT_EQ(compare(g, Condition::kSignedGreater, x, k(5)), below);
  EXPECT_EQ(compare(g, Condition::kSignedGreaterEqual, x, k(6)), below);
  EXPECT_EQ(compare(g, Condition::kUnsignedLess, k(5), x), below);
  EXPECT_EQ(compare(g, Condition::kSignedGreater, y, x), compare(g, Condition::kSignedLess, x, y));
  EXPECT_EQ(compare(g, Condition::kSignedLessEqual, y, x), compare(g, Condition::kSignedGreater, y, x));
  EXPECT_NE(compare(g, Condition::kSignedLess, x, y), compare(g, Condition::kSignedLess, y, x));
}

TEST_F(Rules, EqualityIsSolvedForTheValue) {
  const NodeId is_five = equal(g, x, k(5));
  EXPECT_EQ(equal(g, add(g, x, k(2)), k(7)), is_five);
  EXPECT_EQ(equal(g, scale(g, x, -1, 7), k(2)), is_five);
  EXPECT_EQ(equal(g, subtract(g, x, y), k(0)), equal(g, y, x));
  EXPECT_EQ(equal(g, x, x), k(1));
  EXPECT_EQ(equal(g, is_five, k(0)), is_five);
  EXPECT_EQ(equal(g, is_five, k(1)), is_five);
  EXPECT_EQ(compare(g, Condition::kNotEqual, x, k(5)), is_five);
}

TEST_F(Rules, FlagsAreReadAsTheComparisonThatMadeThem) {
  const std::array<Term, 2> both = {Term{1, x}, Term{1, y}};
  const auto flags = [&](FlagsKind kind, std::size_t n) {
    return g.intern(NodeKind::kFlags, static_cast<std::uint8_t>(kind), 0, std::span(both).first(n));
  };
  EXPECT_EQ(condition_value(g, Condition::kEqual, flags(FlagsKind::kCompare, 2)), equal(g, x, y));
  EXPECT_EQ(condition_value(g, Condition::kNegative, flags(FlagsKind::kResult, 1)), less(g, x, k(0)));
  EXPECT_EQ(condition_value(g, Condition::kUnsignedLess, flags(FlagsKind::kBit, 1)), equal(g, x, k(0)));
  EXPECT_EQ(g[condition_value(g, Condition::kEqual, z)].kind, NodeKind::kOther);
}

TEST_F(Rules, DivisionByZeroInHostileCodeStaysADivision) {
  EXPECT_EQ(g[divide(g, k(7), k(0), false)].kind, NodeKind::kDivide);
  EXPECT_EQ(g[divide(g, k(INT64_MIN), k(-1), true)].kind, NodeKind::kModulo);
  EXPECT_EQ(divide(g, k(7), k(2), false), k(3));
}

TEST_F(Rules, StackOffsetsAreKnownOnlyWithoutOtherTerms) {
  EXPECT_EQ(stack_offset(g, g.stack_base()), 0);
  EXPECT_EQ(stack_offset(g, scale(g, g.stack_base(), 1, -8)), -8);
  EXPECT_EQ(stack_offset(g, add(g, g.stack_base(), x)), std::nullopt);
  EXPECT_TRUE(on_stack(g, add(g, g.stack_base(), x)));
  EXPECT_FALSE(on_stack(g, add(g, y, x)));
}

}  // namespace
}  // namespace prova
