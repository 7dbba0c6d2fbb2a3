#include "plots.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace prova::bench {
namespace {

constexpr double kWidth = 360, kHeight = 280, kLeft = 46, kTop = 30, kInnerWidth = 290, kInnerHeight = 200;
constexpr const char* kSame = "#1a7f5a";
constexpr const char* kUnrelated = "#b3411e";
constexpr std::size_t kBins = 10;

/// A panel's axes: x from `low` to `high`, y likewise, with whole numbers or tenths marked.
struct Panel {
  double x_offset, low, high, bottom, top;

  [[nodiscard]] double x(double value) const {
    return x_offset + kLeft + kInnerWidth * (std::clamp(value, low, high) - low) / (high - low);
  }
  [[nodiscard]] double y(double value) const {
    return kTop + kInnerHeight * (1 - (std::clamp(value, bottom, top) - bottom) / (top - bottom));
  }
  [[nodiscard]] std::string text(double at_x, double at_y, const char* anchor, const std::string& what) const {
    return fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\" text-anchor=\"{}\">{}</text>\n", at_x, at_y, anchor, what);
  }
  [[nodiscard]] std::string frame(const std::string& title, const char* x_label, double y_step) const {
    std::string out = fmt::format("<rect x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\" class=\"frame\"/>\n",
                                  x_offset + kLeft, kTop, kInnerWidth, kInnerHeight);
    for (double v = std::ceil(low); v <= high; v += 1) {
      out += text(x(v), kTop + kInnerHeight + 16, "middle", fmt::format("{:.0f}", v));
    }
    for (double v = bottom; v <= top + 1e-9; v += y_step) {
      out += text(x_offset + kLeft - 6, y(v) + 4, "end", fmt::format("{:.{}f}", v, y_step < 1 ? 1 : 0));
    }
    out += text(x_offset + kLeft + kInnerWidth / 2, kTop - 10, "middle", title);
    return out + text(x_offset + kLeft + kInnerWidth / 2, kTop + kInnerHeight + 34, "middle", x_label);
  }
};

std::string document(std::size_t panels, const std::string& body) {
  return fmt::format(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {0:.0f} {1:.0f}\" font-family=\"sans-serif\" font-size=\"11\">\n"
      "<style>text{{fill:#555}}.frame{{fill:none;stroke:#999}}.line{{fill:none;stroke-width:1.6}}"
      "@media(prefers-color-scheme:dark){{text{{fill:#bbb}}}}</style>\n{2}</svg>\n",
      kWidth * static_cast<double>(panels), kHeight, body);
}

std::string polyline(const std::vector<std::pair<double, double>>& points, const char* colour) {
  std::string out;
  for (const auto& [x, y] : points) out += fmt::format("{:.1f},{:.1f} ", x, y);
  return fmt::format("<polyline class=\"line\" stroke=\"{}\" points=\"{}\"/>\n", colour, out);
}

std::vector<std::pair<double, double>> share_above(std::vector<Scored> scores, bool same, const Panel& panel) {
  std::erase_if(scores, [same](const Scored& s) { return s.same != same; });
  std::sort(scores.begin(), scores.end(), [](const Scored& a, const Scored& b) { return a.z < b.z; });
  double total = 0, below = 0;
  for (const Scored& s : scores) total += s.weight;
  std::vector<std::pair<double, double>> points = {{panel.x(panel.low), panel.y(1)}};
  for (const Scored& s : scores) {
    points.emplace_back(panel.x(s.z), panel.y(1 - below / total));
    below += s.weight;
    points.emplace_back(panel.x(s.z), panel.y(1 - below / total));
  }
  points.emplace_back(panel.x(panel.high), panel.y(0));
  // Thousands of steps are one line: keep those that move by half a unit.
  std::vector<std::pair<double, double>> kept;
  for (const auto& p : points) {
    if (kept.empty() || std::abs(p.first - kept.back().first) + std::abs(p.second - kept.back().second) >= 0.5) kept.push_back(p);
  }
  return kept;
}

}  // namespace

std::string tippett_plot(const std::vector<PlottedLevel>& levels) {
  std::string body;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const Panel panel{kWidth * static_cast<double>(i), -3, 3.5, 0, 1};
    body += panel.frame(levels[i].name + " (green: same origin, red: unrelated)", "log10 likelihood ratio at least", 0.2);
    body += polyline(share_above(levels[i].scores, true, panel), kSame);
    body += polyline(share_above(levels[i].scores, false, panel), kUnrelated);
  }
  return document(levels.size(), body);
}

std::string calibration_plot(const std::vector<PlottedLevel>& levels) {
  std::string body;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const Panel panel{kWidth * static_cast<double>(i), -3, 3.5, -3, 3};
    body += panel.frame(levels[i].name, "stated log10 likelihood ratio; upright: observed", 1);
    body += fmt::format("<line x1=\"{:.1f}\" y1=\"{:.1f}\" x2=\"{:.1f}\" y2=\"{:.1f}\" stroke=\"#999\" stroke-dasharray=\"4 3\"/>\n",
                        panel.x(-3), panel.y(-3), panel.x(3), panel.y(3));
    std::vector<Scored> scores = levels[i].scores;
    std::sort(scores.begin(), scores.end(), [](const Scored& a, const Scored& b) { return a.z < b.z; });
    double total[2] = {0, 0}, count[2] = {0, 0};
    for (const Scored& s : scores) {
      total[s.same ? 1 : 0] += s.weight;
      count[s.same ? 1 : 0] += 1;
    }
    double share[2] = {0, 0}, z = 0, weight = 0;
    for (std::size_t k = 0; k < scores.size(); ++k) {
      const Scored& s = scores[k];
      const double part = s.weight / total[s.same ? 1 : 0];
      share[s.same ? 1 : 0] += part;
      z += part * s.z;
      weight += part;
      if (weight < 2.0 / kBins && k + 1 < scores.size()) continue;
      const double observed = std::log10((share[1] + 1 / count[1]) / (share[0] + 1 / count[0]));
      body += fmt::format("<circle cx=\"{:.1f}\" cy=\"{:.1f}\" r=\"4\" fill=\"{}\"/>\n", panel.x(z / weight), panel.y(observed), kSame);
      share[0] = share[1] = z = weight = 0;
    }
  }
  return document(levels.size(), body);
}

}  // namespace prova::bench
