#include "kinship/toolmark_worth.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "kinship/toolmark_table.h"

namespace prova {

std::optional<MarkWorth> mark_worth(Toolmark::Kind kind, Format format, const std::string& value,
                                    const IndexFrequency& index) {
  const auto measured = std::find_if(kMarkFrequencies.begin(), kMarkFrequencies.end(), [&](const MarkFrequency& m) {
    return m.kind == kind && m.format == format;
  });
  if (measured == kMarkFrequencies.end() || measured->origins < kLeastOrigins || measured->pairs < kLeastPairs) {
    return std::nullopt;
  }
  const auto common = std::find_if(kCommonMarks.begin(), kCommonMarks.end(), [&](const CommonMark& m) {
    return m.kind == kind && m.format == format && m.value == value;
  });
  const std::uint32_t seen = common == kCommonMarks.end() ? 0 : common->origins;
  const std::uint32_t n = std::max<std::uint32_t>(1, seen + index.with_value), of = measured->origins + index.with_kind;
  const double same = (measured->equal + 0.5) / (measured->pairs + 1.0);
  const double unrelated = (n + 1.0) / (of + 1.0);
  MarkWorth worth;
  worth.log10_lr = std::log10(same / std::min(1.0, unrelated));
  worth.capped = worth.log10_lr > kForgeableCap;
  worth.log10_lr = std::min(worth.log10_lr, kForgeableCap);
  worth.because = fmt::format("{} of {} unrelated origins have it, {} of {} later versions of one origin kept theirs{}",
                              seen + index.with_value, of, measured->equal, measured->pairs,
                              worth.capped ? "; capped at 10 : 1, since it can be forged" : "");
  return worth;
}

}  // namespace prova
