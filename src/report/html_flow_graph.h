#pragma once
// A control-flow graph as inline SVG: blocks in layers from the entry down, loops drawn at the side.

#include <cstdint>
#include <string>
#include <vector>

namespace prova::report::html {

/// One basic block as drawn.
struct DrawnBlock {
  std::string label;      ///< Short: it must fit some 36 units. Trusted.
  std::string css_class;  ///< Trusted.
  std::string target;     ///< Fragment that a click leads to; empty: none. Trusted.
  std::string title;      ///< Shown when pointed at. Escaped here.
  std::vector<std::uint32_t> successors;
};

/// The graph, block 0 on top. A block stands one layer below its lowest predecessor; edges that close a loop do not
/// count and are dashed. Within a layer blocks follow the mean position of their predecessors. Deterministic.
/// O(blocks · edges); callers cap the number of blocks.
[[nodiscard]] std::string flow_graph(const std::vector<DrawnBlock>& blocks, const std::string& label);

}  // namespace prova::report::html
