#pragma once
// What lifting one machine's instructions needs: registers, memory, flags, calls, in terms of the value graph.

#include <optional>

#include "dataflow/function_flow.h"
#include "dataflow/rules.h"
#include "dataflow/ssa.h"

namespace prova {

/// Builds one function's graph while its instructions are lifted block by block. Not thread-safe.
class FlowBuilder {
 public:
  FlowBuilder(const ImageFacts& facts, const Prototypes& prototypes);

  void start(const DecodedFunction& code);
  void begin_block(std::uint32_t block);
  void end_block();
  [[nodiscard]] Ssa& ssa() { return ssa_; }
  [[nodiscard]] ValueGraph& graph() { return graph_; }
  [[nodiscard]] const CallingConvention& convention() const { return convention_; }
  [[nodiscard]] const ImageFacts& facts() const { return facts_; }
  [[nodiscard]] const DecodedFunction& code() const { return *code_; }
  [[nodiscard]] std::vector<Effect>& effects() { return effects_; }
  [[nodiscard]] std::vector<Argument>& arguments() { return arguments_; }

  NodeId read(Variable v) { return ssa_.read(v, block_); }
  void write(Variable v, NodeId value);
  /// The variable of a register; none for those that carry no data (segments, the program counter).
  [[nodiscard]] static std::optional<Variable> variable(Register r);
  NodeId get(Register r);
  void set(Register r, NodeId value);

  /// A number in the code: an address of the image, or a constant.
  NodeId number(std::int64_t value);
  /// Where a memory operand points; `i` is the instruction it belongs to.
  NodeId address_of(const Instruction& i, const Operand& o);
  /// The value that an operand reads. Partial registers and extensions are copies.
  NodeId value_of(const Instruction& i, const Operand& o);
  /// Writes an operand: a register or memory.
  void assign(const Instruction& i, const Operand& o, NodeId value);
  /// Memory at `address`: a stack slot's value, a constant or pointer that cannot change, or a load.
  NodeId load(NodeId address, unsigned bits);
  /// To a stack slot: a new value of it; elsewhere: an effect.
  void store(NodeId address, unsigned bits, NodeId value);

  void set_flags(FlagsKind kind, NodeId x, NodeId y = kNoNode);
  NodeId condition(Condition c) { return condition_value(graph_, c, flags()); }
  NodeId flags();
  /// A value that is one of two, as a conditional move makes.
  NodeId choose(NodeId x, NodeId y);
  /// name(terms...): an operation that no rule knows. `name` is a hash.
  NodeId other(std::uint64_t name, std::span<const NodeId> arguments, NodeKind kind = NodeKind::kOther);
  void branch(NodeId condition);
  void call(const Instruction& i, bool tail);
  void return_value();

  void push(NodeId value);
  NodeId pop();
  void move_stack_pointer(std::int64_t bytes);

 private:
  void read_arguments(Effect& call);
  void read_register_arguments(Effect& call, unsigned integers, unsigned vectors);
  void read_fresh_arguments(Effect& call);
  CalleeLabel callee_of(const Instruction& i, NodeId target);
  NodeId thread_local_base(Register segment);
  void clobber(const Effect& call);
  std::optional<Variable> program_counter_thunk(const Instruction& i) const;

  const ImageFacts& facts_;
  const Prototypes& prototypes_;
  const CallingConvention& convention_;
  ValueGraph graph_;
  Ssa ssa_;
  const DecodedFunction* code_ = nullptr;
  std::uint32_t block_ = 0;
  std::vector<Effect> effects_;
  std::vector<Argument> arguments_;
  /// Flags set last in this block, not made a node before somebody reads them.
  FlagsKind flags_kind_ = FlagsKind::kResult;
  NodeId flags_x_ = kNoNode, flags_y_ = kNoNode;
  bool flags_pending_ = false;
  /// Registers and stack slots written since the last call in this block: candidates for arguments.
  std::uint32_t fresh_general_ = 0, fresh_vector_ = 0;
  std::vector<std::int64_t> fresh_slots_;
};

}  // namespace prova
