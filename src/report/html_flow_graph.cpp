#include "report/html_flow_graph.h"

#include <fmt/format.h>

#include <algorithm>

#include "report/html_parts.h"

namespace prova::report::html {
namespace {

constexpr double kBoxWidth = 40, kBoxHeight = 18, kColumn = 54, kLayer = 44, kMargin = 26;

struct Edge {
  std::uint32_t from = 0, to = 0;
  bool back = false;
};

struct Place {
  std::uint32_t layer = 0;
  double x = 0;  ///< Middle of the box, in columns.
};

/// Depth-first from block 0: edges into a block that is still open close a loop. Blocks that are not reached count as
/// further entries.
std::vector<Edge> edges_of(const std::vector<DrawnBlock>& blocks, std::vector<std::uint32_t>& finish_order) {
  enum Colour : std::uint8_t { kWhite, kOpen, kDone };
  std::vector<Colour> colour(blocks.size(), kWhite);
  std::vector<Edge> edges;
  struct Frame { std::uint32_t block; std::size_t next; };
  for (std::uint32_t root = 0; root < blocks.size(); ++root) {
    if (colour[root] != kWhite) continue;
    std::vector<Frame> stack{{root, 0}};
    colour[root] = kOpen;
    while (!stack.empty()) {
      Frame& top = stack.back();
      if (top.next == blocks[top.block].successors.size()) {
        colour[top.block] = kDone;
        finish_order.push_back(top.block);
        stack.pop_back();
        continue;
      }
      const std::uint32_t to = blocks[top.block].successors[top.next++];
      if (to >= blocks.size()) continue;
      edges.push_back({top.block, to, colour[to] == kOpen});
      if (colour[to] != kWhite) continue;
      colour[to] = kOpen;
      stack.push_back({to, 0});
    }
  }
  return edges;
}

std::vector<Place> place_blocks(std::size_t count, const std::vector<Edge>& edges,
                                const std::vector<std::uint32_t>& finish_order) {
  std::vector<Place> places(count);
  // The reverse of the order in which blocks finish puts every block after its predecessors, loops aside.
  for (auto it = finish_order.rbegin(); it != finish_order.rend(); ++it) {
    for (const Edge& e : edges) {
      if (e.from == *it && !e.back) places[e.to].layer = std::max(places[e.to].layer, places[*it].layer + 1);
    }
  }
  std::vector<std::vector<std::uint32_t>> layers;
  for (std::uint32_t b = 0; b < count; ++b) {
    if (places[b].layer >= layers.size()) layers.resize(places[b].layer + 1);
    layers[places[b].layer].push_back(b);
  }
  for (auto& layer : layers) {
    std::vector<std::pair<double, std::uint32_t>> order;
    for (const std::uint32_t b : layer) {
      double sum = 0, n = 0;
      for (const Edge& e : edges) {
        if (e.to == b && !e.back) sum += places[e.from].x, ++n;
      }
      order.emplace_back(n > 0 ? sum / n : 0, b);
    }
    std::sort(order.begin(), order.end());
    for (std::size_t i = 0; i < order.size(); ++i) {
      places[order[i].second].x = static_cast<double>(i) - static_cast<double>(order.size() - 1) / 2;
    }
  }
  return places;
}

std::string edge_path(const Place& from, const Place& to, bool back, double centre) {
  const double x1 = centre + from.x * kColumn, y1 = kMargin + from.layer * kLayer + kBoxHeight;
  const double x2 = centre + to.x * kColumn, y2 = kMargin + to.layer * kLayer;
  const bool past_others = to.layer > from.layer + 1;  // It would run through the boxes between.
  if (!back && !past_others) {
    return fmt::format(R"(<path class="edge" d="M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}"/>)", x1, y1, x1,
                       y1 + 14, x2, y2 - 14, x2, y2);
  }
  const double side = std::max(x1, x2) + kBoxWidth;
  return fmt::format(R"(<path class="edge{}" d="M{:.1f} {:.1f}C{:.1f} {:.1f} {:.1f} {:.1f} {:.1f} {:.1f}"/>)",
                     back ? " back" : "", x1, y1, side, y1 + 16, side, y2 - 16, x2, y2);
}

std::string box(const DrawnBlock& block, const Place& place, double centre) {
  const double x = centre + place.x * kColumn, y = kMargin + place.layer * kLayer;
  std::string out = fmt::format(
      R"(<rect class="node {}" x="{:.1f}" y="{:.1f}" width="{}" height="{}" rx="3"/><text x="{:.1f}" y="{:.1f}" text-anchor="middle">{}</text>)",
      block.css_class, x - kBoxWidth / 2, y, kBoxWidth, kBoxHeight, x, y + 13, block.label);
  out = fmt::format("<g><title>{}</title>{}</g>", esc(block.title), out);
  return block.target.empty() ? out : fmt::format(R"(<a href="#{}">{}</a>)", block.target, out);
}

}  // namespace

std::string flow_graph(const std::vector<DrawnBlock>& blocks, const std::string& label) {
  if (blocks.empty()) return {};
  std::vector<std::uint32_t> finish_order;
  const std::vector<Edge> edges = edges_of(blocks, finish_order);
  const std::vector<Place> places = place_blocks(blocks.size(), edges, finish_order);
  double widest = 0;
  std::uint32_t deepest = 0;
  for (const Place& p : places) widest = std::max(widest, std::abs(p.x)), deepest = std::max(deepest, p.layer);
  const double width = 2 * widest * kColumn + kBoxWidth + 2 * kMargin, height = deepest * kLayer + kBoxHeight + 2 * kMargin;
  std::string lines, boxes;
  for (const Edge& e : edges) lines += edge_path(places[e.from], places[e.to], e.back, width / 2);
  for (std::size_t b = 0; b < blocks.size(); ++b) boxes += box(blocks[b], places[b], width / 2);
  return fmt::format(
      "<svg class=\"flow\" viewBox=\"0 0 {:.0f} {:.0f}\" width=\"{:.0f}\" height=\"{:.0f}\" role=\"img\" "
      "aria-label=\"{}\">{}{}</svg>\n",
      width, height, width, height, esc(label), lines, boxes);
}

}  // namespace prova::report::html
