#pragma once
// Static single assignment while decoding: Braun, Buchwald, Hack, Leißa, Mallon, Zwinkau, "Simple and Efficient
// Construction of Static Single Assignment Form", CC 2013. Variables are registers, the flags, and every stack slot
// at a constant offset from the stack pointer at entry, so that a spilled value is still the value.

#include <unordered_map>
#include <vector>

#include "dataflow/calling_convention.h"
#include "dataflow/value_graph.h"
#include "program/program.h"

namespace prova {

/// A variable: general registers from 0, vector registers from 32, x87 registers from 64, flags, then stack slots.
using Variable = std::uint32_t;
constexpr Variable kFirstVector = 32, kFirstX87 = 64, kFlagsVariable = 72, kFirstSlot = 73;

/// Blocks of a function that we follow data through. sqlite3VdbeExec has some 4,000.
constexpr std::size_t kMaxFlowBlocks = 1U << 15U;
/// Nodes of one function: 17 bytes of instructions per node on average, so this is a function of several MB.
constexpr std::size_t kMaxNodes = 1U << 18U;
/// Blocks × variables with a value each, 32 MB. Also bounds the time of all reads together.
constexpr std::size_t kMaxDefinitions = 1U << 23U;

/// Values of variables in the blocks of one function. Use: start(); then for each block in reverse post-order read and
/// write, then fill(). Memory is reused. Not thread-safe.
class Ssa {
 public:
  explicit Ssa(ValueGraph& graph) : graph_(graph) {}

  void start(const Function& function, const CallingConvention& convention);
  /// The value of `v` at this point of `block`. Amortised O(blocks that it passes).
  NodeId read(Variable v, std::uint32_t block);
  void write(Variable v, std::uint32_t block, NodeId value);
  /// No more writes to `block`: loop heads that waited for it get their phi operands.
  void fill(std::uint32_t block);
  /// The variable of the stack slot at `offset` from the stack pointer at entry.
  Variable slot(std::int64_t offset);
  /// What `id` stands for after phis of one value were removed. Amortised O(1).
  NodeId resolve(NodeId id);
  /// Blocks in the order in which to visit them: reverse post-order from the entry, then from blocks that nothing
  /// visited leads to, as exception handlers and targets of unknown jumps.
  [[nodiscard]] const std::vector<std::uint32_t>& order() const { return order_; }
  /// Says that the frame pointer register holds a frame pointer: then it does not change inside loops.
  void trust_frame_pointer() { frame_pointer_trusted_ = true; }
  [[nodiscard]] bool capped() const { return capped_ || graph_.size() > kMaxNodes; }

 private:
  struct Incomplete {
    Variable variable;
    NodeId phi;
  };
  struct PendingPhi {
    NodeId phi;
    Variable variable;
    std::uint32_t block;
  };
  struct State {
    std::vector<std::uint32_t> predecessors;
    std::vector<NodeId> values;  ///< By variable; kNoNode where this block has none yet.
    std::vector<Incomplete> incomplete;
    std::uint32_t unfilled = 0;  ///< Predecessors not filled yet.
    bool filled = false;
  };

  NodeId look_up(Variable v, std::uint32_t block);
  NodeId at_head(Variable v, std::uint32_t block);
  NodeId entry_value(Variable v, std::uint32_t block);
  void finish_phis();
  bool remove_if_trivial(NodeId phi);
  void visit_from(const Function& function, std::uint32_t start);
  [[nodiscard]] bool is_frame_variable(Variable v) const {
    return v == convention_->stack_pointer || (frame_pointer_trusted_ && v == convention_->frame_pointer);
  }

  ValueGraph& graph_;
  const Function* function_ = nullptr;
  const CallingConvention* convention_ = nullptr;
  std::vector<State> states_;
  std::size_t blocks_ = 0;
  std::vector<std::uint32_t> order_;
  std::vector<PendingPhi> pending_;
  std::vector<NodeId> replacement_;
  std::unordered_map<std::int64_t, Variable> slots_;
  std::vector<std::int64_t> slot_offsets_;
  std::vector<std::uint32_t> path_;
  std::vector<Term> operands_;
  std::vector<std::uint8_t> visited_;
  std::size_t definitions_ = 0;
  bool frame_pointer_trusted_ = false;
  bool capped_ = false;
};

}  // namespace prova
