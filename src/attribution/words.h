#pragma once
// Probability words of two published yardsticks. A term is never given without the yardstick's name.
// docs/methods/words.md quotes both tables and says what we do in their gaps.

#include <optional>
#include <span>
#include <string_view>

#include "attribution/assessment.h"

namespace prova {

/// One row of a yardstick; bounds in per cent, both included unless said otherwise below.
struct YardstickRow {
  std::string_view term;
  double low = 0, high = 0;
};

/// A term, and whether the value lay between two rows (then the nearer one was taken).
struct YardstickTerm {
  std::string_view term;
  bool in_gap = false;
};

constexpr std::string_view kPhiaName = "UK PHIA Probability Yardstick";
constexpr std::string_view kIcd203Name = "US ICD 203";

[[nodiscard]] std::span<const YardstickRow> phia_rows();
[[nodiscard]] std::span<const YardstickRow> icd203_rows();

/// Term of the PHIA yardstick for a probability in [0, 1]. In a gap the nearer row, at the middle of a gap the one
/// nearer to even odds.
[[nodiscard]] YardstickTerm phia_term(double probability);
/// Term of ICD 203. The rows share their bounds: a value on a bound takes the row below it. Values under 1 % and over
/// 99 %, which the table leaves out, take its first and last row.
[[nodiscard]] YardstickTerm icd203_term(double probability);

/// All words for an interval; the term comes from `mid`.
[[nodiscard]] Terms terms_for(const ProbabilityInterval& probability);

/// "95-100 %" for a likelihood term on the issuer's own yardstick ("phia", "icd203"); nothing when the yardstick is
/// another one or does not have the term ("concluded", "indisputable" map to no range). Synonyms that the yardsticks
/// list are understood, case is ignored, a leading "almost certainly" counts as "almost certain".
[[nodiscard]] std::optional<YardstickRow> issuer_range(std::string_view yardstick, std::string_view likelihood);

}  // namespace prova
