#include "attribution/words.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <fmt/format.h>
#include <string>

#include "base/ascii.h"

namespace prova {
namespace {

/// UK Professional Head of Intelligence Assessment, Probability Yardstick (2019 edition). Gaps are part of it.
/// "Realistic possibility" ends below 50.
constexpr auto kPhia = std::to_array<YardstickRow>({{"remote chance", 0, 5},
                                                    {"highly unlikely", 10, 20},
                                                    {"unlikely", 25, 35},
                                                    {"realistic possibility", 40, 50},
                                                    {"likely", 55, 75},
                                                    {"highly likely", 80, 90},
                                                    {"almost certain", 95, 100}});

/// US Intelligence Community Directive 203 (2015), first column of synonyms. The two columns are never mixed.
constexpr auto kIcd203 = std::to_array<YardstickRow>({{"almost no chance", 1, 5},
                                                      {"very unlikely", 5, 20},
                                                      {"unlikely", 20, 45},
                                                      {"roughly even chance", 45, 55},
                                                      {"likely", 55, 80},
                                                      {"very likely", 80, 95},
                                                      {"almost certain", 95, 99}});

struct Synonym {
  std::string_view yardstick, word, term;
};
/// Other forms that the two yardsticks list, and the adverbs in which governments use them.
constexpr auto kSynonyms = std::to_array<Synonym>({{"phia", "probable", "likely"},
                                                   {"phia", "almost certainly", "almost certain"},
                                                   {"phia", "probably", "likely"},
                                                   {"icd203", "remote", "almost no chance"},
                                                   {"icd203", "highly improbable", "very unlikely"},
                                                   {"icd203", "improbable", "unlikely"},
                                                   {"icd203", "roughly even odds", "roughly even chance"},
                                                   {"icd203", "probable", "likely"},
                                                   {"icd203", "probably", "likely"},
                                                   {"icd203", "highly probable", "very likely"},
                                                   {"icd203", "nearly certain", "almost certain"},
                                                   {"icd203", "almost certainly", "almost certain"}});

std::string range(std::string_view low, std::string_view high) {
  return low == high ? std::string(low) : fmt::format("{} to {}", low, high);
}

}  // namespace

std::span<const YardstickRow> phia_rows() { return kPhia; }
std::span<const YardstickRow> icd203_rows() { return kIcd203; }

YardstickTerm phia_term(double probability) {
  const double percent = probability * 100;
  for (std::size_t i = 0; i < kPhia.size(); ++i) {
    const bool open_above = kPhia[i].term == "realistic possibility";
    if (percent < kPhia[i].high || (percent == kPhia[i].high && !open_above)) {
      if (percent >= kPhia[i].low || i == 0) return {kPhia[i].term, false};
      const double to_below = percent - kPhia[i - 1].high;
      const double to_above = kPhia[i].low - percent;
      const bool below = to_below == to_above ? percent > 50 : to_below < to_above;
      return {below ? kPhia[i - 1].term : kPhia[i].term, true};
    }
  }
  return {kPhia.back().term, false};
}

YardstickTerm icd203_term(double probability) {
  const double percent = probability * 100;
  for (const YardstickRow& row : kIcd203) {
    if (percent <= row.high) return {row.term, false};
  }
  return {kIcd203.back().term, false};
}

Terms terms_for(const ProbabilityInterval& probability) {
  Terms terms;
  const YardstickTerm phia = phia_term(probability.mid);
  terms.phia = phia.term;
  terms.phia_in_gap = phia.in_gap;
  terms.phia_low = phia_term(probability.low).term;
  terms.phia_high = phia_term(probability.high).term;
  terms.phia_range = range(terms.phia_low, terms.phia_high);
  terms.icd203 = icd203_term(probability.mid).term;
  terms.icd203_low = icd203_term(probability.low).term;
  terms.icd203_high = icd203_term(probability.high).term;
  terms.icd203_range = range(terms.icd203_low, terms.icd203_high);
  return terms;
}

std::optional<YardstickRow> issuer_range(std::string_view yardstick, std::string_view likelihood) {
  std::string word = ascii_lower(likelihood);
  for (const Synonym& synonym : kSynonyms) {
    if (synonym.yardstick == yardstick && synonym.word == word) word = synonym.term;
  }
  const auto rows = yardstick == "phia" ? phia_rows() : yardstick == "icd203" ? icd203_rows() : std::span<const YardstickRow>();
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const YardstickRow& row) { return row.term == word; });
  return found == rows.end() ? std::nullopt : std::optional(*found);
}

}  // namespace prova
