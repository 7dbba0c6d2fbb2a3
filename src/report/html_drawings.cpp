#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "report/html_parts.h"

namespace prova::report::html {
namespace {

constexpr double kWidth = 640;

/// A range of the UK PHIA probability yardstick (Professional Head of Intelligence Assessment), in per cent. Between
/// the ranges there are gaps, which are part of the yardstick.
struct Range {
  double from, to;
  std::string_view first, second;  ///< The term, on one or two lines.
};
constexpr auto kPhia = std::to_array<Range>({{0, 5, "remote", "chance"},
                                             {10, 20, "highly", "unlikely"},
                                             {25, 35, "unlikely", ""},
                                             {40, 50, "realistic", "possibility"},
                                             {55, 75, "likely", ""},
                                             {80, 90, "highly", "likely"},
                                             {95, 100, "almost", "certain"}});

double x_of(double probability) { return std::clamp(probability, 0.0, 1.0) * kWidth; }

std::string bands(double top, double height) {
  std::string out;
  for (const Range& range : kPhia) {
    out += fmt::format(R"(<rect class="band" x="{:.1f}" y="{}" width="{:.1f}" height="{}"/>)", x_of(range.from / 100),
                       top, x_of((range.to - range.from) / 100), height);
  }
  return out;
}

std::string_view text_anchor(double from, double to) { return from == 0 ? "start" : to == 100 ? "end" : "middle"; }

std::string band_labels(double top, double mid) {
  std::string out;
  for (const Range& range : kPhia) {
    const double x = range.from == 0 ? 0 : range.to == 100 ? kWidth : x_of((range.from + range.to) / 200);
    const bool here = mid * 100 >= range.from && mid * 100 <= range.to;
    const std::string_view css = here ? " class=\"strong\"" : "";
    const std::string_view side = text_anchor(range.from, range.to);
    out += fmt::format(R"(<text{} x="{:.1f}" y="{}" text-anchor="{}">{}</text>)", css, x, top, side, range.first);
    if (!range.second.empty()) {
      out +=
          fmt::format(R"(<text{} x="{:.1f}" y="{}" text-anchor="{}">{}</text>)", css, x, top + 12, side, range.second);
    }
  }
  return out;
}

// --- timeline ---------------------------------------------------------------------------------------------------

constexpr double kChartTop = 8, kChartHeight = 110, kChartLeft = 44, kChartRight = 632;

double y_of(double probability) { return kChartTop + (1 - std::clamp(probability, 0.0, 1.0)) * kChartHeight; }

/// The question with this id on that day, or null.
const QuestionResult* question_on(const Assessment& assessment, std::string_view id) {
  for (const QuestionResult& question : assessment.questions) {
    if (question.id == id) return &question;
  }
  return nullptr;
}

struct Point {
  double x = 0;
  ProbabilityInterval value;
};

/// The hypothesis' interval on each day on which the question was assessed. Days stand at equal distances.
std::vector<Point> points_of(const CaseReport& report, std::string_view question, std::string_view hypothesis) {
  std::vector<Point> out;
  const std::size_t days = report.timeline.size();
  for (std::size_t i = 0; i < days; ++i) {
    const QuestionResult* on_day = question_on(report.timeline[i], question);
    const HypothesisResult* h = on_day != nullptr && on_day->assessed ? find_hypothesis(*on_day, hypothesis) : nullptr;
    if (h == nullptr) continue;
    out.push_back({kChartLeft + (kChartRight - kChartLeft) * (static_cast<double>(i) + .5) / static_cast<double>(days),
                   h->probability});
  }
  return out;
}

std::string chart_frame() {
  std::string out;
  for (const Range& range : kPhia) {
    out += fmt::format(R"(<rect class="band" x="{}" y="{:.1f}" width="{}" height="{:.1f}"/>)", kChartLeft,
                       y_of(range.to / 100), kChartRight - kChartLeft, y_of(range.from / 100) - y_of(range.to / 100));
  }
  for (const int tick : {0, 50, 100}) {
    out += fmt::format(R"(<text x="{}" y="{:.1f}" text-anchor="end">{} %</text>)", kChartLeft - 6,
                       y_of(tick / 100.0) + 4, tick);
  }
  return out;
}

std::string day_labels(const CaseReport& report) {
  // More labels than this overlap at 10 px in 588 units; then only every n-th day is written.
  constexpr std::size_t kMaxLabels = 9;
  const std::size_t days = report.timeline.size();
  const std::size_t step = (days + kMaxLabels - 1) / kMaxLabels;
  std::string out;
  for (std::size_t i = 0; i < days; i += step) {
    const double x =
        kChartLeft + (kChartRight - kChartLeft) * (static_cast<double>(i) + .5) / static_cast<double>(days);
    out += fmt::format(R"(<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>)", x, kChartTop + kChartHeight + 16,
                       day_text(report.timeline[i].as_of));
  }
  return out;
}

/// The value stands above its point, or below it where the chart ends.
double label_y(double point) { return point - 8 < kChartTop + 9 ? point + 17 : point - 8; }

std::string curve(const std::vector<Point>& points) {
  // Values beside more points than this overlap; then only the last one is written.
  constexpr std::size_t kMaxValueLabels = 14;
  std::string upper, lower, line, dots;
  for (std::size_t i = 0; i < points.size(); ++i) {
    const Point& p = points[i];
    const Point& q = points[points.size() - 1 - i];
    upper += fmt::format("{:.1f},{:.1f} ", p.x, y_of(p.value.high));
    lower += fmt::format("{:.1f},{:.1f} ", q.x, y_of(q.value.low));
    line += fmt::format("{:.1f},{:.1f} ", p.x, y_of(p.value.mid));
    dots += fmt::format(R"(<circle class="mid" cx="{:.1f}" cy="{:.1f}" r="{}"/>)", p.x, y_of(p.value.mid),
                        points.size() <= kMaxValueLabels ? "3.5" : "2");
    if (points.size() > kMaxValueLabels && i + 1 != points.size()) continue;
    dots += fmt::format(R"(<text class="strong" x="{:.1f}" y="{:.1f}" text-anchor="middle">{:.0f}</text>)", p.x,
                        label_y(y_of(p.value.mid)), p.value.mid * 100);
  }
  return fmt::format(R"(<polygon class="area" points="{}{}"/><polyline class="path" points="{}"/>{})", upper, lower,
                     line, dots);
}

}  // namespace

std::string interval_bar(const ProbabilityInterval& value, bool labelled) {
  const int height = labelled ? 52 : 20;
  const double low = x_of(value.low), high = x_of(value.high), mid = x_of(value.mid);
  std::string out = fmt::format(R"(<svg viewBox="0 0 640 {}" role="img" aria-label="{}, 80 % interval {} to {}">)",
                                height, percent(value.mid), percent(value.low), percent(value.high));
  out += R"(<rect class="track" x="0" y="4" width="640" height="14" rx="2"/>)" + bands(4.5, 13);
  out += fmt::format(R"(<rect class="span" x="{:.1f}" y="6" width="{:.1f}" height="10" rx="2"/>)", low,
                     std::max(high - low, 2.0));
  out += fmt::format(R"(<rect class="mid" x="{:.1f}" y="1" width="4" height="20" rx="1"/>)",
                     std::clamp(mid - 2, 0.0, kWidth - 4));
  if (labelled) out += band_labels(33, value.mid);
  return out + "</svg>\n";
}

std::string composition_bar(const std::vector<Share>& shares) { return share_bar(shares, "Composition of the code", "bytes"); }

std::string share_bar(const std::vector<Share>& shares, std::string_view name, std::string_view unit) {
  std::uint64_t total = 0;
  for (const Share& share : shares) total += share.bytes;
  if (total == 0) return {};
  std::string svg = fmt::format(R"(<svg viewBox="0 0 640 18" role="img" aria-label="{}">)", name);
  std::string key = "<ul class=\"key\">";
  double x = 0;
  for (const Share& share : shares) {
    const double width = kWidth * static_cast<double>(share.bytes) / static_cast<double>(total);
    if (share.bytes != 0) {
      svg +=
          fmt::format(R"(<rect class="{}" x="{:.2f}" y="0" width="{:.2f}" height="18"/>)", share.css_class, x, width);
    }
    x += width;
    key += fmt::format("<li><i class=\"{}\"></i>{}: {} {}, {:.0f} %</li>", share.css_class, share.label,
                       grouped(share.bytes), unit, 100.0 * static_cast<double>(share.bytes) / static_cast<double>(total));
  }
  return svg + "</svg>\n" + key + "</ul>\n";
}

std::string timeline_charts(const CaseReport& report) {
  if (report.timeline.size() < 2) return {};
  std::string out;
  for (const QuestionResult& question : report.assessment.questions) {
    const HypothesisResult* shown = shown_hypothesis(question);
    if (shown == nullptr) continue;
    const std::vector<Point> points = points_of(report, question.id, shown->id);
    if (points.size() < 2) continue;
    out += fmt::format(
        "<h4>{} <span class=\"soft\">{}</span></h4>\n<svg viewBox=\"0 0 640 {}\" role=\"img\" aria-label=\"Assessment "
        "over time\">{}{}{}</svg>\n",
        esc(question.ask), esc(shown->label), kChartTop + kChartHeight + 24, chart_frame(), curve(points),
        day_labels(report));
  }
  return out;
}

std::string timeline(const CaseReport& report) {
  const std::string out = timeline_charts(report);
  if (out.empty()) return out;
  return "<h3 id=\"timeline\">How the assessment changed</h3>\n<p class=\"small\">Each point uses only what was known "
         "by that day; "
         "the shaded area is the 80 % interval. Days stand at equal distances.</p>\n" +
         out;
}

}  // namespace prova::report::html
