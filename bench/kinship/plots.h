#pragma once
// Pictures of what a set of likelihood ratios is worth, as SVG for docs/images: no script, readable in light and dark.

#include <string>
#include <vector>

#include "calibration.h"

namespace prova::bench {

/// One level of matching; `scores` hold log10 likelihood ratios.
struct PlottedLevel {
  std::string name;
  std::vector<Scored> scores;
};

/// Tippett plot: share of comparisons whose log10 likelihood ratio is at least x, same origin and unrelated, one panel a level.
[[nodiscard]] std::string tippett_plot(const std::vector<PlottedLevel>& levels);

/// Reliability: in ten bins of equal weight, the stated log10 likelihood ratio against the one that the bin's comparisons
/// show ((same + 1 / n) / (unrelated + 1 / n) by weight, n the comparisons of that kind). On the diagonal is calibrated.
[[nodiscard]] std::string calibration_plot(const std::vector<PlottedLevel>& levels);

}  // namespace prova::bench
