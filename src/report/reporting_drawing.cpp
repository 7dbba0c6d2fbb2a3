// Who rests on what, as a picture: roots on the left, assessments in the middle, echoes on the right. No script.

#include <algorithm>
#include <fmt/format.h>
#include <map>
#include <set>

#include "attribution/reporting.h"
#include "base/escape.h"
#include "report/statement_parts.h"
#include "report/terminal_parts.h"

namespace prova::report::parts {
namespace {

constexpr double kRow = 26, kTop = 30, kBox = 20;
constexpr double kColumnX[] = {4, 226, 448};
constexpr double kColumnWidth = 188;
/// Nodes of one column; a picture of more is a wall. What is left out stands in the table of others' assessments.
constexpr std::size_t kMaxNodes = 40;

struct Box {
  std::size_t column = 0, row = 0;
  std::string text, css;
  [[nodiscard]] double x() const { return kColumnX[column]; }
  [[nodiscard]] double y() const { return kTop + static_cast<double>(row) * kRow; }
};

class Drawing {
 public:
  explicit Drawing(const Wording& words) : words_(words) {}

  void box(const std::string& id, std::size_t column, const std::string& text, std::string css) {
    if (boxes_.contains(id) || rows_[column] == kMaxNodes) return;
    boxes_[id] = {column, rows_[column]++, text, std::move(css)};
    order_.push_back(id);
  }
  void arrow(const std::string& from, const std::string& to, bool dashed) {
    if (boxes_.contains(from) && boxes_.contains(to)) arrows_.push_back({from, to, dashed});
  }

  [[nodiscard]] std::string svg() const {
    const double height = kTop + kRow * static_cast<double>(std::max({rows_[0], rows_[1], rows_[2]})) + 4;
    std::string out = fmt::format(R"(<svg viewBox="0 0 640 {:.0f}" role="img" aria-label="{}">)", height, words_.say(Phrase::kHeadGraph));
    const Phrase heads[] = {Phrase::kRoots, Phrase::kFirstHand, Phrase::kEchoes};
    for (std::size_t c = 0; c < 3; ++c) {
      out += fmt::format(R"(<text class="strong" x="{}" y="16">{}</text>)", kColumnX[c], words_.say(heads[c]));
    }
    for (const Arrow& arrow : arrows_) out += line(arrow);
    for (const std::string& id : order_) out += rectangle(boxes_.at(id));
    return out + "</svg>\n";
  }
  [[nodiscard]] bool empty() const { return order_.empty(); }

 private:
  struct Arrow {
    std::string from, to;
    bool dashed;
  };

  static std::string rectangle(const Box& box) {
    // 10.5 px text: 31 characters fill a box.
    constexpr std::size_t kShown = 31;
    const std::string shown = term::cut(valid_utf8(box.text), kShown);
    return fmt::format(R"(<rect class="{}" x="{}" y="{:.0f}" width="{}" height="{}" rx="3"/><text x="{}" y="{:.0f}">{}</text>)",
                       box.css, box.x(), box.y(), kColumnWidth, kBox, box.x() + 6, box.y() + 14, escape_html(shown));
  }

  /// A curve from the left edge of `from` to the right edge of `to`; within one column, around its right side.
  std::string line(const Arrow& arrow) const {
    const Box &from = boxes_.at(arrow.from), &to = boxes_.at(arrow.to);
    const double y1 = from.y() + kBox / 2, y2 = to.y() + kBox / 2;
    const std::string_view css = arrow.dashed ? "link echo" : "link";
    if (from.column == to.column) {
      const double x = from.x() + kColumnWidth;
      return fmt::format(R"(<path class="{}" d="M{},{:.0f} C{},{:.0f} {},{:.0f} {},{:.0f}"/>)", css, x, y1, x + 26, y1, x + 26, y2, x, y2);
    }
    const double x1 = from.x(), x2 = to.x() + kColumnWidth, middle = (x1 + x2) / 2;
    return fmt::format(R"(<path class="{}" d="M{},{:.0f} C{},{:.0f} {},{:.0f} {},{:.0f}"/><circle class="end" cx="{}" cy="{:.0f}" r="2.5"/>)",
                       css, x1, y1, middle, y1, middle, y2, x2, y2, x2, y2);
  }

  const Wording& words_;
  std::map<std::string, Box> boxes_;
  std::vector<std::string> order_;
  std::vector<Arrow> arrows_;
  std::size_t rows_[3] = {0, 0, 0};
};

std::string root_label(const CaseReport& report, const std::string& id) {
  const Root* root = report.input.find_root(id);
  return root != nullptr && !root->label.empty() ? root->label : id;
}

bool is_echo(const ReportingNode& node) {
  return node.kind == ReportingNode::Kind::kSummary || node.kind == ReportingNode::Kind::kCircular;
}

/// Views only: evidence that quotes its issuer is drawn where somebody repeats it, and not otherwise.
std::vector<ReportingNode> drawn_nodes(const CaseReport& report) {
  std::vector<ReportingNode> nodes = reporting_on(report.input, report.assessment.as_of);
  std::set<std::string> repeated;
  for (const ReportingNode& node : nodes) repeated.insert(node.repeats.begin(), node.repeats.end());
  std::erase_if(nodes, [&](const ReportingNode& node) {
    const EvidenceKind kind = report.input.find_item(node.item)->kind;
    const bool opinion = is_withheld(kind) || kind == EvidenceKind::kPolitical || kind == EvidenceKind::kDenial;
    return !opinion && node.kind == ReportingNode::Kind::kFirstHand && !repeated.contains(node.item);
  });
  return nodes;
}

std::string css_of(const ReportingNode& node) {
  if (node.kind == ReportingNode::Kind::kCircular || node.kind == ReportingNode::Kind::kUndeclared) return "node circular";
  return is_echo(node) ? "node echo" : "node";
}

}  // namespace

std::string draw_reporting(const CaseReport& report, const Wording& words) {
  const std::vector<ReportingNode> nodes = drawn_nodes(report);
  Drawing drawing(words);
  for (const ReportingNode& node : nodes) {
    std::string text = fmt::format("{} {}", node.item, issuer_of(report, node.item));
    if (node.kind == ReportingNode::Kind::kCircular || node.kind == ReportingNode::Kind::kUndeclared) {
      text = fmt::format("{} ({}) {}", node.item, words.say(Phrase::kCircular), issuer_of(report, node.item));
    }
    drawing.box("item " + node.item, is_echo(node) ? 2 : 1, text, css_of(node));
    if (!is_echo(node)) {
      for (const std::string& root : node.roots) drawing.box("root " + root, 0, root_label(report, root), "node root");
    }
  }
  for (const ReportingNode& node : nodes) {
    for (const std::string& id : node.repeats) {
      const EvidenceItem* item = report.input.find_item(id);
      const bool evidence = item != nullptr && !is_view(*item);
      if (evidence) drawing.box("item " + id, 1, fmt::format("{} {}", id, words.name(item->kind)), "node root");
      drawing.arrow("item " + node.item, "item " + id, true);
    }
    for (const std::string& id : node.earlier) drawing.arrow("item " + node.item, "item " + id, true);
    if (is_echo(node)) continue;
    for (const std::string& root : node.roots) drawing.arrow("item " + node.item, "root " + root, false);
  }
  return drawing.empty() ? std::string() : drawing.svg();
}

}  // namespace prova::report::parts
