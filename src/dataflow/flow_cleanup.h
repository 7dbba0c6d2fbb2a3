#pragma once
// The last pass over a function's graph: what phis hid while blocks were still missing is simplified now, and what
// no effect needs is left behind.

#include <vector>

#include "dataflow/flow_builder.h"

namespace prova {

/// Rebuilds every node that an effect reaches, with phis resolved, through the same rules. Memory is reused.
class FlowCleanup {
 public:
  /// REQUIRED: every block of `from` is filled. O(reached nodes).
  void run(FlowBuilder& from, FunctionFlow& to);

 private:
  NodeId rebuilt(NodeId root);
  NodeId rebuild_one(NodeId old);
  void finish_phis();

  FlowBuilder* from_ = nullptr;
  ValueGraph* to_ = nullptr;
  std::vector<NodeId> map_;
  std::vector<NodeId> phis_;   ///< Old phis whose new node has no terms yet.
  std::vector<NodeId> stack_;
};

}  // namespace prova
