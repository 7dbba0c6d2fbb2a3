#include "report/wording.h"

#include <algorithm>
#include <cmath>

#include "attribution/words.h"

namespace prova::report {
namespace {

constexpr std::string_view kNoBreak = "\xc2\xa0";

/// Positions of the PHIA terms in the tables: kPhiaRemote + i and kLeadRemote + i.
std::size_t phia_position(std::string_view english) {
  const auto rows = phia_rows();
  const auto found = std::find_if(rows.begin(), rows.end(), [&](const YardstickRow& row) { return row.term == english; });
  return static_cast<std::size_t>(found - rows.begin());
}

/// French "que" before a clause: "qu’" before a vowel. An initial h is left alone: its kind is not in its spelling.
std::string_view que_before(std::string_view clause) {
  constexpr std::string_view kVowels = "aeiouyAEIOUY";
  const auto starts = [&](std::string_view prefix) { return clause.starts_with(prefix); };
  const bool accented = starts("é") || starts("è") || starts("ê") || starts("à") || starts("â") || starts("î") || starts("É") || starts("À");
  return !clause.empty() && (accented || kVowels.find(clause.front()) != std::string_view::npos) ? "qu’" : "que ";
}

}  // namespace

std::string Wording::say(Phrase name, const std::vector<Argument>& arguments) const {
  fmt::dynamic_format_arg_store<fmt::format_context> store;
  for (const auto& [key, value] : arguments) store.push_back(fmt::arg(key, value));
  return fmt::vformat(phrase(name, language_), store);
}

std::string Wording::at(Phrase first, std::size_t offset) const {
  return phrase(static_cast<Phrase>(static_cast<std::size_t>(first) + offset), language_);
}

std::string Wording::percent(double probability) const {
  if (!(probability >= 0.005)) return say(Phrase::kUnderOne);
  if (probability > 0.99) return say(Phrase::kOverNinetyNine);
  return say(Phrase::kPercent, {{"value", fmt::format("{:.0f}", probability * 100)}});
}

std::string Wording::grouped(std::uint64_t value) const {
  const std::string digits = std::to_string(value);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i != 0 && (digits.size() - i) % 3 == 0) out += kNoBreak;
    out += digits[i];
  }
  return out;
}

std::string Wording::decimal(double value, int digits) const {
  std::string out = fmt::format("{:.{}f}", value, digits);
  if (language_ != Language::kEnglish) std::replace(out.begin(), out.end(), '.', ',');
  return out;
}

std::string Wording::signed_decimal(double value, int digits) const {
  const double scale = std::pow(10.0, digits);
  const double rounded = std::round(value * scale) / scale;
  if (rounded == 0) return decimal(0, digits);
  return (rounded < 0 ? "−" : "+") + decimal(std::abs(rounded), digits);
}

std::string Wording::factor(double log10) const {
  if (log10 >= 6) return say(Phrase::kAMillion);
  const double factor = std::pow(10.0, log10);
  if (factor < 10) return decimal(factor, 1);
  const double scale = std::pow(10.0, std::floor(log10) - 1);
  return grouped(static_cast<std::uint64_t>(std::llround(factor / scale) * std::llround(scale)));
}

std::string Wording::day(Day day) const {
  const std::chrono::year_month_day date{day};
  const auto number = static_cast<unsigned>(date.day());
  const bool first = number == 1 && language_ == Language::kFrench;
  return fmt::format("{}{}{}{} {}", number, first ? "er" : "", kNoBreak,
                     at(Phrase::kMonth1, static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()));
}

std::string Wording::short_date(std::string_view iso) const {
  constexpr std::size_t kYear = 4, kMonth = 7, kDay = 10;
  const bool known = iso.size() == kYear || iso.size() == kMonth || iso.size() == kDay;
  if (language_ == Language::kEnglish || !known || iso.find_first_not_of("0123456789-") != std::string_view::npos) return std::string(iso);
  const char between = language_ == Language::kFrench ? '/' : '.';
  std::string out;
  if (iso.size() == kDay) out += std::string(iso.substr(kMonth + 1)) + between;
  if (iso.size() >= kMonth) out += std::string(iso.substr(kYear + 1, 2)) + between;
  return out + std::string(iso.substr(0, kYear));
}

std::string Wording::number_word(std::size_t value) const {
  constexpr std::size_t kWords = 10;
  return value >= 1 && value <= kWords ? at(Phrase::kNumber1, value - 1) : grouped(value);
}

std::string Wording::list(const std::vector<std::string>& parts) const {
  if (parts.size() < 2) return parts.empty() ? std::string() : parts.front();
  const std::vector<std::string> head(parts.begin(), parts.end() - 1);
  return say(Phrase::kListAnd, {{"first", fmt::format("{}", fmt::join(head, ", "))}, {"last", parts.back()}});
}

std::string Wording::semicolons(const std::vector<std::string>& parts) const {
  return fmt::format("{}", fmt::join(parts, say(Phrase::kSemicolon)));
}

std::string Wording::because(std::string_view text) const {
  return text.empty() ? std::string() : say(Phrase::kColon, {{"text", std::string(text)}});
}

std::string Wording::quotable(std::string_view text) {
  static constexpr std::array<std::string_view, 4> kMarks = {"“", "”", "«", "»"};
  std::string out;
  for (std::size_t i = 0; i < text.size();) {
    const auto mark = std::find_if(kMarks.begin(), kMarks.end(), [&](std::string_view m) { return text.substr(i).starts_with(m); });
    out += mark != kMarks.end() ? '\'' : text[i];
    i += mark != kMarks.end() ? mark->size() : 1;
  }
  return out;
}

std::string Wording::quoted(std::string_view text) const { return say(Phrase::kQuoted, {{"text", quotable(text)}}); }

std::string Wording::term(std::string_view english) const {
  const std::size_t position = phia_position(english);
  return position < phia_rows().size() ? at(Phrase::kPhiaRemote, position) : std::string(english);
}

std::string Wording::lead(std::string_view english_term, std::string_view clause) const {
  const auto form = static_cast<Phrase>(static_cast<std::size_t>(Phrase::kLeadRemote) + phia_position(english_term));
  return say(form, {{"clause", std::string(clause)}, {"que", std::string(que_before(clause))}});
}

std::string Wording::term_range(std::string_view english_term) const {
  const std::size_t position = phia_position(english_term);
  if (position >= phia_rows().size()) return {};
  const YardstickRow& row = phia_rows()[position];
  return say(Phrase::kPercentRange, {{"low", fmt::format("{:.0f}", row.low)}, {"high", fmt::format("{:.0f}", row.high)}});
}

std::string Wording::interval(const ProbabilityInterval& value) const {
  const std::string low = percent(value.low), high = percent(value.high);
  return low == high ? say(Phrase::kIntervalNarrow) : say(Phrase::kInterval, {{"low", low}, {"high", high}});
}

std::string Wording::name(ConfidenceLevel level) const { return at(Phrase::kLow, static_cast<std::size_t>(level)); }
std::string Wording::name(EvidenceKind kind) const { return at(Phrase::kKindPersona, static_cast<std::size_t>(kind)); }
std::string Wording::name(ActivityRole role) const { return at(Phrase::kRoleAccess, static_cast<std::size_t>(role)); }
std::string Wording::name(ActivityRelation r) const { return at(Phrase::kHandsOver, static_cast<std::size_t>(r)); }
std::string Wording::name(SeverityInput input) const { return at(Phrase::kInputFunctional, static_cast<std::size_t>(input)); }
std::string Wording::name(NcissLevel level) const { return at(Phrase::kLevelNegligible, static_cast<std::size_t>(level)); }
std::string Wording::meaning(NcissLevel level) const { return at(Phrase::kLevelMeans1, static_cast<std::size_t>(level)); }
std::string Wording::name(const SeverityInputRow& row, std::string_view option) const {
  std::size_t before = 0;  // Options of the inputs that stand above this one in the table.
  for (const SeverityInputRow& other : severity_inputs()) {
    if (other.input == row.input) break;
    before += other.options.size();
  }
  const auto found = std::find_if(row.options.begin(), row.options.end(), [&](const SeverityOption& known) { return known.name == option; });
  if (found == row.options.end()) return std::string(option);
  return at(Phrase::kOptionFunctional1, before + static_cast<std::size_t>(found - row.options.begin()));
}
std::string Wording::ncsc_meaning(int category) const {
  return at(Phrase::kNcsc1, static_cast<std::size_t>(std::clamp(category, 1, 6) - 1));
}

std::string Wording::reason(const ConfidenceReason& reason, const std::string& source) const {
  using C = ConfidenceCriterion;
  const bool share = reason.criterion == C::kCarried || reason.criterion == C::kSoft;
  const auto number = [&](double value) { return share ? say(Phrase::kPercent, {{"value", fmt::format("{:.0f}", value * 100)}}) : fmt::format("{:.0f}", value); };
  const bool one = language_ == Language::kFrench ? reason.found < 2 : reason.found == 1;  // French counts none as one.
  const std::string sources = say(one ? Phrase::kSourceOne : Phrase::kSourceMany, {{"count", number(reason.found)}});
  const std::vector<Argument> arguments = {{"found", number(reason.found)}, {"needed", number(reason.needed)}, {"source", source},
                                           {"sources", sources}, {"level", name(reason.level)}};
  switch (reason.criterion) {
    case C::kHard: return say(Phrase::kReasonHard, arguments);
    case C::kOwn: return say(Phrase::kReasonOwn, arguments);
    case C::kDisclosed: return say(Phrase::kReasonDisclosed, arguments);
    case C::kAspects: return say(Phrase::kReasonAspects, arguments);
    case C::kSupport: return say(Phrase::kReasonSupport, arguments);
    case C::kAbove: return say(Phrase::kCriterionAbove);
    case C::kCarried: return say(Phrase::kReasonCarried, arguments);
    case C::kNothing: return say(Phrase::kCriterionNothing);
    case C::kSoft: return say(Phrase::kReasonSoft, arguments);
  }
  return reason.text;
}

std::string Wording::silence(const SilentItem& item, const std::vector<std::string>& echo_of) const {
  const auto row = static_cast<Phrase>(static_cast<std::size_t>(Phrase::kSilentNotYet) + static_cast<std::size_t>(item.reason));
  return say(row, {{"of", fmt::format("{}", fmt::join(echo_of, ", "))}});
}

}  // namespace prova::report
